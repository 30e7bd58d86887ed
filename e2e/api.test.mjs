// The main job by the API alone, every refusal on the way as a problem document,
// and what any client may rely on: repeated operations, ETag, headers, limits.
import assert from 'node:assert/strict'
import { request } from 'node:http'
import { before, test } from 'node:test'
import { Client, fileForm, problem, quarrel } from './api.mjs'
import { serverUrl } from './harness.mjs'

const url = serverUrl()
const LOGINS = ['group', 'village', 'village2', 'town', 'dept', 'dept-lead', 'court', 'joint', 'petition', 'gov', 'admin']
const c = {}
before(async () => {
  for (const login of LOGINS) c[login] = await Client.as(url, login)
})

const attempt = (outcome) => ({ heldAt: c.group.me.now, outcome, notice: true, badge: true, note: '双方各说各的理。' })

/** A step that must be refused: the kind of refusal, and nothing left behind. */
async function refused(who, id, action, input, status, code, submitted = []) {
  const keeper = (await c.joint.ask('GET', `/matters/${id}`)).status === 200 ? c.joint : c.group
  const was = await keeper.matter(id)
  const mine = await who.ask('GET', `/matters/${id}`)
  const r = await who.ask('POST', `/matters/${id}/actions`, { action, version: mine.body?.version ?? was.version, input })
  const p = problem(assert, r, status, code, submitted)
  assert.equal((await keeper.matter(id)).version, was.version, `${action} was refused but changed something`)
  return p
}

test('a dispute goes from registration to clearance and back, each wrong step refused', async () => {
  const { group, village, village2, town, dept, court, joint } = c
  const lead = c['dept-lead']
  let m = await group.ok('POST', '/matters', quarrel())
  const id = m.id
  assert.match(m.number, /^马街调登〔2026〕\d{6}号$/)
  assert.equal(m.parties[0].phone, '139****0001', 'masked')
  await refused(group, id, 'attempt', attempt('failed'), 409, 'stale')
  await refused(village, id, 'accept', {}, 403, 'notHolder')
  problem(assert, await village2.ask('POST', `/matters/${id}/actions`, { action: 'accept', version: 1 }), 404, 'notFound')
  problem(assert, await village2.ask('POST', `/matters/${id}/actions`, { nonsense: true }), 404, 'notFound') // scope before input
  problem(assert, await court.ask('GET', `/matters/${id}`), 404, 'notFound')
  problem(assert, await c.admin.ask('GET', `/matters/${id}`), 404, 'notFound')
  await refused(group, id, 'nonsense', {}, 422, 'invalid', ['nonsense'])
  await group.act(id, 'accept')
  await refused(group, id, 'attempt', attempt('failed'), 403, 'notAppointed')
  await refused(group, id, 'appoint', { mediators: ['nobody-17'] }, 422, 'invalid', ['nobody-17'])
  await group.act(id, 'appoint', { mediators: [group.me.person.id] })
  await refused(group, id, 'attempt', attempt('failed'), 409, 'noConsent')
  for (const p of m.parties) await group.act(id, 'consent', { party: p.id, given: true, notice: true })
  await refused(group, id, 'escalate', { reason: 'noAgreement' }, 409, 'noAttempt')
  await refused(group, id, 'attempt', { ...attempt('failed'), heldAt: '2031-01-01T00:00:00+08:00' }, 422, 'invalid')
  await refused(group, id, 'attempt', { ...attempt('failed'), notice: false }, 422, 'invalid')
  await group.act(id, 'attempt', attempt('failed'))
  const skip = await refused(group, id, 'escalate', { reason: 'noAgreement', to: '532328101000' }, 422, 'invalid')
  assert.equal(skip.errors[0].field, 'skipReason')
  await refused(group, id, 'escalate', { reason: '越级走' }, 422, 'invalid', ['越级走'])
  await refused(group, id, 'resolve', { by: 'agreement', note: '谈成' }, 409, 'noAgreement')
  const old = await group.matter(id)
  await group.act(id, 'escalate', { reason: 'noAgreement' })
  const stale = problem(assert, await group.ask('POST', `/matters/${id}/actions`, { action: 'escalate', version: old.version, input: { reason: 'noAgreement' } }), 409, 'stale')
  assert.equal(stale.current.pending.body.code, '532328101001', 'the state as it now stands comes along')
  await refused(group, id, 'attempt', attempt('failed'), 409, 'pending')
  await refused(group, id, 'sign', {}, 403, 'notReceiver')
  await village.act(id, 'return', { reason: 'incomplete' })
  await group.act(id, 'escalate', { reason: 'beyondUs' })
  for (const [who, then] of [[village, { reason: 'noAgreement' }], [town, { reason: 'needsDepartment', to: '532328000000002' }]]) {
    await who.act(id, 'sign')
    await who.act(id, 'appoint', { mediators: [who.me.person.id] })
    await who.act(id, 'attempt', attempt('failed'))
    if (who === town) await refused(town, id, 'escalate', { reason: 'needsDepartment' }, 422, 'invalid')
    await who.act(id, 'escalate', then)
  }
  await dept.act(id, 'sign')
  await dept.act(id, 'appoint', { mediators: [dept.me.person.id] })
  await refused(dept, id, 'escalate', { reason: 'noAgreement' }, 409, 'topLevel')
  await dept.act(id, 'attempt', attempt('agreed'))
  await dept.act(id, 'classify', { demand: m.demands[0].id, list: 'justified', reason: 'entitled' })
  await refused(dept, id, 'confirmLists', { agree: true }, 403, 'ownProposal')
  await dept.act(id, 'resolve', { by: 'agreement', note: '恢复原水沟，费用各半。' })
  await refused(joint, id, 'clear', {}, 409, 'followUpOpen')
  await refused(dept, id, 'refer', { to: 'court', mode: 'confirm', applicants: [m.parties[0].id] }, 409, 'notJoint')
  await dept.act(id, 'refer', { to: 'court', mode: 'confirm', applicants: m.parties.map((p) => p.id) })
  await refused(court, id, 'followUp', { at: court.me.now, performed: true, satisfied: true }, 403, 'notHolder')
  await court.act(id, 'referralOutcome', { outcome: 'confirmed', note: '裁定调解协议有效' })
  await refused(dept, id, 'followUp', { at: dept.me.now, performed: true, satisfied: true }, 403, 'ownResolution')
  for (const _ of [1, 2]) await lead.act(id, 'followUp', { at: lead.me.now, performed: true, satisfied: true })
  await refused(joint, id, 'clear', {}, 409, 'listsUnconfirmed')
  const confirm = await lead.ok('POST', '/matters/confirmLists', { items: [{ id, version: (await lead.matter(id)).version }], agree: true })
  assert.deepEqual(confirm.done, [id])
  await refused(lead, id, 'clear', {}, 403, 'notAbove')
  await refused(dept, id, 'clear', {}, 403, 'ownClearance')
  m = await joint.act(id, 'clear', { note: '协议和裁定齐全' })
  assert.equal(m.status, 'cleared')
  await refused(joint, id, 'amend', { fields: { title: '改' }, reason: 'typo' }, 409, 'stale')
  m = await dept.act(id, 'reopen', { reason: 'partyAsks', party: m.parties[0].id })
  assert.equal(m.status, 'handling')
  const { items } = await dept.get(`/matters/${id}/timeline`)
  assert.equal(items.map((i) => i.action).join(' '), 'register accept appoint consent consent attempt escalate return escalate sign appoint attempt escalate sign appoint attempt escalate sign appoint attempt classify resolve refer referralOutcome followUp followUp confirmLists clear reopen')
  assert.equal(new Set(items.map((i) => i.hash)).size, items.length)
})

