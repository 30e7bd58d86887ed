import { nextTick, type Ref } from 'vue'
import { useKeys } from './keys'

interface Rows {
  /** The part of the page that holds the rows, `[data-row]` each with the matter's id. */
  root: Ref<HTMLElement | null | undefined>
  /** The matter in the side panel; empty when it is closed. */
  current: Ref<string>
  toggle?: (id: string) => void
}

const idOf = (el: HTMLElement | undefined) => el?.dataset.row ?? ''

/** Moves by keyboard through the rows of a page, whatever draws them: list, to-do
 * groups or board. `step(±1)` goes to the neighbour of the matter in the panel, also
 * when a step has just taken that matter out of its list. */
export function useRows({ root, current, toggle }: Rows) {
  let last = -1
  let group = ''
  const rows = () => Array.from(root.value?.querySelectorAll<HTMLElement>('[data-row]') ?? [])
  const part = (el: Element | undefined) => el?.closest('[aria-label]:not([data-row])')?.getAttribute('aria-label') ?? ''

  function remember(i: number): void {
    last = i
    group = part(rows()[i])
  }
  /** Shows a row's matter in the panel. */
  function peek(id: string, el?: HTMLElement | null): void {
    current.value = id
    const at = el ? rows().indexOf(el) : focused()
    remember(idOf(rows()[at]) === id ? at : rows().findIndex((r) => idOf(r) === id))
  }
  function focused(): number {
    return rows().findIndex((r) => r.contains(document.activeElement))
  }
  // Where the panel's matter stands in the part it was opened from; -1 once it left.
  function here(): number {
    const list = rows()
    if (idOf(list[last]) === current.value && part(list[last]) === group) return last
    return list.findIndex((r) => idOf(r) === current.value && part(r) === group)
  }
  function target(d: 1 | -1): number {
    const n = rows().length
    if (!current.value) return Math.min(n - 1, Math.max(0, focused() + d))
    const i = here()
    // It left: its place is taken by the one after it.
    const to = i >= 0 ? i + d : last + (d > 0 ? 0 : -1)
    return Math.min(n - 1, Math.max(0, to))
  }
  async function step(d: 1 | -1): Promise<void> {
    const i = target(d)
    const el = rows()[i]
    if (!el) return
    if (current.value) peek(idOf(el), el)
    await nextTick()
    el.focus()
    el.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  }
  function pick(): HTMLElement | undefined {
    return rows()[focused()] ?? rows()[here()]
  }

  useKeys([
    { keys: 'j', name: '下一件', run: () => void step(1) },
    { keys: 'k', name: '上一件', run: () => void step(-1) },
    { keys: 'o', name: '在侧栏里看，再按收起', run: () => {
      const el = pick()
      if (el && idOf(el) !== current.value) peek(idOf(el), el)
      else current.value = ''
    } },
    { keys: 'Enter', name: '打开整页' },
    { keys: 'Escape', name: '收起侧栏' },
    ...(toggle ? [{ keys: 'x', name: '选中，再按不选', run: () => {
      const id = idOf(pick())
      if (id) toggle(id)
    } }] : []),
  ])
  return { step, peek }
}
