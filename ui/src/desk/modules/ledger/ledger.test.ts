import { describe, expect, it } from 'vitest'
import { assign, type Counts, type Import, mappingOf, missing, readWords, refusal, stepOf } from './ledger'

const none: Counts = { rows: 0, ok: 0, rejected: 0, blank: 0, totals: 0, notes: 0, entered: 0 }

describe('an import on the page', () => {
  it('a field goes to one column only, and can be taken off', () => {
    const m = { 0: 'number', 3: 'title' }
    expect(assign(m, 4, 'title')).toEqual({ 0: 'number', 4: 'title' })
    expect(assign(m, 3, '')).toEqual({ 0: 'number' })
    expect(assign(m, 3, 'place')).toEqual({ 0: 'number', 3: 'place' })
  })
  it('names the required fields that no column fills', () => {
    const fields = ['applicant', 'summary', 'title', 'place'].map((code) => ({ code, name: code, required: code === 'applicant' || code === 'summary', help: '' }))
    expect(missing(fields, {}).map((f) => f.name)).toEqual(['applicant', 'summary'])
    expect(missing(fields, { 1: 'place', 2: 'title' }).map((f) => f.name)).toEqual(['applicant'])
    expect(missing(fields, { 1: 'applicant', 2: 'summary' })).toEqual([])
  })
  it('takes the guessed mapping over without the columns that have none', () => {
    const columns = [{ index: 0, letter: 'A', name: '序号', field: null, samples: [] }, { index: 3, letter: 'D', name: '事由', field: 'title', samples: [] }]
    expect(mappingOf({ columns } as unknown as Import)).toEqual({ 3: 'title' })
  })
  it('says what was read and what was left aside', () => {
    expect(readWords({ ...none, rows: 42, blank: 1, totals: 1 })).toBe('读到 42 行；另有空行 1 行、合计 1 行，不算在内。')
    expect(readWords({ ...none, rows: 1200 })).toBe('读到 1,200 行。')
  })
  it('does not send an empty file or one the server would not read', () => {
    expect(refusal({ name: '台账.xlsx', size: 0 })).toMatch(/空的/)
    expect(refusal({ name: '台账.xlsx', size: 200 << 20 })).toBe('「台账.xlsx」有 200.0 MB，一个文件最多 30.0 MB。请拆成几个文件，或者删去图片后再传。')
    expect(refusal({ name: '台账.xlsx', size: 30 << 20 })).toBe('')
  })
  it('stands at the step where it stopped', () => {
    expect(stepOf('mapping', none)).toBe(1)
    expect(stepOf('checking', none)).toBe(2)
    expect(stepOf('checked', { ...none, rows: 42, ok: 37 })).toBe(3)
    expect(stepOf('failed', none)).toBe(2)
    expect(stepOf('cancelled', { ...none, rows: 42, entered: 20 })).toBe(3)
    expect(stepOf('done', none)).toBe(4)
  })
})