test('a matter that was refused is not there', async () => {
  const before = (await c.group.get('/matters?limit=1')).total
  for (const [part, field] of [[{ title: '' }, 'title'], [{ category: '没有这一类' }, 'category'], [{ place: {} }, 'place'], [{ parties: [] }, 'parties'], [{ surprise: 1 }, 'surprise'], [{ headcount: '四个' }, 'headcount'], [{ amountFen: 1.5 }, 'amountFen']]) {
    const r = await c.group.ask('POST', '/matters', quarrel(part))
    const p = problem(assert, r, 422, 'invalid', ['没有这一类', '四个'])
    assert.ok(p.errors.some((e) => e.field.startsWith(field)), `${field}: ${JSON.stringify(p.errors)}`)
  }
  problem(assert, await c.group.ask('POST', '/matters', JSON.stringify(quarrel({ description: '水'.repeat(700_000) }))), 413, 'tooLarge')
  const accusation = quarrel({ kind: 'petition', petitionType: 'accusation', channel: 'visit', category: '纪检监察/其他/其他', parties: [{ role: 'petitioner', name: '匿名' }] })
  const door = await c.group.ask('POST', '/matters', accusation)
  assert.match(problem(assert, door, door.status, door.body.code).detail, /纪委|监委|12388|纪检/, 'the right door is named')
  problem(assert, await new Client(url).ask('POST', '/matters', quarrel()), 401, 'notSignedIn')
  problem(assert, await c.group.ask('POST', '/matters', quarrel(), { headers: { Origin: 'http://elsewhere.example', 'Sec-Fetch-Site': 'cross-site' } }), 403, 'crossOrigin')
  assert.equal((await c.group.get('/matters?limit=1')).total, before)
})

