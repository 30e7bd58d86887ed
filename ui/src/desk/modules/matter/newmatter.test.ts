import { describe, expect, it } from 'vitest'
import { besideField, blankContent, missingParts, toNewMatter, toOnTheSpot, touched, turnInto } from './newmatter'

function filled() {
  const c = blankContent()
  Object.assign(c, { title: ' 水沟改道 ', place: '村东', category: 'neighbourhood' })
  c.parties = [{ role: 'applicant', name: '李国华', phone: '', consent: true }, { role: 'respondent', name: '普文才', consent: true }, { role: 'third', name: ' ' }]
  return c
}

describe('a new matter', () => {
  it('sends only what was filled in', () => {
    const c = filled()
    expect(toNewMatter(c)).toEqual({
      id: c.id, kind: 'dispute', title: '水沟改道', category: 'neighbourhood', source: 'application', place: { text: '村东' },
      parties: [{ role: 'applicant', name: '李国华' }, { role: 'respondent', name: '普文才' }],
    })
  })
  it('makes one demand of each line', () => {
    const c = filled()
    c.demands = '恢复水沟\n\n 赔院墙 '
    expect(toNewMatter(c).demands).toEqual([{ text: '恢复水沟' }, { text: '赔院墙' }])
  })
  it('asks for five things and no more', () => {
    expect(Object.keys(missingParts(blankContent(), false))).toEqual(['parties', 'title', 'place', 'category'])
    expect(missingParts(filled(), false)).toEqual({})
  })
  it('is worth keeping once something was typed', () => {
    expect(touched(blankContent())).toBe(false)
    expect(touched({ ...blankContent(), concerns: ['minor'], kind: 'petition' })).toBe(false)
    expect(touched(filled())).toBe(true)
  })
  it('turns into a petition and back with the names kept', () => {
    const c = filled()
    turnInto(c, 'petition')
    expect(c.parties.map((p) => [p.role, p.name])).toEqual([['petitioner', '李国华'], ['petitioner', '普文才']])
    c.category = '城乡建设/供水/停水'
    expect(toNewMatter(c)).toMatchObject({ petitionType: 'claim', channel: 'visit' })
    expect(toNewMatter(c)).not.toHaveProperty('source')
    turnInto(c, 'dispute')
    expect(c.category).toBe('')
    expect(c.parties.map((p) => p.role)).toEqual(['applicant', 'respondent'])
  })
  it('of a court goes to a body at once', () => {
    const c = filled()
    expect(Object.keys(missingParts(c, false, true))).toEqual(['to'])
    Object.assign(c, { courtMode: 'preFiling', to: '532328101000' })
    expect(missingParts(c, false, true)).toEqual({})
    expect(toNewMatter(c, false, true)).toMatchObject({ source: 'court', mode: 'preFiling', to: '532328101000' })
    expect(toNewMatter(c)).not.toHaveProperty('to')
  })
  it('on the spot asks for each side’s consent and what was agreed', () => {
    const c = filled()
    c.parties[1]!.consent = false
    expect(Object.keys(missingParts(c, true))).toEqual(['parties', 'note'])
    Object.assign(c, { note: '各出一半', badge: true, mediator: 'p1' })
    c.parties[1]!.consent = true
    expect(toOnTheSpot(c)).toMatchObject({
      badge: true, mediator: 'p1', result: { outcome: 'agreed', by: 'oral', note: '各出一半' },
      parties: [{ name: '李国华', consent: true }, { name: '普文才', consent: true }],
    })
  })
  it('puts the server’s errors beside the part they belong to', () => {
    expect(besideField([{ field: 'parties[0].name', message: '甲' }, { field: 'parties[1].phone', message: '乙' }, { field: 'result.note', message: '丙' }]))
      .toEqual({ parties: '甲 乙', note: '丙' })
  })
})
