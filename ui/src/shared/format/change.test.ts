import { describe, expect, it } from 'vitest'
import { changeText } from './change'

describe('what an amendment changed', () => {
  it('is money in yuan, codes by name, nothing as nothing', () => {
    const book = { concerns: [{ code: 'violence', name: '有人受伤或动了手' }, { code: 'minor', name: '涉及未成年人' }] }
    expect(changeText({ field: 'amountFen', old: '0', new: '120050' }, book)).toBe('空 → 1,200.50 元')
    expect(changeText({ field: 'concerns', old: '', new: 'minor,violence' }, book)).toBe('空 → 涉及未成年人、有人受伤或动了手')
    expect(changeText({ field: 'title', old: '甲', new: '乙' }, null)).toBe('甲 → 乙')
  })
})
