import { api, ask, once, upload } from '@/shared/api/client'
import { ApiError, asApiError, offline } from '@/shared/api/problem'
import type { Matter, NewMatter, OnTheSpot } from '@/shared/api/types'
import { session } from '@/shared/state/session'
import type { Parcel, ParcelFile, Sent, Wire } from './parcel'

/** How long a registration waits for its answer before it counts as unsent, in ms. */
const PATIENCE = 30_000

// Come again later: no answer, not logged in, too many, broken or busy. All other
// refusals are about what was written.
const AGAIN = new Set([0, 401, 408, 425, 429])

function refusal(e: unknown): Sent {
  const err: ApiError = asApiError(e)
  if (AGAIN.has(err.status) || err.status >= 500) return { end: 'none', sentence: err.status === 401 ? '登录已过期，请重新登录，再点“现在发”。' : err.message }
  return { end: 'refused', sentence: err.message, fields: err.fields }
}

function inTime<T>(f: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const stop = new AbortController()
  const timer = setTimeout(() => stop.abort(), PATIENCE)
  return f(stop.signal).finally(() => clearTimeout(timer))
}

async function register(p: Parcel): Promise<Sent> {
  if (navigator.onLine === false) return { end: 'none', sentence: offline().message }
  try {
    const m = await inTime((signal) => (p.to === 'onTheSpot'
      ? ask(api.POST('/matters/onTheSpot', { body: p.content as OnTheSpot, signal, ...once(p.key) }))
      : ask(api.POST('/matters', { body: p.content as NewMatter, signal, ...once(p.key) }))))
    // A draft has no number yet; the word stands for it.
    return { end: 'ok', number: m.number || '草稿', note: p.form.then === 'accept' && !m.draft ? await goOn(m) : '' }
  } catch (e) {
    return refusal(e)
  }
}

// 正在调: taken on and appointed to oneself as the table lets. What is refused or
// cut off here stays a step of the registered matter, and its page offers it.
async function goOn(m: Matter): Promise<string> {
  let now = m
  for (const [action, name, input] of [['accept', '受理', {}], ['appoint', '指定自己调解', { mediators: [session.me?.person.id ?? ''] }]] as const) {
    if (!now.actions.some((a) => a.action === action)) return `已登记，还没有${name}：这一步不归您做，或者现在做不了。`
    try {
      now = await inTime((signal) => ask(api.POST('/matters/{id}/actions', {
        params: { path: { id: m.id } }, body: { action, version: now.version, input }, signal,
      })))
    } catch (e) {
      return `已登记，还没有${name}：${asApiError(e).message}`
    }
  }
  return ''
}

async function attach(p: Parcel, f: ParcelFile): Promise<Sent> {
  try {
    await upload(p.id, new File([f.blob], f.name, { type: f.type }), f.key)
    return { end: 'ok', number: p.number }
  } catch (e) {
    return refusal(e)
  }
}

export const wire: Wire = { register, attach }
