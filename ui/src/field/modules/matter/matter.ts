import { ref, shallowRef } from 'vue'
import { api, ask } from '@/shared/api/client'
import { asApiError, type ApiError } from '@/shared/api/problem'
import type { Matter, TimelineItem } from '@/shared/api/types'

// The last one looked at stays in hand, so that going to a step and back shows it at once.
const last = shallowRef<{ matter: Matter; timeline: TimelineItem[] } | null>(null)

/** One matter with its timeline. */
export function useMatter(id: string) {
  const kept = last.value?.matter.id === id ? last.value : null
  const matter = shallowRef<Matter | null>(kept?.matter ?? null)
  const timeline = shallowRef<TimelineItem[]>(kept?.timeline ?? [])
  const error = shallowRef<ApiError | null>(null)
  /** After one's own step it may be out of sight: what is shown is the last seen. */
  const gone = ref(false)

  async function load(): Promise<void> {
    const params = { path: { id } }
    try {
      const [m, t] = await Promise.all([ask(api.GET('/matters/{id}', { params })), ask(api.GET('/matters/{id}/timeline', { params }))])
      take(m, t.items)
      error.value = null
    } catch (e) {
      const err = asApiError(e)
      gone.value = !!matter.value && (err.status === 404 || err.status === 403)
      if (!gone.value) error.value = err
    }
  }
  /** Takes the matter a step answered with. */
  function take(m: Matter, items: TimelineItem[] = timeline.value): void {
    matter.value = m
    timeline.value = items
    last.value = { matter: m, timeline: items }
  }
  return { matter, timeline, error, gone, load, take }
}

/** Forgets what is in hand: another person or body looks now. */
export function forgetMatter(): void {
  last.value = null
}
