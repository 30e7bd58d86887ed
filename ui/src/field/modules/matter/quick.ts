import type { Coded } from '@/shared/api/types'
import { newId } from '@/shared/format/id'

export interface QuickParty { role: string; name: string; phone: string; consent: boolean }
export type Then = 'spot' | 'accept' | 'register'

/** What the registration page of the phone holds while it is filled in: five
 * fields, and what 当场调成 needs beside. */
export interface Quick {
  id: string
  kind: 'dispute' | 'petition'
  parties: QuickParty[]
  title: string
  place: string
  category: string
  then: Then | ''
  description: string
  onBehalfOf: string | null
  badge: boolean
  by: 'oral' | 'agreement'
  note: string
  mediator: string | null
  /** Of a petition alone. */
  petitionType: string
  channel: string
  /** How many photos and recordings lie in the phone beside it. */
  files: number
}

export function blankQuick(): Quick {
  return {
    id: newId(), kind: 'dispute', parties: [blankParty('applicant'), blankParty('respondent')], title: '', place: '', category: '', then: '',
    description: '', onBehalfOf: null, badge: false, by: 'oral', note: '', mediator: null, petitionType: 'claim', channel: 'visit', files: 0,
  }
}

/** Makes of it a quarrel of two or a petition of one; what was typed stays. */
export function turnInto(q: Quick, kind: Quick['kind']): void {
  const petition = kind === 'petition'
  q.kind = kind
  q.category = ''
  q.then = petition ? 'register' : ''
  q.onBehalfOf = petition ? null : q.onBehalfOf
  q.parties = q.parties.map((p, i) => ({ ...p, role: petition ? 'petitioner' : i ? 'respondent' : 'applicant' }))
  if (petition) q.parties = q.parties.filter((p, i) => i === 0 || p.name.trim())
  else if (q.parties.length < 2) q.parties = [...q.parties, blankParty('respondent')]
}

/** An accusation has a door of its own: nothing of it is written here or kept. */
export const accusation = (q: Quick): boolean => q.kind === 'petition' && q.petitionType === 'accusation'

export function blankParty(role: string): QuickParty {
  return { role, name: '', phone: '', consent: false }
}

/** Whether anything was typed or chosen that would be a loss. */
export function touched(q: Quick): boolean {
  return q.files > 0 || [q.title, q.place, q.category, q.kind === 'petition' ? '' : q.then, q.description, q.note, ...q.parties.map((p) => p.name + p.phone)].some((t) => t.trim())
}

const named = (q: Quick): QuickParty[] => q.parties.filter((p) => p.name.trim())
type Sent = Record<string, unknown>
const slim = (o: Sent): Sent => Object.fromEntries(Object.entries(o).filter(([, v]) => v !== '' && v !== null && v !== undefined))

/** The body of the one request that registers it, or lays it by as a draft;
 * `foundAt`: when it was written, which may be long before it is sent. */
export function toBody(q: Quick, foundAt: string | null, draft = false): Sent {
  const spot = q.then === 'spot' && !draft
  const petition = q.kind === 'petition'
  const parties = named(q).map((p) => slim({ role: p.role, name: p.name.trim(), phone: p.phone.trim(), consent: spot ? p.consent : undefined }))
  return slim({
    id: q.id, kind: q.kind, draft: draft || undefined, title: q.title.trim(), category: q.category, place: q.place.trim() ? { text: q.place.trim() } : null,
    source: petition ? '' : 'application', petitionType: petition ? q.petitionType : '', channel: petition ? q.channel : '', foundAt, description: q.description.trim(), onBehalfOf: q.onBehalfOf,
    parties: parties.length ? parties : null,
    ...(spot ? { badge: q.badge, result: { outcome: 'agreed', by: q.by, note: q.note.trim() }, mediator: q.mediator } : {}),
  })
}

/** What is still missing, by field, a sentence each. */
export function lacking(q: Quick): Record<string, string> {
  const out: Record<string, string> = {}
  const parties = named(q)
  if (!parties.length) out.parties = '请至少写一个人的姓名。'
  if (!q.title.trim()) out.title = '请用一句话写是什么事。'
  if (!q.place.trim()) out.place = '请写在哪里。'
  if (!q.category) out.category = '请选一个类别。'
  if (!q.then) out.then = '请选现在怎样。'
  if (q.then !== 'spot') return out
  if (parties.length < 2) out.parties = '当场调成要有两方，请写双方的姓名。'
  else if (parties.some((p) => !p.consent)) out.consent = '每一方都要自愿、并被告知过权利，请逐个勾上。有一方不愿意，就选“先登记”。'
  if (!q.note.trim()) out.note = '请写谈成了什么。'
  return out
}

/** Where a server's error belongs on the page: `parties[0].name` → parties. */
export function besidePart(errors: { field: string; message: string }[]): Record<string, string> {
  const out: Record<string, string> = {}
  for (const e of errors) {
    const head = e.field.replace(/^body\./, '').replace(/^result\./, '').split(/[.[]/)[0] ?? ''
    out[head] = out[head] ? `${out[head]} ${e.message}` : e.message
  }
  return out
}

/** How many tiles are shown before 更多. */
export const FIRST = 8

/** The eight tiles one meets first: what groups and villages have most, then the
 * rulebook's order; the chosen one is always among them. */
const COMMON = ['neighbourhood', 'marriage', 'homestead', 'land', 'damage', 'contract', 'migrantWages', 'traffic']
export function firstTiles(all: Coded[], chosen: string): Coded[] {
  const rank = (c: Coded) => (COMMON.includes(c.code) ? COMMON.indexOf(c.code) : COMMON.length)
  const first = [...all].sort((a, b) => rank(a) - rank(b)).slice(0, FIRST)
  const more = all.find((c) => c.code === chosen && !first.includes(c))
  return more ? [...first.slice(0, FIRST - 1), more] : first
}
