import { describe, expect, it } from 'vitest'
import type { Field, Matter } from '../api/types'
import { changedParties, partyRows } from './amend'
import { errorsByField, initial, missingOf, settled, toInput, visible } from './field'

const f = (name: string, type: Field['type'], more: Partial<Field> = {}): Field => ({ name, label: name, type, required: true, ...more })

describe('fields of an action', () => {
  it('start with their default, lists as lists', () => {
    expect(initial(f('m', 'persons', { default: ['p1'] }))).toEqual(['p1'])
    expect(initial(f('m', 'persons', { default: 'p1' }))).toEqual(['p1'])
    expect(initial(f('badge', 'bool'))).toBeNull()
    expect(initial(f('notice', 'tick', { default: true }))).toBe(true)
    expect(initial(f('to', 'choice', { options: [{ code: 'justice', name: '司法局' }] }))).toBe('justice')
  })
  it('are asked only under their condition', () => {
    const paper = f('paper', 'paper', { when: { field: 'by', in: ['relief', 'ruling'] } })
    expect(visible(paper, { by: 'oral' })).toBe(false)
    expect(visible(paper, { by: 'ruling' })).toBe(true)
    expect(missingOf([paper], { by: 'oral' })).toEqual({})
    expect(missingOf([paper], { by: 'ruling', paper: { body: '法院', number: '', date: '' } })).toHaveProperty('paper')
  })
  it('must be answered where they must', () => {
    const fields = [f('badge', 'bool'), f('notice', 'tick'), f('days', 'integer'), f('note', 'longText', { required: false })]
    expect(Object.keys(missingOf(fields, { badge: null, notice: false, days: null, note: '' }))).toEqual(['badge', 'notice', 'days'])
    expect(missingOf(fields, { badge: false, notice: true, days: 0, note: '' })).toEqual({})
  })
  it('send false and 0, but nothing empty', () => {
    const fields = [f('badge', 'bool'), f('days', 'integer'), f('note', 'text'), f('bodies', 'orgs'), f('notice', 'tick')]
    expect(toInput(fields, { badge: false, days: 0, note: ' ', bodies: [], notice: false })).toEqual({ badge: false, days: 0 })
  })
  it('are not asked when there is one answer', () => {
    expect(settled(f('to', 'choice', { options: [{ code: 'court', name: '法院' }] }))).toBe(true)
    expect(settled(f('to', 'choice', { required: false, options: [{ code: 'court', name: '法院' }] }))).toBe(false)
  })
  it('find the errors of theirs', () => {
    expect(errorsByField([f('paper', 'paper')], [{ field: 'input.paper.date', message: '甲' }, { field: 'zzz', message: '乙' }]))
      .toEqual({ beside: { paper: '甲' }, rest: ['乙'] })
  })
})

describe('amended parties', () => {
  const m = { kind: 'dispute', parties: [{ id: 'a', role: 'applicant', name: '李国华', phone: '139****0001' }] } as unknown as Matter
  it('show no masked value and send only what differs', () => {
    const rows = partyRows(m, [])
    expect(rows).toEqual([{ id: 'a', role: 'applicant', name: '李国华' }])
    expect(changedParties(m, rows)).toBeUndefined()
    expect(changedParties(m, [{ ...rows[0]!, phone: '13908780001' }, { role: 'respondent', name: '普文才' }, { role: 'respondent', name: ' ' }]))
      .toEqual([{ id: 'a', phone: '13908780001' }, { role: 'respondent', name: '普文才' }])
  })
})
