import { BASE } from '@/shared/api/client'
import { fromAnswer, offline } from '@/shared/api/problem'

export interface Notice { id: string; at: string; cause: string; causeName: string; text: string; urgent: boolean; readAt: string | null; matter: { id: string; number: string; title: string } | null }
export interface NoticePage { items: Notice[]; nextCursor: string | null; total: number; unread: number }

async function call<T>(path: string, body?: object): Promise<T> {
  const r = await fetch(BASE + path, {
    method: body ? 'POST' : 'GET', body: body && JSON.stringify(body), headers: body ? { 'Content-Type': 'application/json' } : {}, credentials: 'same-origin',
  }).catch(() => {
    throw offline()
  })
  const answer = (await r.json().catch(() => null)) as unknown
  if (!r.ok) throw fromAnswer(r.status, answer)
  return answer as T
}

export const notices = (cursor?: string): Promise<NoticePage> => call(`/notices?limit=30${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`)
export const noticeSummary = (): Promise<{ unread: number; urgent: Notice[] }> => call('/notices/summary')
export const markRead = (which: { ids: string[] } | { all: true }): Promise<{ unread: number }> => call('/notices/read', which)
