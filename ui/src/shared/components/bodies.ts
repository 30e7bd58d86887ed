import { api, ask } from '../api/client'
import type { Coded, Org } from '../api/types'
import { holdsMatters } from '../state/rulebook'

const coded = (list: Org[]): Coded[] => list.map((o) => ({ code: o.code, name: o.name }))

/** Bodies by name; only those that hold matters where a matter is to be sent. */
export async function bodies(q: string, part: { under?: string; level?: string; holding?: boolean }): Promise<Coded[]> {
  const r = await ask(api.GET('/orgs', { params: { query: { q: q || undefined, under: part.under, level: part.level ? [part.level] : undefined, limit: 30 } } }))
  const may = part.holding ? await holdsMatters() : null
  return coded(may ? r.items.filter((o) => may(o.kind)) : r.items)
}

/** The bodies a matter can climb to from one: those above it, the nearest first,
 * then those of the county, by name. */
export async function bodiesAbove(code: string, q: string, top: string): Promise<Coded[]> {
  const may = await holdsMatters()
  const out: Org[] = []
  for (let o = await one(code); o.parent && out.length < 8; o = out.at(-1)!) out.push(await one(o.parent))
  const above = coded(out.filter((o) => o.level !== top && may(o.kind))).filter((o) => o.name.includes(q))
  return [...above, ...(await bodies(q, { level: top, holding: true }))]
}

function one(code: string): Promise<Org> {
  return ask(api.GET('/orgs/{code}', { params: { path: { code } } }))
}
