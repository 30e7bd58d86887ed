import { onScopeDispose } from 'vue'

const EVERY_MS = 30_000
type Look = () => Promise<void> | void

// One timer and one listener for everything that is looked after quietly.
const looks = new Set<Look>()
let timer: ReturnType<typeof setInterval> | undefined

function round(): void {
  if (!document.hidden) for (const look of looks) void look()
}

/** Calls `look` every half minute while the page is visible, and at once when it
 * comes into sight again; ends with the scope it was called in. */
export function usePoll(look: Look): void {
  looks.add(look)
  if (looks.size === 1) {
    timer = setInterval(round, EVERY_MS)
    document.addEventListener('visibilitychange', round)
  }
  onScopeDispose(() => {
    looks.delete(look)
    if (looks.size) return
    clearInterval(timer)
    document.removeEventListener('visibilitychange', round)
  })
}

/** Asks an address again only for what changed: null when nothing did, when it is
 * not there, or when no answer came. `memory` keeps the ETag between calls. */
export async function peek<T>(url: string, memory: { etag: string }): Promise<T | null> {
  try {
    const headers: Record<string, string> = memory.etag ? { 'If-None-Match': memory.etag } : {}
    const r = await fetch(url, { headers, credentials: 'same-origin', cache: 'no-store' })
    if (r.status !== 200) {
      // Read to its end: a body left open would hold its connection.
      await r.text()
      return null
    }
    memory.etag = r.headers.get('ETag') ?? ''
    return (await r.json()) as T
  } catch {
    // Offline: the next action will say so; a poll never does.
    return null
  }
}
