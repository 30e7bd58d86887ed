import { ref } from 'vue'
import { BASE } from '../api/client'
import type { Changes } from '../api/types'
import { serverNow } from './clock'
import { peek, usePoll } from './poll'

/** Watches what moved in the caller's scope since the page was loaded: quietly,
 * every half minute, only while the page is visible. `seen()` starts anew. */
export function useChanges() {
  const items = ref<Changes['items']>([])
  const memory = { etag: '' }
  let since = serverNow().toISOString()

  async function look(): Promise<void> {
    const asked = since
    const c = await peek<Changes>(`${BASE}/changes?since=${encodeURIComponent(since)}`, memory)
    if (c && asked === since) items.value = c.items ?? []
  }
  usePoll(look)

  return {
    items,
    look,
    seen(): void {
      since = serverNow().toISOString()
      memory.etag = ''
      items.value = []
    },
  }
}
