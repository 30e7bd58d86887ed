import { ref, watch } from 'vue'
import { api, ask } from '@/shared/api/client'
import type { Filters } from './filters'

/** The names of the bodies that filters name by code, as they become known. */
export function useBodyNames(filters: () => Filters) {
  const names = ref<Record<string, string>>({})
  watch(() => [filters().acceptedUnder, filters().registeredUnder], (codes) => {
    for (const code of new Set(codes)) {
      if (!code || names.value[code]) continue
      ask(api.GET('/orgs/{code}', { params: { path: { code } } })).then((o) => (names.value = { ...names.value, [code]: o.name }), () => {})
    }
  }, { immediate: true })
  return names
}
