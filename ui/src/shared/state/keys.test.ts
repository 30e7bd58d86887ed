import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { effectScope, type EffectScope } from 'vue'
import { listenToKeys, shortcuts, useKeys } from './keys'

let done: string[] = []
let stop = () => {}
let scope: EffectScope
const press = (key: string, on: Element = document.body, more: KeyboardEventInit = {}) =>
  on.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...more }))

beforeEach(() => {
  done = []
  document.body.innerHTML = '<input id="text"><input id="tick" type="checkbox"><div id="menu" role="menu"><button>甲</button></div>'
  stop = listenToKeys()
  scope = effectScope()
  scope.run(() => useKeys([
    { keys: 'n', name: '登记', run: () => done.push('n') },
    { keys: 'g t', name: '去待办', run: () => done.push('g t') },
    { keys: 'g n', name: '去提醒', run: () => done.push('g n') },
    { keys: 'Enter', name: '打开' },
  ]))
})
afterEach(() => {
  scope.stop()
  stop()
})

describe('shortcuts', () => {
  it('run by one key or by two after another', () => {
    press('n')
    press('g')
    press('n')
    press('g')
    press('x')
    press('t')
    expect(done).toEqual(['n', 'g n'])
  })
  it('leave alone what is typed, picked from a menu, or a command of the browser', () => {
    press('n', document.querySelector('#text')!)
    press('n', document.querySelector('#menu button')!)
    press('n', document.body, { ctrlKey: true })
    press('n', document.body, { metaKey: true })
    press('g', document.querySelector('#text')!)
    press('t')
    expect(done).toEqual([])
    press('n', document.querySelector('#tick')!)
    expect(done).toEqual(['n'])
  })
  it('are silent while a drawer or dialog is open', () => {
    document.body.insertAdjacentHTML('beforeend', '<div class="el-overlay"></div>')
    press('n')
    expect(done).toEqual([])
    document.querySelector<HTMLElement>('.el-overlay')!.style.display = 'none'
    press('n')
    expect(done).toEqual(['n'])
  })
  it('give way to those of the part that came last, and come back when it goes', () => {
    const part = effectScope()
    part.run(() => useKeys([{ keys: 'n', name: '别的', run: () => done.push('part') }]))
    press('n')
    part.stop()
    press('n')
    expect(done).toEqual(['part', 'n'])
    expect(shortcuts.map((s) => s.keys)).toEqual(['n', 'g t', 'g n', 'Enter'])
  })
  it('that are only listed are left to the part in focus', () => {
    const e = new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true })
    document.body.dispatchEvent(e)
    expect(e.defaultPrevented).toBe(false)
  })
})
