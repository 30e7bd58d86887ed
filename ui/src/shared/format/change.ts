import type { Rulebook, TimelineItem } from '../api/types'
import { nameOf } from '../state/rulebook'
import { yuan } from './money'

type Change = NonNullable<TimelineItem['changes']>[number]

/** The old and new value of an amendment for reading: money in yuan, codes by
 * their names, nothing as 空. */
export function changeText(c: Pick<Change, 'field' | 'old' | 'new'>, book: Pick<Rulebook, 'concerns'> | null): string {
  return `${valueText(c.field, c.old, book)} → ${valueText(c.field, c.new, book)}`
}

function valueText(field: string, v: string, book: Pick<Rulebook, 'concerns'> | null): string {
  if (!v || (v === '0' && ['amountFen', 'headcount'].includes(field))) return '空'
  if (field === 'amountFen' && /^\d+$/.test(v)) return yuan(Number(v))
  if (field === 'concerns') return v.split(',').map((code) => nameOf(book?.concerns, code)).join('、')
  return v
}
