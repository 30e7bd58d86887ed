// Pictures of every page to look at (make pictures): desk at 1440 × 900 and
// 1280 × 800, and a phone just to see, into the folder PICTURES, which git ignores.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { Client, quarrel } from './api.mjs'
import { Desk } from './desk.mjs'
import { newPage, startBrowser, startServer } from './harness.mjs'

const dir = process.env.PICTURES ?? new URL('../pictures', import.meta.url).pathname
const SIZES = { 1440: { width: 1440, height: 900 }, 1280: { width: 1280, height: 800 }, 390: { width: 390, height: 844 } }
const STATUSES = ['registered', 'accepted', 'handling', 'referred', 'resolved', 'ended', 'declined', 'withdrawn', 'cleared']
const LONG = '因上游新修灌溉渠道改变水沟走向导致下游五户人家田地在雨季被反复冲淹并多次协商赔偿和恢复原状未果引起的邻里用水纠纷一事'

const own = process.env.TIAOJIETAI_URL ? null : await startServer()
const url = process.env.TIAOJIETAI_URL ?? own.url
const browser = await startBrowser()
const shots = await subjects(await clients('group', 'village', 'joint'))
for (const [size, box] of Object.entries(SIZES)) {
  for (const login of new Set(shots.map((s) => s.login))) {
    const d = login ? await Desk.as(browser, url, login, box) : new Desk(await newPage(browser, url, box))
    for (const s of shots.filter((x) => x.login === login)) await take(d, s, size)
    await d.page.context().close()
  }
}
await browser.close()
await own?.stop()
console.log(`${shots.length * Object.keys(SIZES).length} pictures in ${dir}`)

async function clients(...logins) {
  return Object.fromEntries(await Promise.all(logins.map(async (l) => [l, await Client.as(url, l)])))
}

/** One page to look at: who looks, where, what to do first, whether to the page's end. */
function shot(name, login, path, then) {
  return { name, login, path, then }
}

