import { computed, watch } from 'vue'
import { useRulebook } from '@/shared/state/rulebook'
import { session } from '@/shared/state/session'
import { keepBook, knownBook } from './known'

/** The names one needs to register: of the rulebook, or as this phone last saw it. */
export function useNames() {
  const book = useRulebook()
  const kept = knownBook()
  watch(book, (b) => b && keepBook(b), { immediate: true })
  return computed(() => book.value ?? kept)
}

/** What the kind of the acting body does; null while unknown. */
export function useOwnKind() {
  const names = useNames()
  return computed(() => names.value?.kinds.find((k) => k.code === session.me?.body?.kind) ?? null)
}
