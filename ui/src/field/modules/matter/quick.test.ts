import { describe, expect, it } from 'vitest'
import { accusation, besidePart, blankQuick, firstTiles, lacking, toBody, touched, turnInto } from './quick'

function filled() {
  const q = { ...blankQuick(), title: ' 水沟改道 ', place: '村东', category: 'neighbourhood', then: 'register' as 'register' | 'spot' }
  q.parties[0]!.name = '李𠮷祥'
  q.parties[1]!.name = ' 普文才 '
  return q
}

describe('five fields', () => {
  it('are all that is asked for', () => {
    expect(Object.keys(lacking(blankQuick()))).toEqual(['parties', 'title', 'place', 'category', 'then'])
    expect(lacking(filled())).toEqual({})
  })
  it('send only what was filled in', () => {
    const q = filled()
    expect(toBody(q, '2026-11-02T01:00:00Z')).toEqual({
      id: q.id, kind: 'dispute', title: '水沟改道', category: 'neighbourhood', place: { text: '村东' }, source: 'application', foundAt: '2026-11-02T01:00:00Z',
      parties: [{ role: 'applicant', name: '李𠮷祥' }, { role: 'respondent', name: '普文才' }],
    })
    expect(toBody(q, null)).not.toHaveProperty('foundAt')
  })
  it('are worth keeping once one is touched', () => {
    expect(touched(blankQuick())).toBe(false)
    expect(touched({ ...blankQuick(), then: 'accept' })).toBe(true)
  })
  it('on the spot ask for both sides, their consent and what was agreed', () => {
    const q = { ...filled(), then: 'spot' as const }
    expect(Object.keys(lacking(q))).toEqual(['consent', 'note'])
    q.parties.forEach((p) => (p.consent = true))
    Object.assign(q, { note: ' 各出一半 ', badge: true, mediator: 'p1' })
    expect(lacking(q)).toEqual({})
    expect(toBody(q, null)).toMatchObject({ badge: true, mediator: 'p1', result: { outcome: 'agreed', by: 'oral', note: '各出一半' }, parties: [{ consent: true }, { consent: true }] })
    q.parties[1]!.name = ''
    expect(Object.keys(lacking(q))).toEqual(['parties'])
  })
  it('are four of a petition, which has one side and no outcome yet', () => {
    const q = blankQuick()
    turnInto(q, 'petition')
    expect(touched(q)).toBe(false)
    expect(Object.keys(lacking(q))).toEqual(['parties', 'title', 'place', 'category'])
    Object.assign(q, { title: '低保没有批', place: '村委会', category: '民政/低保/申请' })
    q.parties[0]!.name = '李𠮷祥'
    expect(toBody(q, null)).toEqual({
      id: q.id, kind: 'petition', title: '低保没有批', category: '民政/低保/申请', place: { text: '村委会' }, petitionType: 'claim', channel: 'visit',
      parties: [{ role: 'petitioner', name: '李𠮷祥' }],
    })
    turnInto(q, 'dispute')
    expect(q).toMatchObject({ title: '低保没有批', category: '', then: '', parties: [{ role: 'applicant', name: '李𠮷祥' }, { role: 'respondent', name: '' }] })
    expect(accusation({ ...q, petitionType: 'accusation' }), 'a quarrel is none').toBe(false)
  })
  it('need not be there for a draft: a photo alone is worth keeping', () => {
    const q = { ...blankQuick(), files: 1 }
    expect(touched(q)).toBe(true)
    expect(toBody(q, null, true)).toEqual({ id: q.id, kind: 'dispute', draft: true, source: 'application' })
    expect(toBody({ ...filled(), then: 'spot', files: 1 }, null, true)).not.toHaveProperty('result')
  })
  it('get the server’s words beside them', () => {
    expect(besidePart([{ field: 'parties[0].phone', message: '甲' }, { field: 'body.place.text', message: '乙' }, { field: 'result.note', message: '丙' }])).toEqual({ parties: '甲', place: '乙', note: '丙' })
  })
})

describe('the eight tiles', () => {
  const all = ['marriage', 'neighbourhood', 'homestead', 'contract', 'production', 'damage', 'land', 'expropriation', 'pollution', 'migrantWages', 'traffic', 'other'].map((code) => ({ code, name: code }))
  it('are what villages have most, and the chosen one', () => {
    expect(firstTiles(all, '').map((c) => c.code)).toEqual(['neighbourhood', 'marriage', 'homestead', 'land', 'damage', 'contract', 'migrantWages', 'traffic'])
    expect(firstTiles(all, 'pollution').map((c) => c.code)).toContain('pollution')
    expect(firstTiles(all, 'pollution')).toHaveLength(8)
  })
  it('of another county are its first eight', () => {
    const other = [...'abcdefghij'].map((code) => ({ code, name: code }))
    expect(firstTiles(other, '').map((c) => c.code)).toEqual([...'abcdefgh'])
  })
})
