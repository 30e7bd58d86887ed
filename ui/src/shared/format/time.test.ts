import { describe, expect, it } from 'vitest'
import { dateTime, dayName, daysBetween, daysLeft, dueTime, elapsed, fromWall, lastDay, minutesLeft, shortWhen, urgency, wallTime } from './time'

const now = new Date('2026-11-02T09:12:00+08:00')

describe('days left in words', () => {
  it('counts calendar days in Shanghai', () => {
    expect(daysLeft('2026-11-08T18:00:00+08:00', now)).toBe('剩 6 天')
    expect(daysLeft('2026-11-03T00:30:00+08:00', now)).toBe('剩 1 天')
  })
  it('names the hour on the last day, and none for the end of the day', () => {
    expect(daysLeft('2026-11-02T17:30:00+08:00', now)).toBe('今天 17:30 到期')
    expect(daysLeft('2026-11-02T23:59:59+08:00', now)).toBe('今天到期')
  })
  it('takes midnight as the 24:00 of the day before', () => {
    expect(daysLeft('2026-11-03T00:00:00+08:00', now)).toBe('今天到期')
    expect(daysLeft('2026-11-09T00:00:00+08:00', now)).toBe('剩 6 天')
  })
  it('writes midnight as the 24:00 it is', () => {
    expect(dueTime('2026-11-03T00:00:00+08:00')).toBe('2026-11-02 24:00')
    expect(dueTime('2026-11-03T18:00:00+08:00')).toBe('2026-11-03 18:00')
    expect(lastDay('2026-11-03T00:00:00+08:00')).toBe('2026-11-02')
  })
  it('says how long it is over', () => {
    expect(daysLeft('2026-11-02T08:00:00+08:00', now)).toBe('今天已到期')
    expect(daysLeft('2026-10-30T23:00:00+08:00', now)).toBe('超期 3 天')
  })
})

describe('urgency', () => {
  it('is over, soon, calm by the server clock, and still when paused', () => {
    expect(urgency('2026-11-01T00:00:00+08:00', 'running', now)).toBe('over')
    expect(urgency('2026-11-04T12:00:00+08:00', 'running', now)).toBe('soon')
    expect(urgency('2026-11-09T12:00:00+08:00', 'running', now)).toBe('calm')
    expect(urgency('2026-11-01T00:00:00+08:00', 'paused', now)).toBe('still')
  })
})

describe('dates', () => {
  it('shows Shanghai time whatever the zone of the instant', () => {
    expect(dateTime('2026-11-01T16:30:00Z')).toBe('2026-11-02 00:30')
    expect(dateTime(null)).toBe('')
  })
  it('names days near and far', () => {
    expect(dayName('2026-11-02T00:10:00+08:00', now)).toBe('今天')
    expect(dayName('2026-11-01T23:50:00+08:00', now)).toBe('昨天')
    expect(dayName('2026-10-24T05:12:00+08:00', now)).toBe('10月24日')
    expect(dayName('2021-10-24T05:12:00+08:00', now)).toBe('2021年10月24日')
    expect(shortWhen('2026-10-24T05:12:00+08:00', now)).toBe('10-24')
    expect(shortWhen('2021-10-24T05:12:00+08:00', now)).toBe('2021-10-24')
  })
  it('goes to the wall clock and back', () => {
    expect(fromWall(wallTime('2026-11-02T01:12:00Z'))).toBe('2026-11-02T09:12:00+08:00')
  })
  it('counts days over the end of a month', () => {
    expect(daysBetween('2026-10-31T23:00:00+08:00', '2026-11-02T01:00:00+08:00')).toBe(2)
  })
  it('measures a clock between 0 and 1', () => {
    expect(elapsed('2026-11-01T09:12:00+08:00', '2026-11-03T09:12:00+08:00', now)).toBe(0.5)
    expect(elapsed('2026-10-01T00:00:00+08:00', '2026-10-02T00:00:00+08:00', now)).toBe(1)
  })
  it('counts whole minutes and stops at none', () => {
    expect(minutesLeft('2026-11-02T09:20:10+08:00', now)).toBe(8)
    expect(minutesLeft('2026-11-02T09:12:20+08:00', now)).toBe(1)
    expect(minutesLeft('2026-11-02T09:00:00+08:00', now)).toBe(0)
  })
})
