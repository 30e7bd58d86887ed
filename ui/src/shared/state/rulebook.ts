import { computed, shallowRef } from 'vue'
import { api, ask } from '../api/client'
import type { Coded, Rulebook } from '../api/types'
import { session } from './session'

const book = shallowRef<Rulebook | null>(null)
let asking: Promise<Rulebook> | null = null

/** The county's rulebook, asked once; null until it is here. */
export function useRulebook() {
  asking ??= ask(api.GET('/rulebook'))
    .then((b) => (book.value = b))
    .catch((e: unknown) => {
      asking = null
      throw e
    })
  asking.catch(() => {})
  return book
}

/** Name of a code in one of the rulebook's lists, the code itself if unknown. */
export function nameOf(list: Coded[] | undefined | null, code: string | null | undefined): string {
  if (!code) return ''
  return list?.find((c) => c.code === code)?.name ?? code
}

/** Tells of a kind of body whether it holds matters, as the rulebook says. */
export async function holdsMatters(): Promise<(kind: string) => boolean> {
  useRulebook()
  const kinds = (await asking)?.kinds ?? []
  return (kind) => kinds.find((k) => k.code === kind)?.holdsMatters ?? false
}

/** What kind of body the person acts for; null until the rulebook is here. */
export function useBodyKind() {
  const book = useRulebook()
  return computed(() => book.value?.kinds.find((k) => k.code === session.me?.body?.kind) ?? null)
}
