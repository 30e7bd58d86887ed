import { session } from './session'
import { newId } from '../format/id'

// Drafts live in this browser under person and place, so that a reload, a lost
// session or a conflict takes nothing typed, and another person sees nothing.
const PREFIX = 'tjt.draft.'
const KEEP_MS = 7 * 24 * 3600 * 1000

/** What a draft is called in the list of kept drafts, and where it goes on. */
export interface About { title: string; to: string }
interface Stored { at: number; value: unknown; key: string; sent?: string; about?: About }

function name(place: string): string {
  return `${PREFIX}${session.me?.person.id ?? 'nobody'}.${place}`
}

function read(place: string): Stored | null {
  try {
    const raw = localStorage.getItem(name(place))
    return raw ? (JSON.parse(raw) as Stored) : null
  } catch {
    return null
  }
}

function write(place: string, s: Stored): void {
  try {
    localStorage.setItem(name(place), JSON.stringify(s))
  } catch {
    // Storage full or forbidden: the form still works, it only does not survive a reload.
  }
}

// Codes, ids and instants are no words of a person.
const CODE = /^[\x21-\x7e]*$/
function longest(value: unknown): string {
  if (typeof value === 'string') return CODE.test(value) ? '' : value.trim()
  if (!value || typeof value !== 'object') return ''
  return Object.values(value).map(longest).reduce((a, b) => (b.length > a.length ? b : a), '')
}

/** Deletes drafts nobody touched for a week. */
export function sweepDrafts(): void {
  try {
    for (const k of Object.keys(localStorage)) {
      if (!k.startsWith(PREFIX)) continue
      const s = JSON.parse(localStorage.getItem(k) ?? '{}') as Partial<Stored>
      if (!s.at || Date.now() - s.at > KEEP_MS) localStorage.removeItem(k)
    }
  } catch {
    // As above.
  }
}

export const draft = {
  load<T>(place: string): T | null {
    return (read(place)?.value as T | undefined) ?? null
  },
  save(place: string, value: unknown, about?: About): void {
    const old = read(place)
    write(place, { at: Date.now(), value, key: old?.key ?? newId(), sent: old?.sent, about: about ?? old?.about })
  },
  /** This person's drafts in this browser, the latest first. `words`: the longest
   * text in it, so that one knows it again. */
  kept(): { place: string; at: Date; title: string; to: string; words: string }[] {
    const mine = name('')
    try {
      return Object.keys(localStorage).filter((k) => k.startsWith(mine)).map((k) => k.slice(mine.length)).flatMap((place) => {
        const s = read(place)
        return s?.about && s.value ? [{ place, at: new Date(s.at), ...s.about, words: longest(s.value) }] : []
      }).sort((a, b) => b.at.getTime() - a.at.getTime())
    } catch {
      return []
    }
  },
  drop(place: string): void {
    try {
      localStorage.removeItem(name(place))
    } catch {
      // As above.
    }
  },
  /** The operation id for sending exactly this body: the same body again gets
   * the same id (a repeat after a broken line does nothing twice), a changed
   * body a new one. */
  operation(place: string, body: string): string {
    const s = read(place) ?? { at: Date.now(), value: null, key: newId() }
    if (s.sent !== undefined && s.sent !== body) s.key = newId()
    write(place, { ...s, at: Date.now(), sent: body })
    return s.key
  },
}
