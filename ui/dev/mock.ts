// A stand-in for the server while it is being written; dev server only.
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Plugin } from 'vite'
import { book, makeMatters, me, orgs, row, type Any } from './mockdata'

const now0 = Date.parse('2026-11-02T09:12:00+08:00')
const start = Date.now()
const now = () => new Date(now0 + Date.now() - start)
let mustChange = false
const matters: Any[] = makeMatters(now)
const find = (id: string) => matters.find((m) => m.id === id)

function problem(res: ServerResponse, status: number, code: string, detail: string, extra: object = {}) {
  res.statusCode = status
  res.setHeader('Content-Type', 'application/problem+json')
  res.end(JSON.stringify({ title: code, status, code, detail, ...extra }))
}
function json(res: ServerResponse, body: unknown, status = 200) {
  res.statusCode = status
  res.setHeader('Content-Type', 'application/json')
  res.end(JSON.stringify(body))
}
async function read(req: IncomingMessage): Promise<Any> {
  const chunks: Buffer[] = []
  for await (const c of req) chunks.push(c as Buffer)
  try { return JSON.parse(Buffer.concat(chunks).toString() || '{}') } catch { return {} }
}

function list(q: URLSearchParams) {
  const has = (k: string, v: string) => !q.get(k) || q.get(k)!.split(',').includes(v)
  let items = matters.filter((m) => has('kind', m.kind) && has('status', m.status) && has('category', m.category) && has('holder', m.holder.code))
  if (q.get('q')) items = items.filter((m) => (m.title + m.number).includes(q.get('q')!))
  if (q.get('overdue')) items = items.filter((m) => m.next?.state === 'overdue')
  const from = Number(q.get('cursor') ?? 0), limit = Number(q.get('limit') ?? 20)
  return { items: items.slice(from, from + limit).map(row), total: items.length, nextCursor: from + limit < items.length ? String(from + limit) : null }
}

function act(res: ServerResponse, m: Any, b: Any) {
  if (b.version !== m.version) return problem(res, 409, 'stale', '这件事已由马街社区签收，您看到的是旧页面。已为您刷新，刚才填写的内容还在。', { current: m })
  if (b.action === 'escalate' && !m.attempts.length) return problem(res, 409, 'noAttempt', '本级还没有调解过，先记录一次调解再上报。')
  if (b.action === 'attempt' && !b.input.note) return problem(res, 422, 'invalid', '有一处要补。', { errors: [{ field: 'note', message: '请写一句谈了什么。' }] })
  m.version++
  m.updatedAt = now().toISOString()
  m.timeline.push({ seq: m.timeline.length + 1, at: now().toISOString(), actor: me.person, org: m.holder, action: b.action, actionName: b.action, from: m.status, to: m.status, text: `${me.person.name} ${m.actions.find((a: Any) => a.action === b.action)?.name ?? b.action}`, note: b.input?.note ?? null, changes: [], reversed: false, hash: 'x' })
  if (b.action === 'attempt') m.attempts.push({ id: 'a', heldAt: now().toISOString(), outcome: 'failed', outcomeName: '未谈成', note: b.input.note, by: me.person, org: m.holder, badge: true })
  m.undo = { seq: m.timeline.length, until: new Date(now().getTime() + 600_000).toISOString() }
  if (!m.actions.some((a: Any) => a.action === 'undo')) m.actions.push({ action: 'undo', name: '撤回上一步', primary: false, hint: '', fields: [] })
  json(res, m)
}

