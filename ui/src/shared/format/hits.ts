import type { Hit, MatterRow } from '../api/types'

type Found = Pick<MatterRow, 'title' | 'hits'>
const textOf = (h: Hit) => h.parts.map((p) => p.text).join('')

/** A draft may begin with a photo alone. */
export function titleOf(m: { title: string }): string {
  return m.title || '（未写标题）'
}

/** The title in parts, the words that were looked for marked where the title has
 * them as a whole. */
export function titleParts(r: Found): Hit['parts'] {
  return r.hits?.find((h) => textOf(h) === r.title)?.parts ?? [{ text: titleOf(r), hit: false }]
}

/** Where else the words stand: what only says the title again is left out. */
export function otherHits(r: Found): Hit[] {
  return (r.hits ?? []).filter((h) => textOf(h) !== r.title)
}
