import { onScopeDispose, ref, type Ref } from 'vue'

// The server's clock counts, not this computer's: the demonstration runs on a
// set day, and office computers drift.
let offset = 0

/** Takes over the server's time from an answer that carries it. */
export function setServerTime(now: string): void {
  offset = new Date(now).getTime() - Date.now()
  tick.value = serverNow()
}

export function serverNow(): Date {
  return new Date(Date.now() + offset)
}

const tick = ref(serverNow())
let users = 0
let timer: ReturnType<typeof setInterval> | undefined

/** The server's time as a ref that moves every half minute while somebody looks. */
export function useNow(): Ref<Date> {
  if (users++ === 0) timer = setInterval(() => (tick.value = serverNow()), 30_000)
  onScopeDispose(() => {
    if (--users === 0) clearInterval(timer)
  })
  return tick
}
