import type { InjectionKey, Ref } from 'vue'
import type { Field, Matter } from '../api/types'
import { fromWall, wallTime } from '../format/time'
import { serverNow } from '../state/clock'
import type { FittedField } from './fit'

export type Values = Record<string, unknown>

/** The matter a form is about, for fields that choose among its parts. */
export const FORM_MATTER: InjectionKey<Ref<Matter | null>> = Symbol('matter')

const MANY = new Set(['orgs', 'parties', 'persons', 'demands', 'newParties'])

/** Whether a field's value is a list. */
export function isMany(f: Field): boolean {
  return MANY.has(f.type) || (!!f.multiple && ['choice', 'org', 'party', 'demand', 'attachment'].includes(f.type))
}

/** What a field holds before anybody touched it. */
export function initial(f: Field): unknown {
  if (f.default !== undefined && f.default !== null) return isMany(f) && !Array.isArray(f.default) ? [f.default] : f.default
  if (isMany(f)) return f.required && f.options?.length === 1 ? [f.options[0]!.code] : []
  switch (f.type) {
    case 'tick': return false
    case 'paper': return { body: '', number: '', date: '' }
    case 'matterFields': return {}
    case 'instant': return f.required ? fromWall(`${wallTime(serverNow()).slice(0, 16)}:00`) : null
    case 'text': case 'longText': return ''
    case 'choice': case 'org':
      return f.required && f.options?.length === 1 ? f.options[0]!.code : null
    default: return null
  }
}

/** Whether a field is asked for, given what the others hold. */
export function visible(f: FittedField, values: Values): boolean {
  if (f.whenSet && blank(values[f.whenSet])) return false
  if (!f.when) return true
  const v = values[f.when.field]
  const wanted = f.when.in.map(String)
  return Array.isArray(v) ? v.some((x) => wanted.includes(String(x))) : v !== null && v !== undefined && wanted.includes(String(v))
}

function blank(v: unknown): boolean {
  if (v === null || v === undefined) return true
  if (typeof v === 'string') return v.trim() === ''
  if (Array.isArray(v)) return v.length === 0
  if (typeof v === 'object') return Object.values(v).every(blank)
  return false
}

const TYPED = new Set(['text', 'longText', 'integer', 'money'])

/** Whether a field leaves something to choose: a required choice of one is sent
 * without being asked. */
export function settled(f: Field): boolean {
  return f.type === 'choice' && f.required && !f.multiple && f.options?.length === 1
}

/** The sentence beside a field that is still missing; empty when all is well. */
export function missing(f: Field, values: Values): string {
  const v = values[f.name]
  if (!f.required || !visible(f, values)) return ''
  if (f.type === 'tick') return v === true ? '' : '请先确认这一条再保存。'
  if (f.type === 'bool') return typeof v === 'boolean' ? '' : '请选是或否。'
  if (f.type === 'paper') return Object.values((v ?? {}) as object).some(blank) ? '请写明文书的机关、文号和日期。' : ''
  if (f.type === 'matterFields') return blank(v) ? '请改至少一处。' : ''
  if (!blank(v)) return ''
  return TYPED.has(f.type) ? `请填写${f.label}。` : `请选${f.label}。`
}

/** All fields still missing, by name. */
export function missingOf(fields: Field[], values: Values): Record<string, string> {
  const out: Record<string, string> = {}
  for (const f of fields) {
    const m = missing(f, values)
    if (m) out[f.name] = m
  }
  return out
}

/** What is sent: visible fields that hold something; texts trimmed. */
export function toInput(fields: Field[], values: Values): Values {
  const out: Values = {}
  for (const f of fields) {
    if (!visible(f, values)) continue
    const v = values[f.name]
    if (f.type === 'tick' ? v !== true : blank(v)) continue
    out[f.name] = typeof v === 'string' ? v.trim() : v
  }
  return out
}

/** The field an error of the server belongs to: `input.paper.number` → paper. */
export function errorsByField(fields: Field[], errors: { field: string; message: string }[]): { beside: Record<string, string>; rest: string[] } {
  const beside: Record<string, string> = {}
  const rest: string[] = []
  for (const e of errors) {
    const path = e.field.replace(/^(body\.)?(input\.)?/, '')
    const head = path.split(/[.[]/)[0] ?? ''
    const f = fields.find((x) => x.name === head)
    if (f) beside[f.name] = beside[f.name] ? `${beside[f.name]} ${e.message}` : e.message
    else rest.push(e.message)
  }
  return { beside, rest }
}
