import { describe, expect, it } from 'vitest'
import type { Rulebook } from '@/shared/api/types'
import { signable } from './bulk'
import { inWords, NO_FILTERS } from './filters'
import { sayFilters } from './say'

const pending = { action: 'escalate', name: '上报', body: { code: 'x', name: '元马镇' }, since: '' } as never

describe('several at once', () => {
  it('are signed for only where they were sent to this body', () => {
    expect(signable({ mode: 'pending', pending })).toBe(true)
    expect(signable({ mode: 'hold', pending })).toBe(false)
    expect(signable({ mode: 'pending', pending: null })).toBe(false)
  })
  it('are counted exactly or as at least', () => {
    expect(inWords({ total: 1204 })).toBe('1,204 件')
    expect(inWords({ total: 1000, totalIsMinimum: true })).toBe('至少 1,000 件')
  })
  it('are printed under the filters in words', () => {
    const book = { statuses: [{ code: 'handling', name: '办理中' }], lists: [], categories: [{ code: 'land', name: '山林土地' }], levels: [] } as unknown as Rulebook
    expect(sayFilters({ ...NO_FILTERS, kind: 'dispute', status: ['handling'], category: ['land'], overdue: true, q: '水沟', from: '2026-01-01' }, book, {}))
      .toBe('矛盾纠纷；办理中；山林土地；找「水沟」；登记 2026-01-01 至 今天；只看超期')
    expect(sayFilters(NO_FILTERS, book, {})).toBe('')
  })
})
