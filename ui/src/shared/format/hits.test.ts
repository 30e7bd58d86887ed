import { describe, expect, it } from 'vitest'
import type { Hit } from '../api/types'
import { otherHits, titleParts } from './hits'

const hit = (field: Hit['field'], ...parts: string[]): Hit => ({ field, label: field, parts: parts.map((text) => ({ text: text.replace('*', ''), hit: text.startsWith('*') })) })

describe('where words were found', () => {
  it('are marked in the title itself, and not said again by a demand of the same words', () => {
    const r = { title: '水沟改道', hits: [hit('title', '*水沟', '改道'), hit('demand', '*水沟', '改道'), hit('description', '把', '*水沟', '挖了')] }
    expect(titleParts(r)).toEqual([{ text: '水沟', hit: true }, { text: '改道', hit: false }])
    expect(otherHits(r).map((h) => h.field)).toEqual(['description'])
  })
  it('a draft without a title says so', () => {
    expect(titleParts({ title: '', hits: undefined })).toEqual([{ text: '（未写标题）', hit: false }])
  })
  it('leave a title alone that has none, or only a window of it', () => {
    expect(titleParts({ title: '水沟', hits: undefined })).toEqual([{ text: '水沟', hit: false }])
    const long = { title: '很长的标题里有水沟两个字', hits: [hit('title', '里有', '*水沟', '两个字')] }
    expect(titleParts(long)).toEqual([{ text: long.title, hit: false }])
    expect(otherHits(long)).toHaveLength(1)
  })
})
