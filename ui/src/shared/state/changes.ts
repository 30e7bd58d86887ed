import { onScopeDispose, ref } from 'vue'
import { BASE } from '../api/client'
import type { Changes } from '../api/types'
import { serverNow } from './clock'

const EVERY_MS = 30_000

/** Watches what moved in the caller's scope since the page was loaded: quietly,
 * every half minute, only while the page is visible. `seen()` starts anew. */
export function useChanges() {
  const items = ref<Changes['items']>([])
  let since = serverNow().toISOString()
  let etag = ''

  async function look(): Promise<void> {
    if (document.hidden) return
    try {
      const headers: Record<string, string> = etag ? { 'If-None-Match': etag } : {}
      const r = await fetch(`${BASE}/changes?since=${encodeURIComponent(since)}`, { headers, credentials: 'same-origin', cache: 'no-store' })
      if (r.status !== 200) return
      etag = r.headers.get('ETag') ?? ''
      items.value = ((await r.json()) as Changes).items ?? []
    } catch {
      // Offline: the next action will say so; a poll never does.
    }
  }

  const timer = setInterval(() => void look(), EVERY_MS)
  onScopeDispose(() => clearInterval(timer))

  return {
    items,
    look,
    seen(): void {
      since = serverNow().toISOString()
      etag = ''
      items.value = []
    },
  }
}
