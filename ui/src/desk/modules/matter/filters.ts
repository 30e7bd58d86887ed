import type { LocationQuery, LocationQueryRaw } from 'vue-router'

/** The filters of the list of matters; they live in the URL and nowhere else. */
export interface Filters {
  kind: string
  status: string[]
  list: string[]
  category: string[]
  holder: string
  under: string
  overdue: boolean
  q: string
  from: string
  to: string
  sort: string
  /** A group of the to-do page. */
  todo: string
  /** Where it stands: its status, or the one it was cleared from. */
  stands: string[]
  acceptedFrom: string
  acceptedTo: string
  acceptedUnder: string
  /** Resolved, ended, declined or withdrawn within these dates. */
  closedFrom: string
  closedTo: string
  /** The most urgent clock runs out within these dates. */
  dueFrom: string
  dueTo: string
  /** Held at this level. */
  level: string
  /** Registered by this body or one below. */
  registeredUnder: string
  /** The number of the import it came in with. */
  batch: string
  /** What became of it afterwards. */
  reopened: boolean
  comeBack: boolean
  toCourt: boolean
  followedUp: boolean
  performed: boolean
}

export const NO_FILTERS: Filters = {
  kind: '', status: [], list: [], category: [], holder: '', under: '', overdue: false, q: '', from: '', to: '', sort: '',
  todo: '', stands: [], acceptedFrom: '', acceptedTo: '', acceptedUnder: '',
  closedFrom: '', closedTo: '', dueFrom: '', dueTo: '', level: '',
  registeredUnder: '', batch: '', reopened: false, comeBack: false, toCourt: false, followedUp: false, performed: false,
}

const LISTS = ['status', 'list', 'category', 'stands'] as const
const TEXTS = ['kind', 'holder', 'under', 'q', 'from', 'to', 'sort', 'todo', 'acceptedFrom', 'acceptedTo', 'acceptedUnder', 'closedFrom', 'closedTo', 'dueFrom', 'dueTo', 'level', 'registeredUnder', 'batch'] as const
const FLAGS = ['overdue', 'reopened', 'comeBack', 'toCourt', 'followedUp', 'performed'] as const

/** Reads the filters out of a URL's query; what is not a filter is ignored. */
export function fromQuery(query: LocationQuery): Filters {
  const one = (k: string): string => {
    const v = query[k]
    return (Array.isArray(v) ? v[0] : v)?.trim() ?? ''
  }
  const f: Filters = { ...NO_FILTERS }
  for (const k of FLAGS) f[k] = one(k) === 'true'
  for (const k of TEXTS) f[k] = one(k)
  for (const k of LISTS) f[k] = one(k).split(',').filter(Boolean)
  return f
}

/** The filters as a query, for the URL and for the API alike: empty ones absent. */
export function toQuery(f: Filters): Record<string, string> {
  const q: Record<string, string> = {}
  for (const k of TEXTS) if (f[k]) q[k] = f[k]
  for (const k of LISTS) if (f[k].length) q[k] = f[k].join(',')
  for (const k of FLAGS) if (f[k]) q[k] = 'true'
  return q
}

/** How many filters are set: the two ends of a time are one, the order of rows
 * is none. */
export function countSet(f: Filters): number {
  const keys = Object.keys(toQuery(f)).filter((k) => k !== 'sort')
  return new Set(keys.map((k) => k.replace(/^to$/, 'from').replace(/To$/, 'From'))).size
}

/** A link to the list with some filters. */
export function listLink(f: Partial<Filters>): { name: string; query: LocationQueryRaw } {
  return { name: 'matters', query: toQuery({ ...NO_FILTERS, ...f }) }
}

/** How many rows a list has: `1,204 件`, `至少 1,000 件`. */
export function inWords(page: { total: number; totalIsMinimum?: boolean }): string {
  return `${page.totalIsMinimum ? '至少 ' : ''}${page.total.toLocaleString('zh-CN')} 件`
}
