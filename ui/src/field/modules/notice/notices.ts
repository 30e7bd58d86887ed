import { api, ask } from '@/shared/api/client'
import type { Notice, NoticeSummary, Page } from '@/shared/api/types'

export const notices = (cursor?: string): Promise<Page<Notice> & { unread: number }> => ask(api.GET('/notices', { params: { query: { limit: 30, cursor } } }))
export const noticeSummary = (): Promise<NoticeSummary> => ask(api.GET('/notices/summary'))
export const markRead = (which: { ids: string[] } | { all: true }): Promise<{ unread: number }> => ask(api.POST('/notices/read', { body: which }))

/** Where a notice leads: to its matter, else to what there is to do. */
export function noticeLink(n: Pick<Notice, 'cause' | 'matter'>): string {
  if (n.matter) return `/matters/${n.matter.id}`
  return n.cause === 'dueToday' ? '/matters?todo=dueToday' : '/'
}
