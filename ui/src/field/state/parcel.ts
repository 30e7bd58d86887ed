import { newId } from '@/shared/format/id'
import type { Quick } from '../modules/matter/quick'

/** A file that goes along with a registration; its own operation id makes a
 * repeated send harmless. */
export interface ParcelFile { key: string; name: string; type: string; blob: Blob; done: boolean; refused: string }

export type ParcelState = 'writing' | 'unsent' | 'sending' | 'sent' | 'refused'

/** One registration on its way, kept on the phone until the server has it. */
export interface Parcel {
  /** Of the matter; the server takes an id only once. */
  id: string
  /** Operation id: the same at every repeat, so that the same comes of it. */
  key: string
  person: string
  body: string
  bodyName: string
  to: 'register' | 'onTheSpot'
  title: string
  /** What is sent, never changed once it was tried. */
  content: object
  /** What was typed, to go on with if it is refused. */
  form: Quick
  files: ParcelFile[]
  /** Milliseconds since 1970, of this phone. */
  at: number
  state: ParcelState
  number: string
  sentence: string
}

/** What the server made of a send; `note`: what of it is still to be done. `none`: no answer, or one that asks to come again. */
export type Sent =
  | { end: 'ok'; number: string; note?: string }
  | { end: 'refused'; sentence: string; fields: { field: string; message: string }[] }
  | { end: 'none'; sentence: string }

/** Where parcels lie: the phone's database, or memory where it forbids one. */
export interface Store {
  all(): Promise<Parcel[]>
  put(p: Parcel): Promise<void>
  drop(id: string): Promise<void>
}

export interface Wire {
  register(p: Parcel): Promise<Sent>
  attach(p: Parcel, f: ParcelFile): Promise<Sent>
}

export function newFile(f: File): ParcelFile {
  return { key: newId(), name: f.name, type: f.type, blob: f, done: false, refused: '' }
}

/** Sends one parcel as far as it goes and says where it stands. Every step is
 * stored before the next begins: a phone that dies in between goes on from there. */
export async function carry(p: Parcel, store: Store, wire: Wire): Promise<{ parcel: Parcel; answer: Sent }> {
  // What was said of a registered one still holds.
  let now: Parcel = { ...p, state: 'sending', sentence: p.number ? p.sentence : '' }
  const keep = async (part: Partial<Parcel>) => {
    now = { ...now, ...part }
    await store.put(now)
  }
  await keep({})
  let answer: Sent = { end: 'ok', number: now.number }
  if (!now.number) {
    answer = await wire.register(now)
    if (answer.end === 'none') await keep({ state: 'unsent', sentence: answer.sentence })
    if (answer.end === 'refused') await keep({ state: 'refused', sentence: answer.sentence })
    if (answer.end !== 'ok') return { parcel: now, answer }
    await keep({ number: answer.number, sentence: answer.note ?? '' })
  }
  for (const f of now.files.filter((x) => !x.done && !x.refused)) {
    const a = await wire.attach(now, f)
    if (a.end === 'none') {
      await keep({ state: 'unsent', sentence: a.sentence })
      return { parcel: now, answer: a }
    }
    const part = a.end === 'ok' ? { done: true } : { refused: a.sentence }
    await keep({ files: now.files.map((x) => (x.key === f.key ? { ...x, ...part } : x)) })
  }
  const left = now.files.filter((f) => f.refused)
  await keep({ state: 'sent', files: left, sentence: [now.sentence, ...left.map((f) => `「${f.name}」没有收下：${f.refused}`)].filter(Boolean).join(' ') })
  return { parcel: now, answer }
}

/** Parcels that wait to be sent by this person for this body, oldest first. What a
 * closed app left on its way waits again. */
export function due(all: Parcel[], person: string, body: string): Parcel[] {
  return all.filter((p) => p.person === person && p.body === body && (p.state === 'unsent' || p.state === 'sending')).sort((a, b) => a.at - b.at)
}
