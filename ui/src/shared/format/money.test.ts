import { describe, expect, it } from 'vitest'
import { fenToText, fileSize, toFen, yuan } from './money'
import { newId } from './id'

describe('money', () => {
  it('reads fen as yuan', () => {
    expect(yuan(120000)).toBe('1,200 元')
    expect(yuan(150)).toBe('1.50 元')
    expect(yuan(0)).toBe('0 元')
    expect(yuan(null)).toBe('')
  })
  it('takes yuan as typed', () => {
    expect(toFen('1,200')).toBe(120000)
    expect(toFen('1200.5')).toBe(120050)
    expect(toFen('0.07')).toBe(7)
    expect(toFen('19.99')).toBe(1999)
    for (const wrong of ['', '一千', '1.234', '-5', '1e3']) expect(toFen(wrong)).toBeNull()
  })
  it('goes back to what was typed', () => {
    expect(fenToText(120050)).toBe('1200.5')
    expect(toFen(fenToText(1999))).toBe(1999)
  })
  it('says sizes', () => {
    expect(fileSize(900)).toBe('900 字节')
    expect(fileSize(5 * 1024 * 1024)).toBe('5.0 MB')
  })
})

describe('ids', () => {
  it('are UUIDv7 and sort by time', () => {
    const a = newId(1_760_000_000_000)
    const b = newId(1_760_000_000_001)
    expect(a).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    expect(a < b).toBe(true)
  })
})