test('JSON that cannot be read is 400', async () => {
  for (const text of ['{"title": ', 'title=x', '[]x', '']) {
    problem(assert, await c.group.ask('POST', '/matters', text), 400, 'unreadable')
  }
  problem(assert, await c.group.ask('POST', '/session', '{'), 400, 'unreadable')
})

test('the same operation again gets the first answer, another body is refused', async () => {
  const body = quarrel()
  const key = `e2e-${Date.now()}`
  const first = await c.group.ask('POST', '/matters', body, { key })
  const again = await c.group.ask('POST', '/matters', body, { key })
  assert.equal(first.status, 201)
  assert.deepEqual([again.status, again.body.id, again.body.number], [201, first.body.id, first.body.number])
  problem(assert, await c.group.ask('POST', '/matters', { ...body, title: '另一件' }, { key }), 422, 'operationReused', ['另一件'])
  const { id, version } = first.body
  const step = { action: 'accept', version, input: {} }
  const did = await c.group.ask('POST', `/matters/${id}/actions`, step, { key: `${key}-2` })
  const repeated = await c.group.ask('POST', `/matters/${id}/actions`, step, { key: `${key}-2` })
  assert.deepEqual([did.status, repeated.status, repeated.body.version], [200, 200, did.body.version], 'looked up before the version')
})

test('two at once: one wins, the other sees the new state', async () => {
  const m = await c.group.ok('POST', '/matters', quarrel())
  const answers = await Promise.all(Array.from({ length: 6 }, () => c.group.ask('POST', `/matters/${m.id}/actions`, { action: 'accept', version: m.version, input: {} })))
  assert.equal(answers.filter((a) => a.status === 200).length, 1)
  for (const a of answers.filter((x) => x.status !== 200)) assert.equal(problem(assert, a, 409, 'stale').current.status, 'accepted')
})

test('changes are told by ETag', async () => {
  const since = encodeURIComponent((await c.group.get('/me')).now)
  const empty = await c.group.ask('GET', `/changes?since=${since}`)
  assert.deepEqual(empty.body.items, [])
  const tag = empty.headers.get('etag')
  const same = await c.group.ask('GET', `/changes?since=${since}`, undefined, { headers: { 'If-None-Match': tag } })
  assert.deepEqual([same.status, same.text], [304, ''])
  const m = await c.group.ok('POST', '/matters', quarrel())
  const moved = await c.group.ask('GET', `/changes?since=${since}`, undefined, { headers: { 'If-None-Match': tag } })
  assert.equal(moved.status, 200)
  assert.deepEqual(moved.body.items.map((i) => i.id), [m.id])
  assert.ok(!(await c.village2.get(`/changes?since=${since}`)).items.some((i) => i.id === m.id), 'not for who cannot see it')
})

test('the document is OpenAPI 3.1, whole in itself', async () => {
  const r = await fetch(`${url}/openapi.json`)
  assert.equal(r.status, 200)
  const text = await r.text()
  const doc = JSON.parse(text)
  assert.match(doc.openapi, /^3\.1/)
  assert.ok(doc.paths['/matters/{id}/actions'] || doc.paths['/api/v1/matters/{id}/actions'], Object.keys(doc.paths).join())
  assert.ok(!text.includes('"$schema"'))
  for (const [, ref] of text.matchAll(/"\$ref": ?"([^"]+)"/g)) {
    assert.match(ref, /^#\/components\/schemas\//)
    assert.ok(doc.components.schemas[ref.split('/').pop()], ref)
  }
  assert.ok(!(await c.group.ask('GET', '/me')).text.includes('$schema'))
})

test('the transition table and the rulebook are given with Chinese names', async () => {
  const w = await c.group.get('/workflow?kind=dispute')
  for (const action of ['accept', 'appoint', 'consent', 'attempt', 'resolve', 'escalate', 'sign', 'return', 'recall', 'transfer', 'refer', 'followUp', 'clear', 'reopen', 'undo', 'withdraw']) {
    const row = w.rows.find((x) => x.action === action)
    assert.ok(row, action)
    for (const k of ['name', 'who']) assert.match(row[k], /[一-鿿]/)
  }
  assert.ok((await c.group.get('/workflow?kind=petition')).rows.some((x) => x.action === 'forward'))
  const book = await c.group.get('/rulebook')
  for (const set of ['levels', 'kinds', 'statuses', 'lists', 'categories', 'sources', 'partyRoles', 'remedies', 'clocks']) {
    assert.ok(book[set].length, set)
    for (const x of book[set]) assert.ok(x.code && /[一-鿿]/.test(x.name), `${set} ${x.code}`)
  }
  assert.deepEqual(book.categories.length, 18)
  for (const [name, list] of Object.entries(book.reasons)) assert.ok(list.length > 1, name)
})

