import { nextTick, reactive, ref, watch } from 'vue'
import { draft } from './draft'

/** A form's content that survives reload, logout and conflict under `place`. */
export function useKept<T extends object>(place: string, blank: () => T) {
  const saved = draft.load<Partial<T>>(place)
  const values = reactive({ ...blank(), ...saved }) as T
  const restored = ref(!!saved)
  watch(values, (v) => draft.save(place, v), { deep: true })

  async function clear(): Promise<void> {
    Object.assign(values, blank())
    restored.value = false
    await nextTick()
    draft.drop(place)
  }
  return { values, restored, clear }
}
