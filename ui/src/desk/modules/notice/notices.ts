import { shallowRef } from 'vue'
import { api, ask, BASE } from '@/shared/api/client'
import type { Notice, NoticeSummary } from '@/shared/api/types'
import { peek, usePoll } from '@/shared/state/poll'
import { todoLink } from '../matter/todo'

const NONE: NoticeSummary = { unread: 0, urgent: [] }
const summary = shallowRef<NoticeSummary>(NONE)
let memory = { etag: '' }

async function look(): Promise<void> {
  const mine = memory
  const s = await peek<NoticeSummary>(`${BASE}/notices/summary`, mine)
  if (s && mine === memory) summary.value = { unread: s.unread, urgent: s.urgent ?? [] }
}

/** How many notices are unread and which of them are urgent. */
export function useNotices() {
  return { summary, look }
}

/** Keeps the count up to date while the calling part is on the screen; what the
 * person or body before had is not shown. */
export function watchNotices(): void {
  summary.value = NONE
  memory = { etag: '' }
  usePoll(look)
  void look()
}

/** Marks notices as read, or all of them. */
export async function markRead(what: { ids: string[] } | { all: true }): Promise<void> {
  const r = await ask(api.POST('/notices/read', { body: what }))
  const urgent = 'all' in what ? [] : summary.value.urgent.filter((n) => !what.ids.includes(n.id))
  summary.value = { unread: r.unread, urgent }
  memory = { etag: '' }
}

/** Where a notice leads: to its matter, a digest to what there is to do. */
export function noticeLink(n: Pick<Notice, 'cause' | 'matter'>): string | ReturnType<typeof todoLink> {
  if (n.matter) return `/matters/${n.matter.id}`
  return n.cause === 'dueToday' ? todoLink('dueToday') : '/'
}
