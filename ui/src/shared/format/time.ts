// Everything a clerk sees is Shanghai time, whatever the computer is set to.
const ZONE = 'Asia/Shanghai'
const parts = new Intl.DateTimeFormat('en-CA', {
  timeZone: ZONE, year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23',
})

interface Wall { date: string; time: string; seconds: string }

function wall(at: Date): Wall {
  const p: Record<string, string> = {}
  for (const { type, value } of parts.formatToParts(at)) p[type] = value
  return { date: `${p.year}-${p.month}-${p.day}`, time: `${p.hour}:${p.minute}`, seconds: p.second ?? '00' }
}

const asDate = (at: string | Date): Date => (typeof at === 'string' ? new Date(at) : at)

/** Date in Shanghai, `2026-11-02`. */
export function isoDate(at: string | Date): string {
  return wall(asDate(at)).date
}

/** Wall clock in Shanghai without zone, `2026-11-02T09:12:00`: what date pickers hold. */
export function wallTime(at: string | Date): string {
  const w = wall(asDate(at))
  return `${w.date}T${w.time}:${w.seconds}`
}

/** The instant of a wall clock in Shanghai (no daylight saving since 1991). */
export function fromWall(text: string): string {
  return `${text}+08:00`
}

/** `2026-11-02 09:12`; empty for null. */
export function dateTime(at: string | Date | null | undefined): string {
  if (!at) return ''
  const w = wall(asDate(at))
  return `${w.date} ${w.time}`
}

/** `09:12`. */
export function clock(at: string | Date): string {
  return wall(asDate(at)).time
}

/** `2026年11月2日`. */
export function longDate(at: string | Date): string {
  const [y, m, d] = isoDate(at).split('-').map(Number)
  return `${y}年${m}月${d}日`
}

/** Whole calendar days in Shanghai from `a` to `b`; negative when b is earlier. */
export function daysBetween(a: string | Date, b: string | Date): number {
  return Math.round((Date.parse(isoDate(b)) - Date.parse(isoDate(a))) / 86_400_000)
}

/** Heading of a day in a timeline: 今天, 昨天, 11月2日, with the year when it is another. */
export function dayName(at: string | Date, now: Date): string {
  const n = daysBetween(at, now)
  if (n === 0) return '今天'
  if (n === 1) return '昨天'
  const [y, m, d] = isoDate(at).split('-').map(Number)
  return isoDate(now).startsWith(`${y}-`) ? `${m}月${d}日` : `${y}年${m}月${d}日`
}

/** When something was, short: 09:12 today, 昨天 09:12, 11-02 this year, else the date. */
export function shortWhen(at: string | null, now: Date): string {
  if (!at) return ''
  const n = daysBetween(at, now)
  if (n === 0) return clock(at)
  if (n === 1) return `昨天 ${clock(at)}`
  const d = isoDate(at)
  return d.slice(0, 4) === isoDate(now).slice(0, 4) ? d.slice(5) : d
}

// A deadline at midnight is the 24:00 of the day before: that day is its last.
function lastMoment(dueAt: string): Date {
  return new Date(asDate(dueAt).getTime() - 1)
}

/** The last day of a deadline, `2026-12-25` for one at 12-26 00:00. */
export function lastDay(dueAt: string): string {
  return isoDate(lastMoment(dueAt))
}

/** A deadline as people say it: `2026-12-25 24:00` rather than 12-26 00:00. */
export function dueTime(dueAt: string): string {
  return clock(dueAt) === '00:00' ? `${lastDay(dueAt)} 24:00` : dateTime(dueAt)
}

/** Time left to a deadline in words: 剩 6 天, 今天 17:30 到期, 今天到期, 超期 3 天. */
export function daysLeft(dueAt: string, now: Date): string {
  const n = daysBetween(now, lastMoment(dueAt))
  const past = asDate(dueAt).getTime() < now.getTime()
  if (n > 0) return `剩 ${n} 天`
  if (n < 0) return `超期 ${-n} 天`
  if (past) return '今天已到期'
  const t = clock(dueAt)
  return t === '23:59' || t === '00:00' ? '今天到期' : `今天 ${t} 到期`
}

export type Urgency = 'over' | 'soon' | 'calm' | 'still'

/** How loud a clock is: over once past, soon within two calendar days, still when paused or stopped. */
export function urgency(dueAt: string, state: string, now: Date): Urgency {
  if (state === 'paused' || state === 'stopped') return 'still'
  if (state === 'overdue' || asDate(dueAt).getTime() < now.getTime()) return 'over'
  return daysBetween(now, lastMoment(dueAt)) <= 2 ? 'soon' : 'calm'
}

/** Part of a clock that has run, 0 to 1. */
export function elapsed(startedAt: string, dueAt: string, now: Date): number {
  const a = asDate(startedAt).getTime()
  const b = asDate(dueAt).getTime()
  if (b <= a) return 1
  return Math.min(1, Math.max(0, (now.getTime() - a) / (b - a)))
}

/** Whole minutes left until an instant, at least 1 while any time is left, else 0. */
export function minutesLeft(until: string, now: Date): number {
  const ms = asDate(until).getTime() - now.getTime()
  return ms <= 0 ? 0 : Math.max(1, Math.floor(ms / 60_000))
}
