import { describe, expect, it } from 'vitest'
import { countSet, fromQuery, listLink, NO_FILTERS, toQuery, type Filters } from './filters'

const full: Filters = {
  kind: 'dispute', status: ['handling', 'referred'], list: ['justified'], category: ['land'], holder: '532328101001', under: '532328101000',
  overdue: true, q: '水沟 〔2026〕', from: '2026-01-01', to: '2026-12-31', sort: 'due',
  todo: 'toSign', stands: ['resolved', 'ended'], acceptedFrom: '2021-01-01', acceptedTo: '2021-12-31', acceptedUnder: '532328101000',
  closedFrom: '2026-10-01', closedTo: '2026-10-31', dueFrom: '2026-11-02', dueTo: '2026-11-02', level: 'group',
  registeredUnder: '532328101000', batch: '导2026-0001', reopened: true, comeBack: true, toCourt: true, followedUp: true, performed: true,
}

describe('filters in the URL', () => {
  it('come back as they went', () => {
    expect(fromQuery(toQuery(full))).toEqual(full)
    expect(fromQuery(toQuery(NO_FILTERS))).toEqual(NO_FILTERS)
  })
  it('leave nothing behind when empty', () => {
    expect(toQuery(NO_FILTERS)).toEqual({})
  })
  it('ignore what is no filter, repeated keys and odd values', () => {
    expect(fromQuery({ status: ['handling', 'ended'], hack: '1', overdue: 'yes', q: null })).toEqual({ ...NO_FILTERS, status: ['handling'] })
  })
  it('count without the order, both ends of a time as one', () => {
    expect(countSet(full)).toBe(23)
    expect(countSet({ ...NO_FILTERS, sort: 'due' })).toBe(0)
  })
  it('make links', () => {
    expect(listLink({ holder: 'x' })).toEqual({ name: 'matters', query: { holder: 'x' } })
  })
})
