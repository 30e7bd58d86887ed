import { listLink } from './filters'

/** Where a to-do group goes on when it has more rows than are shown; null where
 * the list has no filter that says the same. */
export function todoLink(key: string, body: string): ReturnType<typeof listLink> | null {
  if (key === 'overdue') return listLink({ overdue: true, sort: 'due' })
  if (key === 'mine') return listLink({ holder: body, sort: 'due' })
  return null
}

const zeros: Record<string, string> = {
  overdue: '没有超期的。',
  dueToday: '今天没有到期的。',
  toSign: '没有等您签收的。',
  toConfirm: '没有等您复核的。',
  toClear: '没有等着销号的。',
  mine: '手上没有正在办的。',
}

/** The quiet line of an empty group. */
export function todoZero(key: string, name: string): string {
  return zeros[key] ?? `${name}：没有。`
}
