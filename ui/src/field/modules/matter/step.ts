import { api, ask, once } from '@/shared/api/client'
import type { Action, Matter } from '@/shared/api/types'
import { newId } from '@/shared/format/id'

/** Does a step of the table on the matter as it is shown. */
export function step(m: Matter, action: string, input: object, key = newId()): Promise<Matter> {
  return ask(api.POST('/matters/{id}/actions', { params: { path: { id: m.id } }, body: { action, version: m.version, input }, ...once(key) }))
}

/** What is said once a step is recorded. */
export function said(before: Matter, after: Matter, a: Pick<Action, 'action' | 'name'>): string {
  if (a.action === 'undo') return '上一步已撤回，时间线上留有记录。'
  if (a.action === 'split' && !before.mergedInto) return '分案：已记下。分出的那件另有编号，在“事项”里排在最前。'
  return `${a.name}：已记下。${after.undo ? '十分钟内可以撤回。' : ''}`
}
