import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { mount } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { nextTick } from 'vue'
import { ApiError } from '../api/problem'
import type { Attachment } from '../api/types'
import AttachmentViewer from './AttachmentViewer.vue'
import { fingerprint, recall, remember } from './fingerprint'
import { useQueue } from './queue'
import { recordingName } from './recorder'
import { fitted, isPhoto } from './shrink'
import { passing, upload } from './upload'

// The build for browsers, as the page loads it; vitest would take that for Node.
vi.mock('tus-js-client', async () => await import('../../../node_modules/tus-js-client/lib.esm/browser/index.js' as string))

const item = (id: string, name: string, preview: Attachment['preview']): Attachment =>
  ({ id, name, preview, type: 'x', size: 10, at: '2026-11-02T09:00:00+08:00', by: '张三', thumbnail: preview === 'image' })
const dom = (window as unknown as { happyDOM: { setURL: (u: string) => void; settings: { disableIframePageLoading: boolean } } }).happyDOM
const until = async (ok: () => boolean) => { for (let i = 0; i < 400 && !ok(); i++) await new Promise((r) => setTimeout(r, 10)) }

describe('a photo before it is sent', () => {
  it('is made smaller on its longer side only, and never larger', () => {
    expect(fitted(6000, 4000)).toEqual({ width: 3000, height: 2000 })
    expect(fitted(1000, 12000)).toEqual({ width: 250, height: 3000 })
    expect(fitted(800, 600)).toEqual({ width: 800, height: 600 })
    expect(fitted(90000, 1)).toEqual({ width: 3000, height: 1 })
  })
  it('is told from drawings and papers', () => {
    expect([isPhoto('image/jpeg', ''), isPhoto('image/heic', ''), isPhoto('', 'IMG_1.HEIC')]).toEqual([true, true, true])
    expect([isPhoto('image/png', ''), isPhoto('application/pdf', 'a.pdf'), isPhoto('', 'a.docx')]).toEqual([false, false, false])
  })
})

describe('what is remembered of an upload', () => {
  it('is a mark of the content and the matter, without a name, and goes after a day', async () => {
    const [a, b, c] = await Promise.all([fingerprint('m', new File(['甲'], 'a')), fingerprint('m', new File(['甲'], '李国华.jpg')), fingerprint('n', new File(['甲'], 'a'))])
    expect(a).toBe(b)
    expect(a).not.toBe(c)
    expect(await fingerprint('m', new Blob(['乙']))).not.toBe(a)
    remember(a, '/uploads/1')
    expect(recall(a)).toBe('/uploads/1')
    expect(JSON.stringify(localStorage)).not.toContain('李国华')
    vi.setSystemTime(Date.now() + 25 * 3600 * 1000)
    expect(recall(a)).toBeNull()
    vi.useRealTimers()
  })
})

describe('files waiting to be sent', () => {
  const file = (name: string, size = 10) => new File(['x'.repeat(size)], name)
  const make = (put: typeof upload, limit = 100) => {
    const added: string[] = []
    return { added, ...useQueue(() => 'm', () => limit, (a) => added.push(a.name), put, async (f) => f) }
  }
  it('go one after the other', async () => {
    let now = 0
    let most = 0
    const q = make(async (_, f) => {
      most = Math.max(most, ++now)
      await new Promise((r) => setTimeout(r, 5))
      now--
      return item('1', (f as File).name, 'none')
    })
    q.add([file('a'), file('b')])
    q.add([file('c')])
    await until(() => q.list.length === 0)
    expect(q.added).toEqual(['a', 'b', 'c'])
    expect(most).toBe(1)
  })
  it('one that fails says why, the next goes on, and it can be tried again where that may help', async () => {
    let broken = true
    const q = make(async (_, f) => {
      if (broken && (f as File).name === 'a') throw new ApiError(0, 'offline', '没有连上服务器。')
      return item('1', (f as File).name, 'none')
    })
    q.add([file('a'), file('b'), file('太大', 101), file('空', 0)])
    await until(() => q.list.every((j) => j.state === 'failed'))
    expect(q.added).toEqual(['b'])
    expect(q.list.map((j) => [j.name, j.again])).toEqual([['a', true], ['太大', false], ['空', false]])
    expect(q.list[1]!.error).toContain('最多 100 字节')
    broken = false
    q.retry(q.list[0]!)
    await until(() => q.list.length === 2)
    expect(q.added).toEqual(['b', 'a'])
    q.cancel(q.list[0]!)
    expect(q.list.map((j) => j.name)).toEqual(['空'])
  })
  it('one under way is stopped by cancelling, and nothing is said of it', async () => {
    const q = make((_, __, o) => new Promise((_r, fail) => { o!.signal!.addEventListener('abort', () => fail(new ApiError(0, 'cancelled', ''))) }))
    q.add([file('a')])
    await until(() => q.list[0]?.state === 'sending')
    q.cancel(q.list[0]!)
    await until(() => q.list.length === 0)
    expect([q.list.length, q.added.length]).toEqual([0, 0])
  })
})

