/** Where the heading of a to-do group leads: its rows in the list. */
export function todoLink(key: string, body: string): { name: string; query: Record<string, string> } {
  const q: Record<string, Record<string, string>> = {
    overdue: { overdue: 'true', sort: 'due' },
    dueToday: { sort: 'due' },
    toSign: { holder: '', sort: 'due' },
    mine: { holder: body, sort: 'due' },
  }
  const query = q[key] ?? { sort: 'due' }
  return { name: 'matters', query: Object.fromEntries(Object.entries(query).filter(([, v]) => v)) }
}

const zeros: Record<string, string> = {
  overdue: '没有超期的。',
  dueToday: '今天没有到期的。',
  toSign: '没有等您签收的。',
  toConfirm: '没有等您确认的。',
  toClear: '没有等着销号的。',
  mine: '手上没有正在办的。',
}

/** The quiet line of an empty group. */
export function todoZero(key: string, name: string): string {
  return zeros[key] ?? `${name}：没有。`
}
