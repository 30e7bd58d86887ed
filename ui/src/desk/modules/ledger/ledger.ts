// Imports as the pages know them: the server's shapes, its calls, and what a
// state means on the screen.
import { api, ask, BASE } from '@/shared/api/client'
import { ApiError, offline } from '@/shared/api/problem'
import type { components } from '@/shared/api/schema'
import { fileSize } from '@/shared/format/money'

type S = components['schemas']
export type Import = S['LedgerImport']
export type Kind = Import['kind']
export type State = Import['state']
export type Column = S['LedgerColumnView']
export type Target = S['LedgerFieldView']
export type Counts = S['LedgerCountsView']
/** What the person decides about a file: field codes by column index, the year of
 * dates without one (0: none). Without columns those of before stay where they fit. */
export type Mapping = S['LedgerNewMapping']

export const KINDS: Record<Kind, { name: string; what: string; unit: string }> = {
  matters: { name: '事项', what: '纠纷或信访台账，一行一件', unit: '件' },
  orgs: { name: '机构', what: '乡镇、村（社区）、小组和县级部门，一行一个', unit: '个' },
  people: { name: '人员', what: '在各机构办事的人，一行一人', unit: '人' },
}

/** The largest workbook the server reads (internal/sheet, DefaultLimits). */
const MOST_BYTES = 30 * 1024 * 1024

async function answer<T>(response: Response): Promise<{ data?: T; error?: unknown; response: Response }> {
  const text = await response.text()
  return response.ok ? { data: (text ? JSON.parse(text) : null) as T, response } : { error: text, response }
}

const by = (id: string) => ({ params: { path: { id } } })
export const imports = {
  list: (cursor?: string) => ask(api.GET('/imports', { params: { query: { limit: 20, cursor } } })),
  get: (id: string) => ask(api.GET('/imports/{id}', by(id))),
  map: (id: string, m: Mapping) => ask(api.PUT('/imports/{id}/mapping', { ...by(id), body: m })),
  check: (id: string) => ask(api.POST('/imports/{id}/check', by(id))),
  run: (id: string) => ask(api.POST('/imports/{id}/run', by(id))),
  cancel: (id: string) => ask(api.POST('/imports/{id}/cancel', by(id))),
  undo: (id: string, reason: string) => ask(api.POST('/imports/{id}/undo', { ...by(id), body: { reason } })),
  rejectedUrl: (id: string) => `${BASE}/imports/${id}/rejected`,
  templateUrl: (kind: Kind) => `${BASE}/imports/templates/${kind}`,
}

/** Why a file need not be sent at all; empty when the server should look at it. */
export function refusal(f: { name: string; size: number }): string {
  if (f.size === 0) return `「${f.name}」是空的，里面没有内容。`
  if (f.size > MOST_BYTES) return `「${f.name}」有 ${fileSize(f.size)}，一个文件最多 ${fileSize(MOST_BYTES)}。请拆成几个文件，或者删去图片后再传。`
  return ''
}

/** Sends a file; XMLHttpRequest, because fetch does not tell how much has gone. */
export function start(kind: Kind, file: File, onProgress: (part: number) => void, signal: AbortSignal): Promise<Import> {
  const why = refusal(file)
  if (why) return Promise.reject(new ApiError(413, 'tooLarge', why))
  const form = new FormData()
  form.append('file', file, file.name)
  const sent = new Promise<Response>((done, fail) => {
    const x = new XMLHttpRequest()
    x.open('POST', `${BASE}/imports?kind=${kind}`)
    x.upload.onprogress = (e) => onProgress(e.total ? e.loaded / e.total : 0)
    x.onload = () => done(new Response(x.responseText || null, { status: x.status }))
    x.onerror = () => fail(offline())
    x.onabort = () => fail(new ApiError(0, 'stopped', '已经停下，这个文件没有传上去。'))
    signal.addEventListener('abort', () => x.abort())
    x.send(form)
  })
  // The reason of a stop is kept; anything else that brings no answer is the line.
  return sent.then((r) => ask<Import>(answer<Import>(r)))
}

export const STEPS = ['选文件', '对应列', '检查', '导入']

/** How far an import is, as an index of STEPS; what lies before it is done. */
export function stepOf(state: State, counts: Counts): number {
  if (state === 'mapping') return 1
  if (state === 'checking') return 2
  if (state === 'checked' || state === 'running') return 3
  if (state === 'failed' || state === 'cancelled') return counts.entered || counts.ok ? 3 : 2
  return STEPS.length
}

/** The server works by itself; the page asks again. */
export const moving = (s: State) => s === 'checking' || s === 'running' || s === 'undoing'
/** The columns can still be changed: nothing of the batch is in. */
export const open = (i: Import) => ['mapping', 'checked', 'failed', 'cancelled'].includes(i.state) && !i.counts.entered
/** Stopped with some rows in: it can go on or be taken back as a whole. */
export const halfway = (i: Import) => (i.state === 'failed' || i.state === 'cancelled') && i.counts.entered > 0

/** The mapping as the server guessed or remembers it. */
export function mappingOf(i: Import): Record<string, string> {
  return Object.fromEntries(i.columns.filter((c) => c.field).map((c) => [String(c.index), c.field!]))
}

/** A field goes to one column: whoever had it before has none. */
export function assign(columns: Record<string, string>, index: number, field: string): Record<string, string> {
  const rest = Object.entries(columns).filter(([i, f]) => i !== String(index) && f !== field)
  return Object.fromEntries(field ? [...rest, [String(index), field]] : rest)
}

/** Required fields that no column fills; a title says enough where there is no summary. */
export function missing(fields: Target[], columns: Record<string, string>): Target[] {
  const used = new Set(Object.values(columns))
  return fields.filter((f) => f.required && !used.has(f.code) && !(f.code === 'summary' && used.has('title')))
}

/** What was read, in one sentence: rows, and what is not data. */
export function readWords(c: Counts): string {
  const aside = [
    c.blank ? `空行 ${c.blank} 行` : '', c.totals ? `合计 ${c.totals} 行` : '', c.notes ? `表下面的说明 ${c.notes} 行` : '',
  ].filter(Boolean)
  return `读到 ${n(c.rows)} 行${aside.length ? `；另有${aside.join('、')}，不算在内` : ''}。`
}

const n = (v: number) => v.toLocaleString('zh-CN')
