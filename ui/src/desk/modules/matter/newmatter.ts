import type { Field } from '@/shared/api/types'
import type { NewParty } from '@/shared/components/PartyRows.vue'
import { newId } from '@/shared/format/id'

/** What the registration and the on-the-spot page hold while being filled in. */
export interface Content {
  id: string
  kind: 'dispute' | 'petition'
  title: string
  description: string
  category: string
  place: string
  source: string
  foundAt: string | null
  concerns: string[]
  headcount: number | null
  amountFen: number | null
  project: string
  onBehalfOf: string | null
  demands: string
  parties: (NewParty & { consent?: boolean })[]
  petitionType: string
  channel: string
  /** A court's own: before or after filing, and who is to mediate. */
  courtMode: string
  to: string | null
  then: 'accept' | 'register'
  badge: boolean
  by: string
  note: string
  mediator: string | null
}

export function blankContent(): Content {
  return {
    id: newId(), kind: 'dispute', title: '', description: '', category: '', place: '', source: 'application', foundAt: null, concerns: [],
    headcount: null, amountFen: null, project: '', onBehalfOf: null, demands: '',
    parties: [{ role: 'applicant', name: '' }, { role: 'respondent', name: '' }],
    petitionType: 'claim', channel: 'visit', courtMode: '', to: null, then: 'register', badge: false, by: 'oral', note: '', mediator: null,
  }
}

/** Whether anything was typed that would be a loss. */
export function touched(c: Content): boolean {
  return [c.title, c.place, c.category, c.description, c.demands, c.project, c.note, ...c.parties.map((p) => p.name + (p.phone ?? '') + (p.idNumber ?? '') + (p.address ?? ''))].some((t) => t.trim())
}

/** Starts a page anew as a dispute or a petition; what was typed stays. */
export function turnInto(c: Content, kind: Content['kind']): void {
  const petition = kind === 'petition'
  c.kind = kind
  c.category = ''
  c.parties = c.parties.map((p, i) => ({ ...p, role: petition ? 'petitioner' : i ? 'respondent' : 'applicant' }))
  if (petition) c.parties = c.parties.filter((p, i) => i === 0 || p.name.trim())
  else if (c.parties.length < 2) c.parties = [...c.parties, { role: 'respondent', name: '' }]
}

type Sent = Record<string, unknown>

// Only what was filled in is sent.
function slim(o: Sent): Sent {
  return Object.fromEntries(Object.entries(o).filter(([, v]) => v !== '' && v !== null && v !== undefined && !(Array.isArray(v) && !v.length)))
}

/** The body of POST /matters made from what the page holds; `entrusts`: by a
 * court that hands the dispute on at once. */
export function toNewMatter(c: Content, draft = false, entrusts = false): Sent {
  const petition = c.kind === 'petition'
  const court = entrusts && !petition
  return slim({
    id: c.id, kind: c.kind, draft: draft || undefined,
    title: c.title.trim(), description: c.description.trim(), category: c.category,
    source: petition ? '' : court ? 'court' : c.source, foundAt: c.foundAt, place: c.place.trim() ? { text: c.place.trim() } : null,
    concerns: c.concerns, headcount: c.headcount, amountFen: c.amountFen, project: c.project.trim(), onBehalfOf: c.onBehalfOf,
    demands: c.demands.split('\n').map((t) => t.trim()).filter(Boolean).map((text) => ({ text })),
    parties: c.parties.filter((p) => p.name.trim()).map(({ consent: _, ...p }) => slim({ ...p, name: p.name.trim() })),
    petitionType: petition ? c.petitionType : '', channel: petition ? c.channel : '',
    mode: court ? c.courtMode : '', to: court ? c.to : null,
  })
}

/** The body of POST /matters/onTheSpot: the same, with consent, badge and result;
 * without a mediator it is whoever saves. */
export function toOnTheSpot(c: Content): Sent {
  const parties = c.parties.filter((p) => p.name.trim()).map((p) => slim({ ...p, name: p.name.trim(), consent: p.consent === true }))
  return slim({
    ...toNewMatter(c), parties, badge: c.badge,
    result: { outcome: 'agreed', by: c.by, note: c.note.trim() },
    mediator: c.mediator,
  })
}

/** What is still missing before the page is sent, by field. */
export function missingParts(c: Content, onTheSpot: boolean, entrusts = false): Record<string, string> {
  const out: Record<string, string> = {}
  const named = c.parties.filter((p) => p.name.trim())
  if (!named.length) out.parties = '请至少写一个当事人的姓名。'
  if (!c.title.trim()) out.title = '请用一句话写是什么事。'
  if (!c.place.trim()) out.place = '请写在哪里，如「村东老槐树旁」。'
  if (!c.category) out.category = '请选一个类别。'
  if (entrusts && c.kind === 'dispute' && !(c.courtMode && c.to)) out.to = '请选立案前还是立案后，再选交给哪个调解组织。'
  if (!onTheSpot) return out
  if (named.length < 2) out.parties = '当场调成要有两方，请写双方的姓名。'
  else if (named.some((p) => !p.consent)) out.parties = '每一方都要自愿、并被告知过权利，请逐个勾上；有一方不愿意就先登记。'
  if (!c.note.trim()) out.note = '请写谈成了什么。'
  return out
}

/** Keeps of a server's error paths the first name: `parties[0].name` → parties. */
export function besideField(errors: { field: string; message: string }[]): Record<string, string> {
  const out: Record<string, string> = {}
  for (const e of errors) {
    const path = e.field.replace(/^body\./, '').replace(/^result\./, '')
    const first = path.split(/[.[]/)[0] ?? ''
    const head = first === 'mode' ? 'to' : first
    out[head] = out[head] ? `${out[head]} ${e.message}` : e.message
  }
  return out
}

/** The mediator among the fields of the on-the-spot form. */
export function mediatorOf(fields: Field[]): Field | null {
  return fields.find((f) => f.name === 'mediator') ?? null
}
