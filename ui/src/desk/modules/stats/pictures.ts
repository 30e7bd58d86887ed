import type { HomeFigures } from '@/shared/api/types'
import { fromQuery, listLink } from '../matter/filters'

type Link = ReturnType<typeof listLink>
/** The figures at one place of a picture, each leading to its rows. */
export interface Bar { name: string; values: number[]; links: Link[] }
/** One picture: a sentence that says what it shows, its series and its bars. */
export interface Picture { key: string; title: string; series: string[]; bars: Bar[]; lying?: boolean; none: string }

/** A figure's own filters as a link to the list. */
export function leads(filters: Record<string, string>): Link {
  return listLink(fromQuery(filters))
}

const n = (v: number) => v.toLocaleString('zh-CN')
const md = (date: string) => `${Number(date.slice(5, 7))}月${Number(date.slice(8, 10))}日`
const sum = (list: number[]) => list.reduce((a, b) => a + b, 0)

function weeks(h: HomeFigures): Picture {
  const came = sum(h.weeks.map((w) => w.registered))
  const went = sum(h.weeks.map((w) => w.closed))
  const more = came > went ? `，多积了 ${n(came - went)} 件` : came < went ? `，少了 ${n(went - came)} 件` : '，一样多'
  return {
    key: 'weeks', title: `这 ${h.weeks.length} 周登记 ${n(came)} 件，了结 ${n(went)} 件${more}`, series: ['登记', '了结'], none: '这几周没有登记，也没有了结的。',
    bars: h.weeks.map((w) => ({ name: `${md(w.from)}起`, values: [w.registered, w.closed], links: [leads(w.filters), leads(w.closedFilters)] })),
  }
}

// A petition's category is a path: its last part says it.
const short = (path: string) => path.split('/').at(-1)!
const TOP = 8
function categories(h: HomeFigures): Picture {
  const bars = h.categories.filter((c) => c.open).sort((a, b) => b.open - a.open).slice(0, TOP)
  const all = sum(h.categories.map((c) => c.open))
  const first = bars[0]
  return {
    key: 'categories', series: ['在办'], lying: true, none: '手上没有在办的。',
    title: first ? `在办的 ${n(all)} 件里，${short(first.name)}最多，${n(first.open)} 件` : '在办的按类别',
    bars: bars.map((c) => ({ name: short(c.name), values: [c.open], links: [leads(c.filters)] })),
  }
}

function levels(h: HomeFigures): Picture {
  const all = sum(h.levels.map((l) => l.resolved))
  const low = h.levels.slice(0, 2)
  const below = sum(low.map((l) => l.resolved))
  return {
    key: 'levels', series: ['化解'], none: '还没有化解的。',
    title: all ? `这 ${h.weeks.length} 周化解的纠纷有 ${n(all)} 件，${n(below)} 件在${low.map((l) => l.name).join('、')}就化解了` : '在哪一级化解',
    bars: h.levels.map((l) => ({ name: l.name, values: [l.resolved], links: [leads(l.filters)] })),
  }
}

function due(h: HomeFigures): Picture {
  const all = sum(h.due.map((d) => d.count))
  const top = h.due.reduce<HomeFigures['due'][number] | null>((a, b) => (b.count > (a?.count ?? 0) ? b : a), null)
  return {
    key: 'due', series: ['到期'], none: '今后这些天没有到期的。',
    title: top ? `今后 ${h.due.length} 天有 ${n(all)} 件到期，${md(top.date)}最多，${n(top.count)} 件` : `今后 ${h.due.length} 天没有到期的`,
    bars: h.due.map((d) => ({ name: md(d.date), values: [d.count], links: [leads(d.filters)] })),
  }
}

/** The pictures of the home page, each with its sentence. */
export function picturesOf(h: HomeFigures): Picture[] {
  return [due(h), weeks(h), categories(h), levels(h)]
}

/** Whether a picture has anything to draw. */
export function drawn(p: Picture): boolean {
  return p.bars.some((b) => b.values.some((v) => v > 0))
}

/** Colours by token name, as the style sheet has them. */
export type Colours = Record<'ink' | 'ink-2' | 'line' | 'primary' | 'good' | 'surface', string>

/** The picture as ECharts takes it. A lying one has its first bar on top. */
export function optionOf(p: Picture, c: Colours) {
  const names = { type: 'category' as const, data: p.bars.map((b) => b.name), inverse: p.lying, axisTick: { show: false }, axisLine: { lineStyle: { color: c.line } }, axisLabel: { color: c['ink-2'], fontSize: 12 } }
  const values = { type: 'value' as const, minInterval: 1, axisLabel: { color: c['ink-2'], fontSize: 12 }, splitLine: { lineStyle: { color: c.line } } }
  const tones = [c.primary, c.good]
  return {
    animation: false,
    textStyle: { fontFamily: 'inherit', color: c.ink },
    grid: { left: 8, right: 24, top: p.series.length > 1 ? 32 : 12, bottom: 4, containLabel: true },
    legend: p.series.length > 1 ? { right: 8, top: 0, itemWidth: 12, itemHeight: 8, textStyle: { color: c['ink-2'] } } : undefined,
    tooltip: { trigger: 'axis' as const, axisPointer: { type: 'shadow' as const }, backgroundColor: c.surface, borderColor: c.line, textStyle: { color: c.ink, fontSize: 13 } },
    xAxis: p.lying ? values : names,
    yAxis: p.lying ? names : values,
    series: p.series.map((name, i) => ({
      type: 'bar' as const, name, data: p.bars.map((b) => b.values[i] ?? 0), itemStyle: { color: tones[i], borderRadius: 2 }, barMaxWidth: 22, cursor: 'pointer',
      label: p.series.length > 1 ? { show: false } : { show: true, position: (p.lying ? 'right' : 'top') as 'right' | 'top', color: c['ink-2'], fontSize: 12, formatter: (x: { value: unknown }) => (x.value ? String(x.value) : '') },
    })),
  }
}
