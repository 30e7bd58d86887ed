import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { effectScope, type EffectScope, nextTick, ref } from 'vue'
import { useRows } from './rows'

const root = ref<HTMLElement | null>(null)
const current = ref('')
let scope: EffectScope
let nav: ReturnType<typeof useRows>

function show(groups: Record<string, string[]>): void {
  root.value!.innerHTML = Object.entries(groups).map(([name, ids]) => `<section aria-label="${name}">${ids.map((id) => `<p tabindex="0" data-row="${id}">${id}</p>`).join('')}</section>`).join('')
}
const focused = () => (document.activeElement as HTMLElement | null)?.dataset.row ?? ''
async function step(d: 1 | -1): Promise<string> {
  await nav.step(d)
  await nextTick()
  return current.value || focused()
}

beforeEach(() => {
  document.body.innerHTML = '<main></main>'
  root.value = document.querySelector('main')
  current.value = ''
  scope = effectScope()
  scope.run(() => (nav = useRows({ root, current })))
  show({ toSign: ['a', 'b', 'c'], mine: ['d'] })
})
afterEach(() => scope.stop())

describe('rows of a page', () => {
  it('are gone through by focus while no panel is open, across groups, and no further than the ends', async () => {
    expect([await step(1), await step(1), await step(1), await step(1), await step(1)]).toEqual(['a', 'b', 'c', 'd', 'd'])
    expect(await step(-1)).toBe('c')
    expect(current.value).toBe('')
  })
  it('move the panel along once it is open', async () => {
    nav.peek('b')
    expect(await step(1)).toBe('c')
    expect(current.value).toBe('c')
    expect(await step(-1)).toBe('b')
  })
  it('go on with the next of the group when a step took the matter out of it', async () => {
    nav.peek('a')
    show({ toSign: ['b', 'c'], mine: ['a', 'd'] })
    expect(await step(1)).toBe('b')
    show({ toSign: ['c'], mine: ['a', 'b', 'd'] })
    expect(await step(1)).toBe('c')
  })
  it('go on below when the whole group is done', async () => {
    show({ toSign: ['a'], mine: ['d', 'e'] })
    nav.peek('a')
    show({ mine: ['d', 'a', 'e'] })
    expect(await step(1)).toBe('d')
  })
  it('stay with the matter when others came before it', async () => {
    nav.peek('b')
    show({ toSign: ['x', 'a', 'b', 'c'], mine: ['d'] })
    expect(await step(1)).toBe('c')
  })
  it('do nothing on an empty page', async () => {
    show({})
    expect(await step(1)).toBe('')
  })
})
