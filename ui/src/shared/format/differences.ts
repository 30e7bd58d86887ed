import type { Matter } from '../api/types'
import { waitsFor } from './waits'

/** What is different between the matter as it was shown and as it now stands,
 * one sentence each, for a person whose step met a conflict. */
export function differences(old: Matter, now: Matter): string[] {
  const out: string[] = []
  const names = (list: { name: string }[]) => list.map((x) => x.name).join('、') || '没有'
  if (old.status !== now.status) out.push(`状态从${old.statusName}变成${now.statusName}`)
  if (old.holder.code !== now.holder.code) out.push(`现在由${now.holder.name}持有，原来是${old.holder.name}`)
  const was = old.pending && waitsFor(old.pending)
  const is = now.pending && waitsFor(now.pending)
  if (was !== is) out.push(is ?? '不用再等签收或答复')
  if (names(old.appointed) !== names(now.appointed)) out.push(`调解员现在是${names(now.appointed)}`)
  if (old.title !== now.title) out.push(`事由改成「${now.title}」`)
  if (now.attempts.length > old.attempts.length) out.push(`多了 ${now.attempts.length - old.attempts.length} 次调解记录`)
  if (now.attachments.length > old.attachments.length) out.push(`多了 ${now.attachments.length - old.attachments.length} 个附件`)
  if (!out.length && now.version !== old.version) out.push('时间线上有新的记录')
  return out
}