test('every answer carries the security headers', async () => {
  for (const path of ['/', '/login', '/matters/whatever', '/api/v1/me', '/api/v1/nothing', '/openapi.json', '/healthz']) {
    const r = await fetch(url + path)
    const h = (n) => r.headers.get(n) ?? ''
    assert.match(h('content-security-policy'), /default-src 'self'/, path)
    assert.doesNotMatch(h('content-security-policy'), /script-src[^;]*unsafe|unsafe-eval/)
    assert.match(h('content-security-policy'), /frame-ancestors 'none'/)
    assert.equal(h('x-content-type-options'), 'nosniff')
    assert.match(h('referrer-policy'), /same-origin|no-referrer/)
    if (path.startsWith('/api')) assert.equal(h('cache-control'), 'no-store')
  }
  const r = await fetch(`${url}/api/v1/session`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{"username":"group","password":"demo"}' })
  assert.match(r.headers.getSetCookie()[0], /^tjt=[^;]+;.*HttpOnly.*SameSite=Lax/)
  problem(assert, await c.group.ask('GET', '/nothing'), 404, 'notFound')
  problem(assert, await c.group.ask('GET', '/matters?surprise=1'), 422, 'invalid')
  problem(assert, await c.group.ask('GET', '/matters?limit=101'), 422, 'invalid')
  assert.deepEqual((await c.group.get('/matters?status=nonsense')).items, [], 'an unknown code is harmless')
  problem(assert, await c.group.ask('GET', '/matters?cursor=nonsense'), 422, 'invalid', ['nonsense'])
})

test('a wrong password says one sentence, whoever exists, and too many tries wait', async () => {
  const one = problem(assert, await new Client(url).ask('POST', '/session', { username: 'town2', password: 'wrong-17' }), 401, 'badLogin', ['wrong-17'])
  const none = problem(assert, await new Client(url).ask('POST', '/session', { username: 'nobody-here', password: 'wrong-17' }), 401, 'badLogin', ['nobody-here'])
  assert.equal(one.detail, none.detail)
  let r
  for (let i = 0; i < 12 && r?.status !== 429; i++) r = await new Client(url).ask('POST', '/session', { username: 'nobody-else', password: 'wrong' })
  problem(assert, r, 429, r.body.code)
  assert.ok(Number(r.headers.get('retry-after')) > 0)
})

test('attachments: by content, with name and limit', async () => {
  const m = await c.group.ok('POST', '/matters', quarrel())
  const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64')
  const put = (who, name, bytes, type) => who.ask('POST', `/matters/${m.id}/attachments`, fileForm(name, bytes, type))
  const a = await put(c.group, '现场 照片.png', png, 'image/png')
  assert.equal(a.status, 201, a.text)
  assert.deepEqual([a.body.name, a.body.type], ['现场 照片.png', 'image/png'])
  problem(assert, await put(c.group, '协议.pdf', '<script>alert(1)</script>', 'application/pdf'), 422, 'wrongType')
  // Refused by its length alone: the answer comes before the bytes.
  problem(assert, await announce(`/api/v1/matters/${m.id}/attachments`, 60 << 20), 413, 'tooLarge')
  problem(assert, await put(c.village2, '现场.png', png, 'image/png'), 404, 'notFound')
  problem(assert, await c.village2.ask('GET', `/attachments/${a.body.id}`), 404, 'notFound')
  const file = await fetch(`${url}/api/v1/attachments/${a.body.id}`, { headers: { Cookie: c.group.cookie } })
  assert.equal(file.headers.get('content-type'), 'image/png')
  assert.deepEqual(Buffer.from(await file.arrayBuffer()), png)
})

/** Announces an upload of so many bytes, and reads the answer without sending them. */
function announce(path, length) {
  return new Promise((done, fail) => {
    const req = request(url + path, { method: 'POST', headers: { Cookie: c.group.cookie, 'Content-Type': 'multipart/form-data; boundary=x', 'Content-Length': length } }, async (res) => {
      let text = ''
      for await (const part of res) text += part
      req.destroy()
      done({ status: res.statusCode, headers: new Headers({ 'content-type': res.headers['content-type'] }), text, body: JSON.parse(text) })
    })
    req.on('error', fail)
    req.flushHeaders()
  })
}

test('figures of 2021', async () => {
  const s = await c.joint.get('/stats/summary?from=2021-01-01&to=2021-12-31')
  assert.deepEqual([s.accepted, s.resolved, s.ended, s.successRate], [2141, 2132, 9, { numerator: 2132, denominator: 2141, percent: '99.58' }])
  assert.deepEqual([s.bodies, s.mediators], [795, 3602])
})
