import { describe, expect, it } from 'vitest'
import { nextTick, reactive } from 'vue'
import { usePartErrors } from './errors'

describe('errors beside parts', () => {
  it('go once their part is touched, the others stay', async () => {
    const v = reactive({ title: '', place: '', to: null as string | null, mode: '', parties: [{ name: '' }] })
    const { errors, set } = usePartErrors(v, { to: ['to', 'mode'] })
    set({ title: '甲', to: '乙', parties: '丙' })
    v.place = '村东'
    await nextTick()
    expect(Object.keys(errors.value)).toEqual(['title', 'to', 'parties'])
    v.mode = 'preFiling'
    v.parties[0]!.name = '李国华'
    await nextTick()
    expect(errors.value).toEqual({ title: '甲' })
  })
})
