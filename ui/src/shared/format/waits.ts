import type { Pending } from '../api/types'

const HAND_OVERS = ['escalate', 'transfer', 'forward']

/** What a matter waits for, in words: a body to sign for it, or somebody's decision. */
export function waitsFor(p: Pending, short = false): string {
  if (HAND_OVERS.includes(p.action)) return short ? '待签收' : `待${p.body.name}签收`
  return short ? '待答复' : `${p.name}，等${p.body.name}`
}
