import { api, ask } from '@/shared/api/client'
import type { components } from '@/shared/api/schema'
import type { Page } from '@/shared/api/types'

type S = components['schemas']
export type Person = S['AccountPersonItem']
export type Service = S['AccountServiceItem']
export interface PeopleFilters { q: string; under: string; role: string; state: string }

export const STATES = [
  { code: 'noLogin', name: '还没有登录名' }, { code: 'neverUsed', name: '从没登录过' }, { code: 'locked', name: '输错密码锁定中' },
  { code: 'disabled', name: '已停用' }, { code: 'notServing', name: '没有任职' }, { code: 'admin', name: '管理员' },
]
export const ROLES = [{ code: 'mediator', name: '调解员' }, { code: 'head', name: '负责人' }]
export const ADMINS: Record<string, string> = { system: '系统管理员', security: '安全管理员', auditor: '审计管理员' }

export function listPeople(f: PeopleFilters, limit: number, cursor?: string): Promise<Page<Person>> {
  return ask(api.GET('/people', { params: { query: { q: f.q || undefined, under: f.under || undefined, role: f.role || undefined, state: f.state || undefined, limit, cursor } } })) as Promise<Page<Person>>
}

const at = (id: string) => ({ params: { path: { id } } })
export const getPerson = (id: string): Promise<Person> => ask(api.GET('/people/{id}', at(id)))
export const addPerson = (body: S['AccountAdded']): Promise<Person> => ask(api.POST('/people', { body }))
export const changePerson = (id: string, body: S['AccountPersonChange']): Promise<Person> => ask(api.PATCH('/people/{id}', { ...at(id), body }))
export const serve = (id: string, org: string, role: string): Promise<Person> => ask(api.POST('/people/{id}/services', { ...at(id), body: { org, role } }))
export const endService = (id: string, org: string, role: string): Promise<{ person: Person; warning: string | null }> =>
  ask(api.POST('/people/{id}/services/end', { ...at(id), body: { org, role } })) as Promise<{ person: Person; warning: string | null }>
export interface NewPassword { login: string; password: string }
export const giveLogin = (id: string, login: string): Promise<NewPassword> => ask(api.POST('/people/{id}/login', { ...at(id), body: { login } }))
export const resetPassword = (id: string): Promise<NewPassword> => ask(api.POST('/people/{id}/resetPassword', at(id)))
export const lockLogin = (id: string, locked: boolean): Promise<Person> => ask(api.POST('/people/{id}/lock', { ...at(id), body: { locked } }))
export const endSessions = (id: string): Promise<Person> => ask(api.POST('/people/{id}/endSessions', at(id)))

/** What is worth saying of a login, in words; empty when all is usual. */
export function loginNote(p: Person): string {
  if (!p.login) return ''
  if (p.disabled) return '已停用'
  if (p.locked) return '输错密码，锁定中'
  return p.mustChange ? (p.lastSeen ? '要换密码' : '还没登录过') : ''
}

/** The services of a person in a line, the present ones; several roles in a body as one. */
export function present(services: Service[]): { code: string; name: string; roles: string }[] {
  const out: { code: string; name: string; roles: string }[] = []
  for (const s of services) {
    if (s.until) continue
    const same = out.find((o) => o.code === s.org.code)
    if (same) same.roles += `、${s.roleName}`
    else out.push({ code: s.org.code, name: s.org.name, roles: s.roleName })
  }
  return out
}
