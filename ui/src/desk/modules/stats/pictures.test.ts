import { describe, expect, it } from 'vitest'
import type { HomeFigures } from '@/shared/api/types'
import { drawn, leads, optionOf, picturesOf } from './pictures'

const home = (part: Partial<HomeFigures> = {}): HomeFigures => ({
  figures: [], now: '2026-11-02T09:00:00+08:00',
  weeks: [
    { from: '2026-10-19', to: '2026-10-25', registered: 31, closed: 9, filters: { from: '2026-10-19', to: '2026-10-25' }, closedFilters: { closedFrom: '2026-10-19', closedTo: '2026-10-25' } },
    { from: '2026-10-26', to: '2026-11-01', registered: 4, closed: 2, filters: { from: '2026-10-26' }, closedFilters: { closedFrom: '2026-10-26' } },
  ],
  categories: [
    { code: 'land', name: '山林土地', open: 3, filters: { category: 'land' } },
    { code: '农村农业/土地承包经营/宅基地纠纷', name: '农村农业/土地承包经营/宅基地纠纷', open: 5, filters: { category: 'x' } },
    { code: 'other', name: '其他', open: 0, filters: { category: 'other' } },
  ],
  levels: [
    { code: 'group', name: '组', resolved: 31, filters: { level: 'group' } }, { code: 'village', name: '村', resolved: 20, filters: { level: 'village' } },
    { code: 'township', name: '乡镇', resolved: 6, filters: { level: 'township' } },
  ],
  due: [{ date: '2026-11-02', count: 7, filters: { dueFrom: '2026-11-02' } }, { date: '2026-11-03', count: 0, filters: {} }],
  ...part,
})
const of = (key: string, h = home()) => picturesOf(h).find((p) => p.key === key)!

describe('pictures of the home page', () => {
  it('say in their title what they show', () => {
    expect(of('weeks').title).toBe('这 2 周登记 35 件，了结 11 件，多积了 24 件')
    expect(of('categories').title).toBe('在办的 8 件里，宅基地纠纷最多，5 件')
    expect(of('levels').title).toBe('这 2 周化解的纠纷有 57 件，51 件在组、村就化解了')
    expect(of('due').title).toBe('今后 2 天有 7 件到期，11月2日最多，7 件')
  })
  it('lead from each number to its own rows', () => {
    expect(of('weeks').bars[0]!.links.map((l) => l.query)).toEqual([{ from: '2026-10-19', to: '2026-10-25' }, { closedFrom: '2026-10-19', closedTo: '2026-10-25' }])
    expect(leads({ todo: 'toSign' })).toEqual({ name: 'matters', query: { todo: 'toSign' } })
  })
  it('leave out what has nothing, and draw nothing of nothing', () => {
    expect(of('categories').bars.map((b) => b.name)).toEqual(['宅基地纠纷', '山林土地'])
    expect(drawn(of('due'))).toBe(true)
    expect(drawn(of('due', home({ due: [] })))).toBe(false)
    expect(of('due', home({ due: [] })).title).toBe('今后 0 天没有到期的')
  })
  it('are handed over with as many values as places', () => {
    const c = { ink: '#1', 'ink-2': '#2', line: '#3', primary: '#4', good: '#5', surface: '#6' }
    for (const p of picturesOf(home())) {
      const o = optionOf(p, c)
      for (const s of o.series) expect(s.data).toHaveLength(p.bars.length)
    }
  })
})