async function subjects({ group, village, joint }) {
  const parties = [{ role: 'applicant', name: '李国华' }, { role: 'respondent', name: '普文才' }]
  const long = await group.ok('POST', '/matters', quarrel({ title: LONG, parties }))
  const rare = await group.ok('POST', '/matters', quarrel({ parties: [{ role: 'applicant', name: '李𠮷祥', phone: '13900000001', idNumber: '532328199001010000' }, { role: 'respondent', name: '阿布都热合曼·买买提·普文才' }] }))
  const spot = await group.ok('POST', '/matters/onTheSpot', {
    ...quarrel({ title: '核桃树遮挡菜地引发争吵' }), parties: parties.map((p) => ({ ...p, consent: true })), badge: true,
    result: { outcome: 'agreed', by: 'oral', note: '普文才三天内修掉伸过来的枝条，李国华不再追究。' },
  })
  const tried = await handled(group)
  const statuses = []
  for (const status of STATUSES) {
    const { items } = await joint.get(`/matters?status=${status}&limit=20&sort=due`)
    if (items.length) statuses.push(shot(`matter-${status}`, 'joint', `/matters/${items[0].id}`))
  }
  const pending = (await village.get('/matters?limit=100')).items.find((m) => m.pending)
  return [
    shot('login', null, '/login'), shot('login-wrong', null, '/login', async (d) => { await d.logIn('group', 'x'); await d.page.getByRole('alert').waitFor() }),
    ...['group', 'village', 'town', 'dept-lead', 'joint', 'court'].map((l) => shot(`todo-${l}`, l, '/')),
    shot('todo-nothing', 'discipline', '/'), shot('list-nothing', 'discipline', '/matters'),
    shot('list', 'town', '/matters'), shot('list-100', 'joint', '/matters?sort=due'), shot('list-end', 'joint', '/matters?sort=due', (d) => d.page.locator('main').evaluate((e) => e.scrollTo(0, 1e6))),
    shot('list-filtered', 'town', '/matters?status=handling,accepted&overdue=true&sort=due'), shot('list-empty', 'town', '/matters?q=没有这样的事'),
    shot('list-panel', 'town', '/matters?status=handling', (d) => d.page.getByRole('row').nth(2).click()),
    shot('list-bulk', 'village', '/matters', (d) => d.page.getByLabel('全选本页').check()),
    ...statuses, pending && shot('matter-pending', 'village', `/matters/${pending.id}`),
    shot('matter-long-title', 'group', `/matters/${long.id}`), shot('list-long-title', 'group', '/matters'), shot('matter-rare-name', 'group', `/matters/${rare.id}`),
    shot('matter-more', 'group', `/matters/${tried.id}`, (d) => d.page.locator('main').getByRole('button', { name: '更多' }).click()),
    ...['上报上一级', '化解', '终止调解', '更正补充', '请求协助', '延长', '当事人撤回', '移送司法局'].map((step, i) => shot(`form-${i + 1}`, 'group', `/matters/${tried.id}`, (d) => d.step(step))),
    shot('form-errors', 'group', `/matters/${tried.id}`, async (d) => { await d.step('记录调解'); await d.form('记录调解').getByRole('button', { name: '记录调解' }).click() }),
    shot('clock', 'group', `/matters/${tried.id}`, (d) => d.page.getByRole('button', { name: /看依据/ }).first().click()),
    shot('register', 'group', '/register'), shot('register-more', 'village', '/register', (d) => d.page.getByRole('button', { name: /^更多/ }).click()),
    shot('register-errors', 'group', '/register', (d) => d.page.getByRole('button', { name: '登记', exact: true }).click()),
    shot('register-petition', 'village', '/register', (d) => d.chip(d.page, '哪一种', '信访事项').click()),
    shot('on-the-spot', 'group', '/onTheSpot'), shot('slip', 'group', `/matters/${spot.id}/slip`), shot('matter-on-the-spot', 'group', `/matters/${spot.id}`),
    shot('orgs', 'joint', '/orgs/532328101001'), shot('orgs-search', 'joint', '/orgs', (d) => d.page.getByLabel('找机构').fill('马街')),
    shot('stats', 'joint', '/stats?from=2021-01-01&to=2021-12-31'), shot('stats-now', 'town', '/stats'), shot('stats-group', 'group', '/stats'),
    shot('me', 'dept-lead', '/me'), shot('admin', 'admin', '/me'), shot('403', 'admin', '/matters'), shot('404', 'group', '/matters/0193a0b0-0000-7000-8000-000000000000'),
  ].filter(Boolean)
}

/** A matter tried once, with all that the group may then do. */
async function handled(c) {
  const m = await c.ok('POST', '/matters', quarrel({ description: '去年冬天普文才家修猪圈，把水沟往李国华家地边改了两尺。今年雨季淹了两回菜地，双方吵过三次。' }))
  await c.act(m.id, 'accept')
  await c.act(m.id, 'appoint', { mediators: [c.me.person.id] })
  for (const p of m.parties) await c.act(m.id, 'consent', { party: p.id, given: true, notice: true })
  return c.act(m.id, 'attempt', { heldAt: c.me.now, outcome: 'failed', notice: true, badge: true, note: '现场看了水沟，双方各说各的理。' })
}

async function take(d, s, size) {
  const { page } = d
  mkdirSync(join(dir, size), { recursive: true })
  try {
    await page.goto(s.path)
    await page.waitForLoadState('networkidle')
    // On the phone a button may be out of reach: the picture then shows the page without it.
    await s.then?.(d)
    await page.waitForLoadState('networkidle')
    await page.waitForTimeout(150)
  } catch (e) {
    console.error(`${size}/${s.name}: ${e.message.split('\n')[0]}`)
  }
  await page.screenshot({ path: join(dir, size, `${s.name}.png`) })
  // Forms keep their drafts: the next picture starts anew.
  await page.evaluate(() => localStorage.clear())
}
