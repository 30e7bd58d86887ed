import type { Parcel, Store } from './parcel'

const NAME = 'tjt.m'
const TABLE = 'parcels'

/** Parcels in this phone's database; they survive closing the app and a restart. */
export async function openStore(): Promise<Store> {
  try {
    const db = await open()
    return {
      all: () => run<Parcel[]>(db, 'readonly', (t) => t.getAll() as IDBRequest<Parcel[]>),
      put: (p) => run(db, 'readwrite', (t) => t.put(p)).then(() => {}),
      drop: (id) => run(db, 'readwrite', (t) => t.delete(id)).then(() => {}),
    }
  } catch {
    return memoryStore() // forbidden or broken: what was typed is then kept by the draft alone
  }
}

/** Parcels for as long as the page is open. */
export function memoryStore(kept = new Map<string, Parcel>()): Store {
  return {
    all: async () => [...kept.values()],
    put: async (p) => void kept.set(p.id, { ...p, files: [...p.files] }),
    drop: async (id) => void kept.delete(id),
  }
}

function open(): Promise<IDBDatabase> {
  return new Promise((done, fail) => {
    const r = indexedDB.open(NAME, 1)
    r.onupgradeneeded = () => r.result.createObjectStore(TABLE, { keyPath: 'id' })
    r.onsuccess = () => done(r.result)
    r.onerror = r.onblocked = () => fail(r.error ?? new Error('blocked'))
  })
}

// Done means on the disk: the transaction's end counts, not the request's.
function run<T>(db: IDBDatabase, mode: IDBTransactionMode, ask: (t: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  return new Promise((done, fail) => {
    const t = db.transaction(TABLE, mode)
    const r = ask(t.objectStore(TABLE))
    t.oncomplete = () => done(r.result)
    t.onerror = t.onabort = () => fail(t.error ?? r.error ?? new Error('aborted'))
  })
}
