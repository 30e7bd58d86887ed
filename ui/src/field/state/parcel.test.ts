import { describe, expect, it } from 'vitest'
import { blankQuick } from '../modules/matter/quick'
import { carry, due, newFile, type Parcel, type ParcelFile, type Sent, type Store, type Wire } from './parcel'
import { memoryStore } from './store'

// A server that takes an id once and answers a repeated operation as the first time,
// as the real one does; the line to it loses requests and answers as it likes.
class Server {
  matters = new Map<string, number>()
  files: string[] = []
  private answered = new Map<string, Sent>()
  constructor(private refuses: (title: string) => boolean) {}

  register(p: Parcel): Sent {
    return this.once(p.key, () => {
      if (this.refuses(p.title)) return { end: 'refused', sentence: '请选一个类别。', fields: [] }
      if (this.matters.has(p.id)) return { end: 'refused', sentence: '这件事已经登记过了，请在列表里查看。', fields: [] }
      this.matters.set(p.id, (this.matters.get(p.id) ?? 0) + 1)
      return { end: 'ok', number: `第${this.matters.size}号` }
    })
  }
  attach(p: Parcel, f: ParcelFile): Sent {
    return this.once(f.key, () => {
      expect(this.matters.has(p.id), 'a file comes after its matter').toBe(true)
      if (f.name === '太大') return { end: 'refused', sentence: '太大。', fields: [] }
      this.files.push(f.key)
      return { end: 'ok', number: p.number }
    })
  }
  private once(key: string, f: () => Sent): Sent {
    const before = this.answered.get(key)
    if (before) return before
    const now = f()
    // Only what was done is remembered; a refusal wrote nothing.
    if (now.end === 'ok') this.answered.set(key, now)
    return now
  }
}

class Died extends Error {}
const none: Sent = { end: 'none', sentence: '没有连上服务器。' }

/** mulberry32: a small repeatable source of chance. */
function chance(seed: number): () => number {
  let a = seed
  return () => {
    a = (a + 0x6d2b79f5) | 0
    let t = Math.imul(a ^ (a >>> 15), 1 | a)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

function parcel(n: number, files: ParcelFile[]): Parcel {
  const form = { ...blankQuick(), title: `第 ${n} 件` }
  return { id: `m${n}`, key: `k${n}`, person: 'p', body: 'b', bodyName: '一组', to: 'register', title: form.title, content: { title: form.title }, form, files, at: n, state: 'unsent', number: '', sentence: '' }
}
const file = (n: number, k: number): ParcelFile => ({ ...newFile(new File(['x'], `照片${k}`)), key: `f${n}.${k}` })

describe('the outbox', () => {
  it('never sends twice and never loses, whatever the line and the phone do', async () => {
    for (let seed = 1; seed <= 300; seed++) {
      const r = chance(seed)
      const disk = new Map<string, Parcel>()
      const server = new Server((title) => title.endsWith('3 件'))
      let bad = true
      const line = (f: () => Sent): Sent => {
        const x = bad ? r() : 0.9
        if (x < 0.25) return none // the request is lost
        const answer = f()
        return x < 0.5 ? none : answer // the answer is lost
      }
      const wire: Wire = { register: async (p) => line(() => server.register(p)), attach: async (p, f) => line(() => server.attach(p, f)) }
      // The phone dies at some write, before or after it reached the disk.
      const store = (): Store => {
        const real = memoryStore(disk)
        const put = async (p: Parcel) => {
          const x = bad ? r() : 1
          if (x < 0.08) throw new Died()
          await real.put(p)
          if (x < 0.16) throw new Died()
        }
        return { ...real, put }
      }
      const run = async () => {
        const s = store()
        for (const p of due(await s.all(), 'p', 'b')) {
          const { answer } = await carry(p, s, wire)
          if (answer.end === 'none') return
        }
      }
      const written: Parcel[] = []
      for (let n = 0; n < 6; n++) {
        const p = parcel(n, [...Array(Math.floor(r() * 3)).keys()].map((k) => file(n, k)))
        await memoryStore(disk).put(p)
        written.push(p)
        for (let tap = 0; tap < Math.floor(r() * 3); tap++) await run().catch((e) => { if (!(e instanceof Died)) throw e })
      }
      bad = false
      await run()
      const end = await memoryStore(disk).all()
      expect(end.map((p) => p.id).sort(), `seed ${seed}: nothing is lost`).toEqual(written.map((p) => p.id).sort())
      for (const p of written) {
        const refused = p.title.endsWith('3 件')
        expect(server.matters.get(p.id) ?? 0, `seed ${seed}: ${p.title} once`).toBe(refused ? 0 : 1)
        expect(end.find((x) => x.id === p.id)!.state).toBe(refused ? 'refused' : 'sent')
      }
      const wanted = written.filter((p) => server.matters.has(p.id)).flatMap((p) => p.files.map((f) => f.key))
      expect([...server.files].sort(), `seed ${seed}: every photo once`).toEqual(wanted.sort())
    }
  })
  it('keeps a photo the server will not take, and says so', async () => {
    const server = new Server(() => false)
    const disk = new Map<string, Parcel>()
    const bad = { ...file(1, 0), name: '太大' }
    const { parcel: p } = await carry(parcel(1, [file(1, 1), bad]), memoryStore(disk), { register: async (x) => server.register(x), attach: async (x, f) => server.attach(x, f) })
    expect(p).toMatchObject({ state: 'sent', number: '第1号', sentence: '「太大」没有收下：太大。' })
    expect(p.files.map((f) => f.key)).toEqual([bad.key])
    expect(server.files).toEqual(['f1.1'])
  })
  it('says what is still to be done of a registered one', async () => {
    const { parcel: p } = await carry(parcel(1, []), memoryStore(), { register: async () => ({ end: 'ok', number: '第1号', note: '已登记，还没有受理：这一步不归您做。' }), attach: async () => none })
    expect(p).toMatchObject({ state: 'sent', sentence: '已登记，还没有受理：这一步不归您做。' })
  })
  it('sends only what this person wrote for this body, oldest first', () => {
    const all = [{ ...parcel(3, []), state: 'sending' as const }, parcel(1, []), { ...parcel(2, []), body: 'other' }, { ...parcel(4, []), person: 'q' }, { ...parcel(5, []), state: 'sent' as const }, { ...parcel(6, []), state: 'writing' as const }]
    expect(due(all, 'p', 'b').map((p) => p.id)).toEqual(['m1', 'm3'])
  })
})
