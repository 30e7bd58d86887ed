/** A short mark of a file's content (FNV-1a, twice over), to find again the upload
 * that was broken off. It holds no name: what lies in a shared computer's browser
 * must not tell what was sent. */
export async function fingerprint(matterId: string, file: Blob): Promise<string> {
  const bytes = new Uint8Array(await file.arrayBuffer())
  let a = 0x811c9dc5
  let b = 0x1000193
  for (let i = 0; i < bytes.length; i++) {
    a = Math.imul(a ^ bytes[i]!, 0x01000193)
    b = Math.imul(b ^ bytes[i]!, 0x85ebca6b) + i | 0
  }
  return `${matterId}.${bytes.length}.${(a >>> 0).toString(36)}${(b >>> 0).toString(36)}`
}

const PREFIX = 'tjt-upload.'
const DAY = 24 * 3600 * 1000

/** Where the upload with this mark was being sent to; null if none, or too old. */
export function recall(mark: string): string | null {
  forget()
  try {
    return (JSON.parse(localStorage.getItem(PREFIX + mark) ?? 'null') as { url: string } | null)?.url ?? null
  } catch {
    return null
  }
}

export function remember(mark: string, url: string | null): void {
  try {
    if (url) localStorage.setItem(PREFIX + mark, JSON.stringify({ url, at: Date.now() }))
    else localStorage.removeItem(PREFIX + mark)
  } catch {
    // A full or forbidden store: then it starts anew after a reload.
  }
}

// The server keeps an unfinished upload for a day, so nothing here is older.
function forget(): void {
  try {
    for (const key of Object.keys(localStorage)) {
      if (!key.startsWith(PREFIX)) continue
      const at = (JSON.parse(localStorage.getItem(key) ?? '{}') as { at?: number }).at ?? 0
      if (Date.now() - at > DAY) localStorage.removeItem(key)
    }
  } catch {
    // As above.
  }
}
