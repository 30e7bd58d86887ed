import { ref, shallowRef } from 'vue'
import { asApiError, type ApiError } from '../api/problem'

/** One thing a page loads: data, error and whether it is on its way. A later
 * call wins over an earlier one; data stays visible while it is loaded again. */
export function useLoad<T>(get: () => Promise<T>) {
  const data = shallowRef<T | null>(null)
  const error = shallowRef<ApiError | null>(null)
  const loading = ref(false)
  let turn = 0

  async function load(): Promise<void> {
    const mine = ++turn
    loading.value = true
    try {
      const d = await get()
      if (mine !== turn) return
      data.value = d
      error.value = null
    } catch (e) {
      if (mine === turn) error.value = asApiError(e)
    } finally {
      if (mine === turn) loading.value = false
    }
  }
  return { data, error, loading, load }
}
