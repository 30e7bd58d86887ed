import { describe, expect, it } from 'vitest'
import type { Matter } from '@/shared/api/types'
import { optionsOf } from './options'

const m = { parties: [{ id: 'a', roleName: '申请人', name: '李国华' }], demands: [{ id: 'd', text: '恢复水沟' }] } as unknown as Matter

describe('what a field offers', () => {
  it('is what the server gave, people with their role, demands with the proposal', () => {
    const options = [{ code: 'x', name: '普文才', hint: '被申请人' }]
    expect(optionsOf({ type: 'choice', options }, m)).toBe(options)
    expect(optionsOf({ type: 'party', options }, m)[0]!.name).toBe('被申请人 普文才')
    expect(optionsOf({ type: 'demands', options: [{ code: 'd', name: '恢复水沟', hint: '合理诉求' }] }, m)[0]!.name).toBe('恢复水沟（提议：合理诉求）')
  })
  it('is else taken from the matter', () => {
    expect(optionsOf({ type: 'parties' }, m)).toEqual([{ code: 'a', name: '申请人 李国华' }])
    expect(optionsOf({ type: 'demand' }, m)).toEqual([{ code: 'd', name: '恢复水沟' }])
    expect(optionsOf({ type: 'choice' }, null)).toEqual([])
  })
})
