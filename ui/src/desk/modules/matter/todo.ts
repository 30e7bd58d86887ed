import { listLink } from './filters'

/** The groups of the to-do page by the words the list shows for them. */
export const todoNames: Record<string, string> = {
  overdue: '已超期', dueToday: '今天到期', toSign: '待签收', toConfirm: '待复核', toClear: '待销号', mine: '在办',
}

/** The list with all rows of a to-do group. */
export function todoLink(key: string): ReturnType<typeof listLink> {
  return listLink({ todo: key, sort: 'due' })
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

/** Groups of which several can be done at once, and what. */
export const BULK: Record<string, 'sign' | 'confirm'> = { toSign: 'sign', toConfirm: 'confirm' }
