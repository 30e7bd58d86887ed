import type { Rulebook } from '@/shared/api/types'
import { nameOf } from '@/shared/state/rulebook'
import { type Filters, NO_FILTERS } from './filters'
import { todoNames } from './todo'

/** Where a counted matter can stand: together they leave out only what counts
 * nowhere, the merged and the void. */
export const COUNTED = ['registered', 'accepted', 'handling', 'referred', 'resolved', 'concluded', 'ended', 'declined', 'withdrawn']
/** Where it stands while somebody still works on it. */
export const OPEN = ['registered', 'accepted', 'handling', 'referred']

/** A filter without a field of its own in the bar: in words, and what takes it away. */
export interface Chip { words: string; without: Partial<Filters> }

const clean = (...keys: (keyof Filters)[]): Partial<Filters> => Object.fromEntries(keys.map((k) => [k, NO_FILTERS[k]]))

type Names = Partial<Pick<Rulebook, 'statuses' | 'levels'>> | null

/** The filters that came with a link, from a to-do group or a figure, as chips.
 * `bodies` are names of bodies by code. */
export function chipsOf(f: Filters, book: Names, bodies: Record<string, string>): Chip[] {
  const out: Chip[] = []
  if (f.q) out.push({ words: `找「${f.q}」`, without: clean('q') })
  if (f.todo) out.push({ words: `待办：${todoNames[f.todo] ?? f.todo}`, without: clean('todo') })
  if (f.acceptedFrom || f.acceptedTo) out.push({ words: `首次受理${span(f.acceptedFrom, f.acceptedTo)}`, without: clean('acceptedFrom', 'acceptedTo') })
  if (f.acceptedUnder) out.push({ words: `由${bodies[f.acceptedUnder] ?? f.acceptedUnder}及以下首次受理`, without: clean('acceptedUnder') })
  if (f.stands.length) out.push({ words: stand(f.stands, book?.statuses ?? []), without: clean('stands') })
  if (f.closedFrom || f.closedTo) out.push({ words: `了结${span(f.closedFrom, f.closedTo)}`, without: clean('closedFrom', 'closedTo') })
  if (f.dueFrom || f.dueTo) out.push({ words: `到期${span(f.dueFrom, f.dueTo)}`, without: clean('dueFrom', 'dueTo') })
  if (f.level) out.push({ words: `在${nameOf(book?.levels, f.level)}这一级`, without: clean('level') })
  if (f.registeredUnder) out.push({ words: `由${bodies[f.registeredUnder] ?? f.registeredUnder}及以下登记，并案的不算`, without: clean('registeredUnder') })
  if (f.batch) out.push({ words: `导入批次 ${f.batch}`, without: clean('batch') })
  for (const k of ['reopened', 'comeBack', 'toCourt', 'followedUp', 'performed'] as const) if (f[k]) out.push({ words: AFTER[k], without: clean(k) })
  return out
}

const AFTER = { reopened: '重新办理过', comeBack: '回潮', toCourt: '送过法院确认', followedUp: '回访过', performed: '回访过，都兑现了' }

function span(from: string, to: string): string {
  if (from && from === to) return `在 ${from}`
  if (from && to) return `在 ${from} 到 ${to}`
  return from ? `自 ${from} 起` : `到 ${to} 为止`
}

function stand(codes: string[], statuses: Rulebook['statuses']): string {
  const same = (all: string[]) => all.length === codes.length && all.every((c) => codes.includes(c))
  if (same(COUNTED)) return '并案和作废的不算'
  if (same(OPEN)) return '还在办'
  return `${codes.map((c) => nameOf(statuses, c)).join('、')}（含之后销号的）`
}
