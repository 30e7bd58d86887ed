import { onScopeDispose, shallowReactive } from 'vue'

/** One shortcut: `keys` is a key, or two after another (`g t`), as `KeyboardEvent.key`
 * names them. Without `run` it is only listed: the part in focus handles it itself. */
export interface Shortcut { keys: string; name: string; run?: () => void }

const WAIT_MS = 1200
const active = shallowReactive<Shortcut[]>([])
let first = ''
let at = 0

/** All shortcuts of the page as it stands, the general ones first. */
export const shortcuts: readonly Shortcut[] = active

/** Adds shortcuts for as long as the calling scope lives; the later of two with
 * the same keys wins. */
export function useKeys(list: Shortcut[]): void {
  active.push(...list)
  onScopeDispose(() => {
    for (const s of list) active.splice(active.indexOf(s), 1)
  })
}

/** Whether a key belongs to somebody else: text being typed, a menu, an open
 * drawer or dialog, a command of the browser. */
export function busy(e: KeyboardEvent): boolean {
  const t = e.target as HTMLElement | null
  return e.ctrlKey || e.metaKey || e.altKey || e.isComposing || e.defaultPrevented
    || !!t?.closest?.('input:not([type="checkbox"], [type="radio"]), textarea, select, [contenteditable], [role="menu"], [role="listbox"], [role="tree"]')
    || !!document.querySelector('.el-overlay:not([style*="none"])')
}

function find(keys: string): Shortcut | undefined {
  return [...active].reverse().find((s) => s.keys === keys && s.run)
}

function onKey(e: KeyboardEvent): void {
  if (busy(e)) {
    first = ''
    return
  }
  const pair = first && e.timeStamp - at < WAIT_MS ? find(`${first} ${e.key}`) : undefined
  first = ''
  const hit = pair ?? find(e.key)
  if (hit) {
    e.preventDefault()
    hit.run!()
  } else if (active.some((s) => s.keys.startsWith(`${e.key} `))) {
    first = e.key
    at = e.timeStamp
  }
}

/** Starts listening; answers what ends it. Called once, by the shell. */
export function listenToKeys(): () => void {
  document.addEventListener('keydown', onKey)
  return () => document.removeEventListener('keydown', onKey)
}
