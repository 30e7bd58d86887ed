import type { Field, Matter, Option } from '@/shared/api/types'

/** What a field offers: its own options, or the parties or demands of the matter,
 * named so that they can be told apart. */
export function optionsOf(f: Pick<Field, 'type' | 'options'>, m: Matter | null): Option[] {
  const given = f.options ?? []
  const party = f.type === 'party' || f.type === 'parties'
  const demand = f.type === 'demand' || f.type === 'demands'
  // The hint of a party is its role, that of a demand the list proposed for it.
  if (given.length && party) return given.map((o) => ({ ...o, name: o.hint ? `${o.hint} ${o.name}` : o.name }))
  if (given.length && demand) return given.map((o) => ({ ...o, name: o.hint ? `${o.name}（提议：${o.hint}）` : o.name }))
  if (given.length) return given
  if (party) return (m?.parties ?? []).map((p) => ({ code: p.id, name: `${p.roleName} ${p.name}` }))
  if (demand) return (m?.demands ?? []).map((d) => ({ code: d.id, name: d.text }))
  return []
}
