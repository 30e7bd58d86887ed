import { computed, shallowRef, toRaw } from 'vue'
import { session } from '@/shared/state/session'
import { carry, due, type Parcel, type Sent, type Store } from './parcel'
import { openStore } from './store'
import { wire } from './wire'

// Registrations on their way. All of them go through here, with network and
// without: what is sent first lies in the phone, and leaves it when the server has it.
const SENT_STAYS_MS = 3 * 24 * 3600 * 1000
const parcels = shallowRef<Parcel[]>([])
let store: Promise<Store> | null = null
let running: Promise<unknown> = Promise.resolve()
let started = false

const opened = (): Promise<Store> => (store ??= openStore())
const mine = computed(() => parcels.value.filter((p) => p.person === session.me?.person.id && p.state !== 'writing').sort((a, b) => b.at - a.at))

/** This person's registrations that are under way or were lately sent, newest first. */
export const outbox = mine
/** How many the server does not have yet. */
export const waiting = computed(() => mine.value.filter((p) => p.state !== 'sent').length)
export const sendingNow = computed(() => mine.value.some((p) => p.state === 'sending'))

async function look(): Promise<void> {
  parcels.value = await (await opened()).all()
}

/** Reads what lies in the phone and sends it; again whenever the network is back. */
export function startOutbox(): void {
  if (started) return
  started = true
  addEventListener('online', () => void sendAll())
  void tidy().then(sendAll)
}

async function tidy(): Promise<void> {
  const s = await opened()
  for (const p of await s.all()) if (p.state === 'sent' && !p.files.length && Date.now() - p.at > SENT_STAYS_MS) await s.drop(p.id)
  await look()
}

// One after the other: two taps, or a tap and the network coming back, do not overlap.
function inTurn<T>(f: () => Promise<T>): Promise<T> {
  const next = running.then(f, f)
  running = next.catch(() => {})
  return next
}

/** Puts a registration into the phone and tries to send it. */
export async function send(p: Parcel): Promise<{ parcel: Parcel; answer: Sent }> {
  const fixed = plain(p)
  await keep(fixed)
  return inTurn(() => one(fixed))
}

async function one(p: Parcel): Promise<{ parcel: Parcel; answer: Sent }> {
  const s = await opened()
  const watched: Store = { ...s, put: async (x) => { await s.put(x); await look() } }
  return carry(p, watched, wire)
}

/** Tries everything that waits, for the body it was written for. */
export function sendAll(): Promise<void> {
  return inTurn(async () => {
    const me = session.me
    if (!me?.body) return
    await look()
    for (const p of due(parcels.value, me.person.id, me.body.code)) {
      const { answer } = await one(p)
      if (answer.end === 'none') return
    }
  })
}

export async function keep(p: Parcel): Promise<void> {
  await (await opened()).put(plain(p))
  await look()
}
export async function find(id: string): Promise<Parcel | null> {
  return (await (await opened()).all()).find((p) => p.id === id) ?? null
}
export async function drop(id: string): Promise<void> {
  await (await opened()).drop(id)
  await look()
}

// The database takes no proxies; files must stay files.
function plain(p: Parcel): Parcel {
  return { ...(JSON.parse(JSON.stringify({ ...p, files: [] })) as Parcel), files: toRaw(p.files).map((f) => ({ ...toRaw(f) })) }
}
