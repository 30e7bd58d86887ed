import { ref, shallowRef } from 'vue'
import { api, ask } from '@/shared/api/client'
import { asApiError, type ApiError } from '@/shared/api/problem'
import type { Matter, TimelineItem } from '@/shared/api/types'

/** One matter with its timeline, as the page and the side panel hold it. */
export function useMatter(id: () => string) {
  const matter = shallowRef<Matter | null>(null)
  const timeline = shallowRef<TimelineItem[]>([])
  const error = shallowRef<ApiError | null>(null)
  const loading = ref(false)
  // After one's own step it may be out of sight: what is shown is the last seen.
  const gone = ref(false)
  let turn = 0

  async function load(): Promise<void> {
    const mine = ++turn
    const params = { path: { id: id() } }
    loading.value = true
    try {
      const [m, t] = await Promise.all([
        ask(api.GET('/matters/{id}', { params })),
        ask(api.GET('/matters/{id}/timeline', { params })),
      ])
      if (mine !== turn) return
      matter.value = m
      timeline.value = t.items
      error.value = null
      gone.value = false
    } catch (e) {
      if (mine !== turn) return
      error.value = asApiError(e)
      matter.value = null
    } finally {
      if (mine === turn) loading.value = false
    }
  }

  /** Takes the matter an action answered with, and fetches what its timeline gained. */
  async function take(m: Matter): Promise<void> {
    matter.value = m
    try {
      const t = await ask(api.GET('/matters/{id}/timeline', { params: { path: { id: m.id } } }))
      gone.value = false
      if (matter.value?.id === m.id) timeline.value = t.items
    } catch (e) {
      gone.value = asApiError(e).status === 404
    }
  }

  return { matter, timeline, error, loading, gone, load, take }
}
