import { ref, watch } from 'vue'

/** Sentences beside the parts of a page, each gone once its part is touched.
 * `parts` says what a part's name stands for where it is not its own key. */
export function usePartErrors<T extends object>(values: T, parts: Record<string, (keyof T)[]> = {}) {
  const errors = ref<Record<string, string>>({})
  let found: Record<string, string> = {}
  const text = (name: string) => JSON.stringify((parts[name] ?? [name as keyof T]).map((k) => values[k] ?? null))

  function set(list: Record<string, string>): void {
    errors.value = list
    found = Object.fromEntries(Object.keys(list).map((name) => [name, text(name)]))
  }
  watch(values, () => {
    const left = Object.entries(errors.value).filter(([name]) => text(name) === found[name])
    if (left.length < Object.keys(errors.value).length) errors.value = Object.fromEntries(left)
  }, { deep: true })
  return { errors, set }
}
