import { describe, expect, it } from 'vitest'
import { nextCode, splitAliases } from './org'
import { loginNote, type Person, present } from './people'

describe('the next code', () => {
  it('of a village is the township’s with the next three digits', () => {
    expect(nextCode('532328101000', 'village', ['532328101001', '532328101007', '532328101000900'])).toBe('532328101008')
  })
  it('of a group or a county body is three digits more', () => {
    expect(nextCode('532328101001', 'group', ['532328101001001'])).toBe('532328101001002')
    expect(nextCode('532328000000', 'county', ['532328101000', '532328000000031'])).toBe('532328000000032')
  })
  it('of a township ends in three noughts', () => {
    expect(nextCode('532328000000', 'township', ['532328101000', '532328110000', '532328000000031'])).toBe('532328111000')
  })
  it('of the first below starts at one, and after 999 there is none to propose', () => {
    expect(nextCode('532328101001', 'group', [])).toBe('532328101001001')
    expect(nextCode('532328101001', 'group', ['532328101001999'])).toBe('')
  })
})

it('aliases are parted by commas of either kind, each once', () => {
  expect(splitAliases('国土局，规划局, 国土局、\n林业局')).toEqual(['国土局', '规划局', '林业局'])
})

describe('a person in a line', () => {
  const service = (org: string, roleName: string, until = '') => ({ org: { code: org, name: org }, role: '', roleName, since: '', until, appointed: 0 })
  it('several roles in a body are one, ended ones are left out', () => {
    expect(present([service('甲', '负责人'), service('甲', '调解员'), service('乙', '调解员', '2026-01-01')])).toEqual([{ code: '甲', name: '甲', roles: '负责人、调解员' }])
  })
  it('a closed login is said before a locked one, a usual one not at all', () => {
    const p = { login: 'x', disabled: true, locked: true, mustChange: true, lastSeen: null } as unknown as Person
    expect(loginNote(p)).toBe('已停用')
    expect(loginNote({ ...p, disabled: false, locked: false })).toBe('还没登录过')
    expect(loginNote({ ...p, disabled: false, locked: false, mustChange: false })).toBe('')
  })
})
