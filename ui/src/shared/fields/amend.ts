import type { Matter, Option } from '../api/types'
import type { NewParty } from '../components/PartyRows.vue'

/** What of a matter can be corrected or filled in later, by the API's names. */
export const PARTS: Option[] = [
  { code: 'title', name: '什么事' }, { code: 'place', name: '在哪里' }, { code: 'category', name: '类别' }, { code: 'parties', name: '当事人' },
  { code: 'description', name: '经过' }, { code: 'demands', name: '补诉求' }, { code: 'risk', name: '激化可能' }, { code: 'concerns', name: '要留意' },
  { code: 'source', name: '来源' }, { code: 'headcount', name: '人数' }, { code: 'amountFen', name: '金额' }, { code: 'externalIds', name: '外部编号' },
]

/** What an imported matter came without, to be entered before it can be cleared;
 * null where there is nothing of the kind. */
export function evidenceOf(m: Pick<Matter, 'imported' | 'status' | 'resolveNote' | 'noticeNote'> | null): { label: string; help: string; text: string } | null {
  if (!m?.imported) return null
  if (m.status === 'resolved') return { label: '凭据', help: '台账里没有凭据。写明协议、口头登记或落实的情况，或者加一份附件，才能销号。', text: m.resolveNote ?? '' }
  if (m.status === 'ended') return { label: '告知', help: '台账里没有告知记录。写明告诉了当事人哪些别的途径，才能销号。', text: m.noticeNote ?? '' }
  return null
}

/** What a draft still lacks of the five things a registration needs. */
export function unset(m: Matter): string[] {
  return [!m.title && 'title', !m.place?.text && 'place', !m.category && 'category', !m.parties.length && 'parties'].filter((x): x is string => !!x)
}

/** The parties as rows to edit: what is stored masked is left empty, which means
 * unchanged; `sent` is what a draft of the form already changed. */
export function partyRows(m: Matter | null, sent: NewParty[]): NewParty[] {
  const known = (m?.parties ?? []).map((p) => ({ id: p.id, role: p.role, name: p.name, ...sent.find((s) => s.id === p.id) }))
  const added = sent.filter((s) => !s.id).map((s) => ({ ...s }))
  const rows = [...known, ...added]
  return rows.length ? rows : [{ role: m?.kind === 'petition' ? 'petitioner' : 'applicant', name: '' }]
}

/** Only what differs: a known party by id with its changed fields, a new one whole. */
export function changedParties(m: Matter, rows: NewParty[]): NewParty[] | undefined {
  const out: NewParty[] = []
  for (const r of rows) {
    const was = m.parties.find((p) => p.id === r.id)
    const filled = Object.fromEntries(Object.entries(r).filter(([k, v]) => v && k !== 'id' && !(was && (k === 'role' || k === 'name') && was[k] === v)))
    if (was ? Object.keys(filled).length : r.name.trim()) out.push({ ...(was ? { id: was.id } : {}), ...filled } as NewParty)
  }
  return out.length ? out : undefined
}
