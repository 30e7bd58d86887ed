import { computed, reactive } from 'vue'
import { api, ask } from '../api/client'
import type { ApiError } from '../api/problem'
import { asApiError } from '../api/problem'
import type { Me } from '../api/types'
import { setServerTime } from './clock'

interface State { me: Me | null; asked: boolean }
const state = reactive<State>({ me: null, asked: false })

function take(me: Me): Me {
  state.me = me
  state.asked = true
  setServerTime(me.now)
  return me
}

/** Who is logged in; the only store the desk has. */
export const session = {
  get me(): Me | null {
    return state.me
  },
  /** Asks the server once who this is; null when nobody is logged in. */
  async load(): Promise<Me | null> {
    if (state.asked) return state.me
    try {
      return take(await ask(api.GET('/me')))
    } catch (e) {
      const err: ApiError = asApiError(e)
      if (err.status !== 401) throw err
      state.asked = true
      return null
    }
  },
  /** Goes on as whoever was logged in here last, while no answer comes (a phone
   * without network); the server decides anew at the next call. */
  resume(me: Me): Me {
    return take(me)
  },
  async login(username: string, password: string): Promise<Me> {
    await ask(api.POST('/session', { body: { username, password } }))
    return take(await ask(api.GET('/me')))
  },
  async logout(): Promise<void> {
    await ask(api.DELETE('/session')).catch(() => {})
    state.me = null
  },
  async actFor(code: string): Promise<Me> {
    await ask(api.PUT('/session/body', { body: { code } }))
    return take(await ask(api.GET('/me')))
  },
  async changePassword(old: string, next: string): Promise<Me> {
    await ask(api.PUT('/me/password', { body: { old, new: next } }))
    return take(await ask(api.GET('/me')))
  },
  /** The server no longer knows the session; drafts are kept. */
  drop(): void {
    state.me = null
    state.asked = true
  },
}

/** What the navigation and pages ask about the person. */
export const who = reactive({
  /** Works on matters; the three administrators do not. */
  clerk: computed(() => !!state.me && !state.me.admin && !!state.me.body),
  head: computed(() => !!state.me?.roles.includes('head')),
  bodyCode: computed(() => state.me?.body?.code ?? ''),
  bodyName: computed(() => state.me?.body?.name ?? ''),
})