async function answer(req: IncomingMessage, res: ServerResponse) {
  const url = new URL(req.url ?? '', 'http://x'), p = url.pathname.replace('/api/v1', ''), q = url.searchParams
  const at = `${req.method} ${p}`
  if (at === 'GET /demo') return json(res, { now: now().toISOString(), logins: [['group', '马街社区一组调解员'], ['village', '马街社区调解员'], ['village-lead', '马街社区负责人'], ['town', '元马镇调解员'], ['town-lead', '元马镇负责人'], ['dept', '县自然资源局调解室'], ['petition', '县信访局'], ['justice', '县司法局'], ['court', '县法院诉调对接中心'], ['joint', '联席会议办公室'], ['admin', '系统管理员']].map(([login, who]) => ({ login, who })) })
  if (at === 'POST /session') {
    const b = await read(req)
    if (b.password !== 'demo') return problem(res, 401, 'badLogin', '用户名或密码不对。请再输一次；连错五次会锁 15 分钟。')
    res.setHeader('Set-Cookie', `tjt=${b.username}; Path=/; HttpOnly`); mustChange = b.username === 'admin'
    return json(res, {})
  }
  if (at === 'DELETE /session') { res.setHeader('Set-Cookie', 'tjt=; Path=/; Max-Age=0'); return json(res, {}) }
  if (!/tjt=\w/.test(req.headers.cookie ?? '')) return problem(res, 401, 'unauthorized', '请先登录。')
  if (at === 'GET /me') return json(res, { ...me, now: now().toISOString(), mustChangePassword: mustChange })
  if (at === 'PUT /me/password') { mustChange = false; return json(res, {}) }
  if (at === 'PUT /session/body') return json(res, {})
  if (at === 'GET /todo') {
    const g = (key: string, name: string, items: Any[]) => ({ key, name, total: items.length, items: items.slice(0, 20).map(row) })
    const open = matters.filter((m) => m.next)
    return json(res, { now: now().toISOString(), groups: [g('overdue', '已超期', open.filter((m) => m.next.state === 'overdue').slice(0, 3)), g('dueToday', '今天到期', []), g('toSign', '待签收', matters.slice(4, 8)), g('toConfirm', '待确认', matters.slice(9, 11)), g('toClear', '待销号', []), g('mine', '我经手的', matters.slice(12, 45))] })
  }
  if (at === 'GET /rulebook') return json(res, book)
  if (at === 'GET /matters') return json(res, list(q))
  if (at === 'GET /matters/new') return json(res, { fields: [], onTheSpot: [{ name: 'mediator', label: '调解员', type: 'persons', required: true, options: [{ code: 'p1', name: '普天明' }, { code: 'p2', name: '李国英' }], default: ['p1'] }] })
  if (at === 'GET /changes') return json(res, { now: now().toISOString(), items: [] })
  if (at === 'GET /stats/summary') return json(res, { accepted: 2141, resolved: 2132, ended: 9, successRate: { numerator: 2132, denominator: 2141, percent: '99.58' }, bodies: 795, mediators: 3602 })
  if (at === 'GET /orgs') return json(res, { items: orgs.filter((o) => q.get('q') ? o.name.includes(q.get('q')!) : q.get('parent') ? o.parent === q.get('parent') : true).slice(0, 100), nextCursor: null, total: orgs.length })
  if (p.startsWith('/orgs/')) return json(res, orgs.find((o) => o.code === p.slice(6)) ?? orgs[0])
  if (at === 'POST /matters' || at === 'POST /matters/onTheSpot') {
    const b = await read(req)
    if (b.petitionType === 'accusation') return problem(res, 409, 'accusationDoor', '检举控告不在这里登记。请引导来访人到县纪委监委信访室，或拨打 12388。')
    if (!b.title) return problem(res, 422, 'invalid', '还差一项。', { errors: [{ field: 'title', message: '请写一句是什么事。' }] })
    return json(res, matters[0], 201)
  }
  if (at === 'POST /matters/confirmLists') return json(res, { done: [], refused: [{ id: matters[0]!.id, code: 'ownProposal', detail: '这条是您自己提的，要由另一个人确认。' }] })
  const one = /^\/matters\/([^/]+)(\/[a-zA-Z]+)?$/.exec(p)
  const m = one && find(one[1]!)
  if (!m) return problem(res, 404, 'notFound', '没有找到这件事，或者您所在的机构看不到它。')
  if (!one[2]) return json(res, m)
  if (one[2] === '/timeline') return json(res, { items: m.timeline })
  if (one[2] === '/reveal') return json(res, { phone: '13908780001', idNumber: '532328197001010011', address: '马街社区一组 12 号' })
  if (one[2] === '/slip') return json(res, { matter: m, mediator: me.person.name, org: me.body, sealed: { code: 'x', name: '马街社区人民调解委员会' }, printedAt: now().toISOString() })
  if (one[2] === '/actions') return act(res, m, await read(req))
  if (one[2] === '/attachments') { await read(req); const a = { id: `f${m.attachments.length}`, name: '现场照片.jpg', type: 'image/jpeg', size: 123456, at: now().toISOString(), by: me.person }; m.attachments.push(a); return json(res, a, 201) }
  return problem(res, 404, 'notFound', '没有这个地址。')
}

export function mock(): Plugin {
  return {
    name: 'tjt-mock',
    configureServer(server) {
      server.middlewares.use((req, res, next) => {
        if (!req.url?.startsWith('/api/')) return next()
        setTimeout(() => void answer(req, res), 60)
      })
    },
  }
}
