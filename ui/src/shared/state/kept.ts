import { nextTick, reactive, ref, watch } from 'vue'
import { draft } from './draft'

/** A form's content that survives reload, logout and conflict under `place`;
 * `keeps` says when it must not lie in this browser at all. */
export function useKept<T extends object>(place: string, blank: () => T, keeps: (v: T) => boolean = () => true) {
  const saved = draft.load<Partial<T>>(place)
  const values = reactive({ ...blank(), ...saved }) as T
  const restored = ref(!!saved)
  watch(values, (v) => (keeps(v as T) ? draft.save(place, v) : draft.drop(place)), { deep: true })

  async function clear(): Promise<void> {
    Object.assign(values, blank())
    restored.value = false
    await nextTick()
    draft.drop(place)
  }
  return { values, restored, clear }
}
