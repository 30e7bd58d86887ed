import { afterEach, describe, expect, it, vi } from 'vitest'
import { effectScope } from 'vue'
import { markRead, noticeLink, useNotices, watchNotices } from './notices'

const urgent = (id: string) => ({ id, at: '', cause: 'returned', causeName: '退回', text: '退回来了', urgent: true, readAt: null, matter: { id: 'm1', number: '1', title: '水沟' }, org: null, digest: null })
const { summary, look } = useNotices()
let seen: (string | null)[] = []

function serverSays(status: number, body: unknown, etag = ''): void {
  vi.stubGlobal('fetch', async (_: string | Request, init?: RequestInit) => {
    seen.push(new Headers(init?.headers).get('If-None-Match'))
    return new Response(status === 304 ? null : JSON.stringify(body), { status, headers: { ETag: etag, 'Content-Type': 'application/json' } })
  })
}
afterEach(() => {
  vi.unstubAllGlobals()
  seen = []
})

describe('notices', () => {
  it('are asked for again only if something changed', async () => {
    const scope = effectScope()
    serverSays(200, { unread: 2, urgent: [urgent('a')] }, '"1"')
    scope.run(watchNotices)
    await vi.waitFor(() => expect(summary.value.unread).toBe(2))
    serverSays(304, null)
    await look()
    expect(seen.at(-1)).toBe('"1"')
    expect(summary.value.unread).toBe(2)
    scope.stop()
  })
  it('that were read are gone from the bar at once', async () => {
    summary.value = { unread: 2, urgent: [urgent('a'), urgent('b')] }
    serverSays(200, { unread: 1 })
    await markRead({ ids: ['a'] })
    expect(summary.value).toMatchObject({ unread: 1, urgent: [{ id: 'b' }] })
    serverSays(200, { unread: 0 })
    await markRead({ all: true })
    expect(summary.value).toEqual({ unread: 0, urgent: [] })
  })
  it('say nothing when they cannot be asked for', async () => {
    summary.value = { unread: 3, urgent: [] }
    serverSays(404, {})
    await look()
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('offline')))
    await look()
    expect(summary.value.unread).toBe(3)
  })
  it('lead to their matter, a digest to what there is to do', () => {
    expect(noticeLink(urgent('a'))).toBe('/matters/m1')
    expect(noticeLink({ cause: 'digest', matter: null })).toBe('/')
  })
})
