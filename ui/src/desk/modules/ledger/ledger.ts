// Imports as the pages know them: the server's shapes, its calls, and what a
// state means on the screen.
import { ask, BASE } from '@/shared/api/client'
import { ApiError, offline } from '@/shared/api/problem'
import type { Page } from '@/shared/api/types'
import { fileSize } from '@/shared/format/money'

export type Kind = 'orgs' | 'people' | 'matters'
export type State = 'mapping' | 'checking' | 'checked' | 'running' | 'done' | 'cancelled' | 'failed' | 'undoing' | 'undone'
export interface Column { index: number; letter: string; name: string; field: string | null; samples: string[] }
export interface Target { code: string; name: string; required: boolean; help: string }
export interface Rejected { sheet: string; row: number; letter: string; column: string; reason: string }
export interface Counts { rows: number; ok: number; rejected: number; blank: number; totals: number; notes: number; entered: number }
export interface Import {
  id: string
  batch: string
  kind: Kind
  kindName: string
  fileName: string
  size: number
  org: { code: string; name: string }
  by: { id: string; name: string }
  at: string
  sheets: string[]
  sheet: string
  titles: string[]
  year: number | null
  matterKind: string
  columns: Column[]
  fields: Target[]
  state: State
  stateName: string
  progress: { done: number; total: number; text: string }
  counts: Counts
  rejected: Rejected[]
  undo: { possible: boolean; why: string }
  /** To be heeded, like the same file having been imported before. */
  warning: string | null
  error: string | null
}
/** What the person decides about a file: field codes by column index, the year of
 * dates without one (0: none). Without columns those of before stay where they fit. */
export interface Mapping { sheet?: string; year?: number; matterKind?: string; columns?: Record<string, string> }

export const KINDS: Record<Kind, { name: string; what: string; unit: string }> = {
  matters: { name: '事项', what: '纠纷或信访台账，一行一件', unit: '件' },
  orgs: { name: '机构', what: '乡镇、村（社区）、小组和县级部门，一行一个', unit: '个' },
  people: { name: '人员', what: '在各机构办事的人，一行一人', unit: '人' },
}

/** The largest workbook the server reads (internal/sheet, DefaultLimits). */
const MOST_BYTES = 30 * 1024 * 1024

async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
  return ask<T>(fetch(BASE + path, {
    method, credentials: 'same-origin',
    body: body === undefined ? undefined : JSON.stringify(body), headers: body === undefined ? {} : { 'Content-Type': 'application/json' },
  }).then(answer<T>))
}
async function answer<T>(response: Response): Promise<{ data?: T; error?: unknown; response: Response }> {
  const text = await response.text()
  return response.ok ? { data: (text ? JSON.parse(text) : null) as T, response } : { error: text, response }
}

export const imports = {
  list: (cursor?: string) => call<Page<Import>>('GET', `/imports?limit=20${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`),
  get: (id: string) => call<Import>('GET', `/imports/${id}`),
  map: (id: string, m: Mapping) => call<Import>('PUT', `/imports/${id}/mapping`, m),
  check: (id: string) => call<Import>('POST', `/imports/${id}/check`),
  run: (id: string) => call<Import>('POST', `/imports/${id}/run`),
  cancel: (id: string) => call<Import>('POST', `/imports/${id}/cancel`),
  undo: (id: string, reason: string) => call<Import>('POST', `/imports/${id}/undo`, { reason }),
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
