import { api, ask } from '@/shared/api/client'
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
export async function childrenOf(code: string): Promise<Org[]> {
  const list = (await all({ parent: code })).filter((o) => o.parent === code)
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
