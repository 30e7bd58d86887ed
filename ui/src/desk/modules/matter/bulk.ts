import type { MatterRow } from '@/shared/api/types'

/** Whether this body may sign for a row: it was sent here and waits. */
export function signable(r: Pick<MatterRow, 'mode' | 'pending'>): boolean {
  return r.mode === 'pending' && !!r.pending
}
