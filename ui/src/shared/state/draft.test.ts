import { beforeEach, describe, expect, it, vi } from 'vitest'

const me = vi.hoisted(() => ({ id: 'p1' }))
vi.mock('./session', () => ({ session: { get me() { return me.id ? { person: { id: me.id } } : null } } }))
import { draft } from './draft'

const about = { title: '记录调解：水沟', to: '/matters/m1?do=attempt' }
beforeEach(() => {
  localStorage.clear()
  me.id = 'p1'
})

describe('kept drafts', () => {
  it('are listed with where they go on and the longest words in them', () => {
    draft.save('m1.attempt', { outcome: 'failed', note: '第二次上门，先听两家各说一遍。', heldAt: '2026-11-02T09:00:00+08:00' }, about)
    expect(draft.kept()).toMatchObject([{ place: 'm1.attempt', title: '记录调解：水沟', to: '/matters/m1?do=attempt', words: '第二次上门，先听两家各说一遍。' }])
  })
  it('are those of this person only, the latest first', () => {
    vi.useFakeTimers()
    draft.save('register', { title: '甲' }, { title: '登记', to: '/register' })
    vi.advanceTimersByTime(1000)
    draft.save('onTheSpot', { title: '乙' }, { title: '当场调', to: '/onTheSpot' })
    expect(draft.kept().map((d) => d.title)).toEqual(['当场调', '登记'])
    me.id = 'p2'
    expect(draft.kept()).toEqual([])
    vi.useRealTimers()
  })
  it('keep their name through further writing and are gone once dropped', () => {
    draft.save('m1.attempt', { note: '甲' }, about)
    draft.save('m1.attempt', { note: '甲乙' })
    expect(draft.kept()[0]).toMatchObject({ title: about.title, words: '甲乙' })
    draft.drop('m1.attempt')
    expect(draft.kept()).toEqual([])
  })
  it('leave out what an operation kept without any content', () => {
    draft.operation('m1.sign', '{}')
    expect(draft.kept()).toEqual([])
  })
})
