import { nextTick, reactive, ref, watch } from 'vue'
import { type About, draft } from './draft'

/** A form's content that survives reload, logout and conflict under `place`, called
 * `about` in the list of drafts; `keeps` says when it must not lie in this browser
 * at all. */
export function useKept<T extends object>(place: string, about: About, blank: () => T, keeps: (v: T) => boolean = () => true) {
  const saved = draft.load<Partial<T>>(place)
  const values = reactive({ ...blank(), ...saved }) as T
  const restored = ref(!!saved)
  watch(values, (v) => (keeps(v as T) ? draft.save(place, v, about) : draft.drop(place)), { deep: true })

  async function clear(): Promise<void> {
    Object.assign(values, blank())
    restored.value = false
    await nextTick()
    draft.drop(place)
  }
  return { values, restored, clear }
}
