import type { Me, Rulebook } from '@/shared/api/types'

// What lets the registration page open without network: who was last logged in on
// this phone, and the names of the rulebook. No matter and nobody else is kept.
const ME = 'tjt.m.me'
const BOOK = 'tjt.m.book'
type Names = Pick<Rulebook, 'categories' | 'partyRoles' | 'kinds' | 'petitionCategories' | 'petitionTypes' | 'channels'>

function read<T>(key: string): T | null {
  try {
    return JSON.parse(localStorage.getItem(key) ?? 'null') as T | null
  } catch {
    return null
  }
}
function write(key: string, value: unknown): void {
  try {
    if (value === null) localStorage.removeItem(key)
    else localStorage.setItem(key, JSON.stringify(value))
  } catch {
    // Storage full or forbidden: the app then needs the network to start.
  }
}

export function keepMe(me: Me | null): void {
  write(ME, me && { me, at: Date.now() })
}

/** Who was last logged in here, with the server's time as it would be by now. */
export function knownMe(): Me | null {
  const k = read<{ me: Me; at: number }>(ME)
  return k && { ...k.me, now: new Date(Date.parse(k.me.now) + Math.max(0, Date.now() - k.at)).toISOString() }
}

export function keepBook(b: Rulebook): void {
  const { categories, partyRoles, kinds, petitionCategories, petitionTypes, channels } = b
  write(BOOK, { categories, partyRoles, kinds, petitionCategories, petitionTypes, channels })
}

export function knownBook(): Names | null {
  return read<Names>(BOOK)
}
