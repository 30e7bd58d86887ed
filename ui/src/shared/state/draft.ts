import { session } from './session'
import { newId } from '../format/id'

// Drafts live in this browser under person and place, so that a reload, a lost
// session or a conflict takes nothing typed, and another person sees nothing.
const PREFIX = 'tjt.draft.'
const KEEP_MS = 7 * 24 * 3600 * 1000

interface Stored { at: number; value: unknown; key: string; sent?: string }

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
  save(place: string, value: unknown): void {
    const old = read(place)
    write(place, { at: Date.now(), value, key: old?.key ?? newId(), sent: old?.sent })
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
