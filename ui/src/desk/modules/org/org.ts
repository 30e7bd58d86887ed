import { api, ask } from '@/shared/api/client'
import type { components } from '@/shared/api/schema'
import type { Org, paths } from '@/shared/api/types'

const LIMIT = 100
type Query = NonNullable<paths['/orgs']['get']['parameters']['query']>

// Every row of a query, page by page: a township has some dozen bodies below it.
async function all(query: Query): Promise<Org[]> {
  const out: Org[] = []
  let cursor: string | undefined
  do {
    const r = await ask(api.GET('/orgs', { params: { query: { ...query, limit: LIMIT, cursor } } }))
    out.push(...r.items)
    cursor = r.nextCursor ?? undefined
  } while (cursor && out.length < 1000)
  return out
}

/** The bodies directly below one; those with bodies of their own first. */
export async function childrenOf(code: string, closed = false): Promise<Org[]> {
  const list = (await all({ parent: code, closed: closed || undefined })).filter((o) => o.parent === code)
  return list.sort((a, b) => Number(b.children > 0) - Number(a.children > 0))
}

/** The codes above a body, the nearest first. */
export async function ancestorsOf(code: string): Promise<string[]> {
  const out: string[] = []
  for (let o = await getOrg(code); o.parent && out.length < 8; o = await getOrg(o.parent)) out.push(o.parent)
  return out
}

/** What stands at the top of the tree: the county, or else its bodies. */
export async function rootOrgs(): Promise<Org[]> {
  const top = await all({ level: ['county'] })
  const codes = new Set(top.map((o) => o.code))
  return top.filter((o) => !o.parent || !codes.has(o.parent))
}

/** Bodies by name, alias or code. */
export async function findOrgs(q: string): Promise<Org[]> {
  return (await ask(api.GET('/orgs', { params: { query: { q, limit: 50 } } }))).items
}

export function getOrg(code: string): Promise<Org> {
  return ask(api.GET('/orgs/{code}', { params: { path: { code } } }))
}

/** The next free code under a parent, the way the divisions are numbered: a
 * township …NNN000, a village the township's with three digits, everything else
 * three digits more than the parent's. Only a proposal; the clerk may know better. */
export function nextCode(parent: string, level: string, taken: string[]): string {
  const root = /^\d{6}000000$/.test(parent)
  const [head, tail] = level === 'township' && root ? [parent.slice(0, 6), '000'] : level === 'village' && parent.length === 12 && !root ? [parent.slice(0, 9), ''] : [parent, '']
  const used = taken.filter((c) => c.length === head.length + 3 + tail.length && c.startsWith(head) && c.endsWith(tail)).map((c) => Number(c.slice(head.length, head.length + 3)))
  const next = used.length ? Math.max(...used) + 1 : level === 'township' ? 100 : 1
  return next > 999 ? '' : `${head}${String(next).padStart(3, '0')}${tail}`
}

type NewOrg = components['schemas']['OrgNew']
type OrgChange = components['schemas']['OrgChange']
export const addOrg = (body: NewOrg): Promise<Org> => ask(api.POST('/orgs', { body }))
export const changeOrg = (code: string, body: OrgChange): Promise<Org> => ask(api.PATCH('/orgs/{code}', { params: { path: { code } }, body }))

/** Every code directly below a body, of closed ones too: none is used again. */
export async function codesUnder(parent: string): Promise<string[]> {
  return (await all({ parent, closed: true })).map((o) => o.code)
}

/** The aliases as typed, by commas of either kind or lines. */
export const splitAliases = (text: string): string[] => [...new Set(text.split(/[,，、;；\n]/).map((s) => s.trim()).filter(Boolean))]
