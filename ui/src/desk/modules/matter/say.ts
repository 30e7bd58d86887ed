import type { Rulebook } from '@/shared/api/types'
import { nameOf } from '@/shared/state/rulebook'
import { chipsOf } from './chips'
import type { Filters } from './filters'

const KINDS: Record<string, string> = { dispute: '矛盾纠纷', petition: '信访事项' }

/** The filters of a list in words, for the head of a printed one; empty when it is
 * not narrowed. */
export function sayFilters(f: Filters, book: Rulebook | null, bodies: Record<string, string>): string {
  const names = (list: { code: string; name: string }[] | undefined, codes: string[]) => codes.map((c) => nameOf(list, c)).join('、')
  return [
    KINDS[f.kind], names(book?.statuses, f.status), names(book?.lists, f.list), names(book?.categories, f.category),
    ...chipsOf(f, book, bodies).map((c) => c.words),
    f.from || f.to ? `登记 ${f.from || '最早'} 至 ${f.to || '今天'}` : '', f.overdue ? '只看超期' : '',
  ].filter(Boolean).join('；')
}