// A server that speaks as ours does and hangs up where it is told to.
describe('an upload', () => {
  let srv: Server
  let got = Buffer.alloc(0)
  let size = 0
  let hangUps: number[] = [] // bytes after which a piece's line is cut
  let refuse = false
  let calls: string[] = []

  function answer(req: IncomingMessage, res: ServerResponse): void {
    calls.push(req.method!)
    const head = { 'Tus-Resumable': '1.0.0' }
    if (req.url!.endsWith('/finish')) {
      res.writeHead(refuse ? 422 : 200, { 'Content-Type': refuse ? 'application/problem+json' : 'application/json' })
      res.end(JSON.stringify(refuse ? { detail: '不收这种文件。', code: 'wrongType', errors: [] } : { id: 'a1', name: 'x', by: { id: 'p', name: '张三' } }))
    } else if (req.method === 'POST') {
      size = Number(req.headers['upload-length'])
      res.writeHead(201, { ...head, Location: '/api/v1/uploads/u1' }).end()
    } else if (req.method === 'HEAD') {
      res.writeHead(200, { ...head, 'Upload-Offset': String(got.length), 'Upload-Length': String(size) }).end()
    } else if (req.method === 'PATCH') {
      const cut = hangUps.shift()
      let n = 0
      req.on('data', (d: Buffer) => {
        const take = cut === undefined ? d : d.subarray(0, Math.max(0, cut - n))
        got = Buffer.concat([got, take])
        if ((n += d.length) >= (cut ?? Infinity)) req.socket.destroy()
      })
      req.on('end', () => {
        if (req.socket.destroyed) return
        if (refuse && got.length === size) {
          res.writeHead(422, { ...head, 'Content-Type': 'application/problem+json' }).end('{"detail":"不收这种文件。","code":"wrongType","errors":[]}')
        } else res.writeHead(204, { ...head, 'Upload-Offset': String(got.length) }).end()
      })
    } else res.writeHead(204, head).end()
  }

  beforeEach(async () => {
    got = Buffer.alloc(0)
    hangUps = []
    refuse = false
    calls = []
    localStorage.clear()
    srv = createServer(answer)
    await new Promise<void>((r) => srv.listen(0, '127.0.0.1', r))
    dom.setURL(`http://127.0.0.1:${(srv.address() as AddressInfo).port}/`)
  })
  afterEach(() => new Promise<void>((r) => { srv.closeAllConnections(); srv.close(() => r()) }))

  const content = new Uint8Array(700 * 1024).map((_, i) => i * 31)

  it('goes on by itself after the line was cut, each byte once', async () => {
    hangUps = [100_000]
    const sent: number[] = []
    const it = await upload('m', new File([content], '照片.jpg'), { onProgress: (n) => sent.push(n) })
    expect(it.by).toBe('张三')
    expect(got.equals(Buffer.from(content))).toBe(true)
    expect(calls).toContain('HEAD')
    expect(Math.max(...sent)).toBe(content.length)
    expect(localStorage.length).toBe(0)
  })
  it('goes on where it was when the same file is chosen again', async () => {
    got = Buffer.from(content.subarray(0, 600_000))
    size = content.length
    remember(await fingerprint('m', new Blob([content])), new URL('/api/v1/uploads/u1', location.href).href)
    await upload('m', new File([content], '照片.jpg'))
    expect(calls).toEqual(['HEAD', 'PATCH', 'POST'])
    expect(got.equals(Buffer.from(content))).toBe(true)
  })
  it('that is refused says the server\'s sentence', async () => {
    refuse = true
    await expect(upload('m', new Blob(['<html>']), { name: 'x.jpg' })).rejects.toMatchObject({ status: 422, code: 'wrongType', message: '不收这种文件。' })
    expect(localStorage.length).toBe(0)
  })
  it('that was cancelled before it began sends nothing', async () => {
    const stop = new AbortController()
    stop.abort()
    await expect(upload('m', new Blob(['x']), { signal: stop.signal })).rejects.toMatchObject({ code: 'cancelled' })
    expect(calls).toEqual([])
  })
  it('is tried again for what passes, not for what was refused', () => {
    expect([0, 409, 423, 429, 500, 503].map(passing)).toEqual([true, true, true, true, true, true])
    expect([400, 401, 403, 404, 413, 422].map(passing)).toEqual([false, false, false, false, false, false])
  })
})

describe('the viewer', () => {
  dom.settings.disableIframePageLoading = true
  const items = [item('1', '一.jpg', 'image'), item('2', '二.pdf', 'pdf'), item('3', '三.mp4', 'video')]
  const open = (start: string) => mount(AttachmentViewer, { props: { items, start }, attachTo: document.body })
  const press = async (key: string) => {
    window.dispatchEvent(new KeyboardEvent('keydown', { key, cancelable: true }))
    await nextTick()
  }
  const shown = () => document.querySelector('[role=dialog]')?.getAttribute('aria-label')

  it('goes by arrows, not past its ends, and closes by Esc', async () => {
    const w = open('2')
    await nextTick()
    expect(shown()).toBe('附件 二.pdf')
    expect(document.querySelector('iframe')?.getAttribute('src')).toBe('/api/v1/attachments/2')
    await press('ArrowRight')
    await press('ArrowRight')
    expect(shown()).toBe('附件 三.mp4')
    await press('ArrowLeft')
    await press('ArrowLeft')
    await press('ArrowLeft')
    expect(document.querySelector('.viewer img')?.getAttribute('src')).toBe('/api/v1/attachments/1/preview')
    await press('Escape')
    expect(w.emitted('close')).toHaveLength(1)
    w.unmount()
  })
  it('shows the image itself when no smaller one could be made, then says so', async () => {
    const w = open('1')
    await nextTick()
    const img = () => document.querySelector('.viewer img')
    img()!.dispatchEvent(new Event('error'))
    await nextTick()
    expect(img()!.getAttribute('src')).toBe('/api/v1/attachments/1')
    img()!.dispatchEvent(new Event('error'))
    await nextTick()
    expect(document.querySelector('.viewer [role=alert]')?.textContent).toContain('显示不出来')
    w.unmount()
  })
})

it('a recording is named by its day and minute', () => {
  expect(recordingName(new Date(2026, 10, 2, 9, 5), 'm4a')).toBe('录音 11-02 0905.m4a')
})
