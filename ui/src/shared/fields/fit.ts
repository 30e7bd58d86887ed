import type { Coded, Field, Matter } from '../api/types'

/** A field as this matter's holder meets it. */
export interface FittedField extends Field {
  /** Bodies of this level only. */
  level?: string
  /** Only bodies that hold matters. */
  holding?: boolean
  /** The bodies above this one, and those of the county. */
  above?: string
  /** Asked only once another field is filled in. */
  whenSet?: string
}

/** The server describes the fields of an action for every body alike; here they
 * are fitted to who holds the matter. Escalating: the level below the highest
 * must name the body, and skips none; those further down report to the body
 * above unless they name another, and only then say why they skip a level. Whether
 * the rights were told is part of the question whether a party agrees: it is not
 * asked a second time.
 * `levels`: of the rulebook, lowest first. */
export function fit(action: string, fields: Field[], matter: Matter, levels: Coded[]): FittedField[] {
  // What was merged is parted as it came: there is nothing to choose.
  if (action === 'split' && matter.mergedInto) return []
  if (action === 'consent') return fields.filter((f) => f.name !== 'notice')
  const at = levels.findIndex((l) => l.code === matter.holder.level)
  if (action !== 'escalate' || at < 0) return fields
  const top = levels.length - 1
  const atDoor = at >= top - 1
  return fields.filter((f) => !(atDoor && f.name === 'skipReason')).map((f) => {
    if (f.name === 'to') return atDoor ? { ...f, required: true, level: levels[top]!.code, holding: true } : { ...f, above: matter.holder.code, help: f.help || '不选就报给直接上级。' }
    if (f.name === 'skipReason') return { ...f, whenSet: 'to', help: f.help || '就报给直接上级的不用选。' }
    return f
  })
}
