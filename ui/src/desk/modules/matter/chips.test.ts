import { describe, expect, it } from 'vitest'
import { chipsOf, COUNTED, OPEN } from './chips'
import { type Filters, NO_FILTERS, toQuery } from './filters'
import { todoLink } from './todo'

const book = { statuses: [{ code: 'resolved', name: '化解' }, { code: 'ended', name: '终止' }], levels: [{ code: 'group', name: '村民小组' }] }
const words = (f: Partial<Filters>, bodies = {}) => chipsOf({ ...NO_FILTERS, ...f }, book, bodies).map((c) => c.words)

describe('chips of a list', () => {
  it('say a to-do group in the words of the to-do page', () => {
    expect(words({ todo: 'toSign' })).toEqual(['待办：待签收'])
    expect(todoLink('toSign')).toEqual({ name: 'matters', query: { todo: 'toSign', sort: 'due' } })
  })
  it('say where a figure came from, never a code', () => {
    expect(words({ acceptedFrom: '2021-01-01', acceptedTo: '2021-12-31', acceptedUnder: '532328101000', stands: ['resolved'] }, { 532328101000: '元马镇' }))
      .toEqual(['首次受理在 2021-01-01 到 2021-12-31', '由元马镇及以下首次受理', '化解（含之后销号的）'])
    expect(words({ stands: COUNTED })).toEqual(['并案和作废的不算'])
    expect(words({ stands: [...OPEN].reverse() })).toEqual(['还在办'])
    expect(words({ acceptedFrom: '2021-01-01' })).toEqual(['首次受理自 2021-01-01 起'])
    expect(words({ closedFrom: '2026-10-05', closedTo: '2026-10-11', level: 'group' })).toEqual(['了结在 2026-10-05 到 2026-10-11', '在村民小组这一级'])
    expect(words({ dueFrom: '2026-11-04', dueTo: '2026-11-04' })).toEqual(['到期在 2026-11-04'])
    expect(words({ registeredUnder: '532328101000', toCourt: true, performed: true }, { 532328101000: '元马镇' })).toEqual(['由元马镇及以下登记，并案的不算', '送过法院确认', '回访过，都兑现了'])
    expect(words({ batch: '导2026-0003' })).toEqual(['导入批次 导2026-0003'])
  })
  it('have none for what the bar shows itself', () => {
    expect(words({ kind: 'dispute', status: ['ended'], overdue: true, from: '2026-01-01' })).toEqual([])
  })
  it('take away what they say and nothing else', () => {
    const f = { ...NO_FILTERS, todo: 'mine', acceptedFrom: '2021-01-01', acceptedTo: '2021-12-31' }
    for (const c of chipsOf(f, book, {})) expect(toQuery({ ...f, ...c.without })).not.toEqual(toQuery(f))
    expect(toQuery({ ...f, ...chipsOf(f, book, {})[1]!.without })).toEqual({ todo: 'mine' })
  })
})
