// Pictures of every page to look at (make pictures): the desk at 1440 × 900 and
// 1280 × 800 and on a phone just to see, the phone's own app at 320, 390 and 768,
// into the folder PICTURES, which git ignores. ONLY=word takes those with the word
// in their name, SIZES=1440,m-390 those sizes.
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Client, fileForm, quarrel } from './api.mjs'
import { Desk } from './desk.mjs'
import { newPage, startBrowser, startServer } from './harness.mjs'

const dir = process.env.PICTURES ?? new URL('../pictures', import.meta.url).pathname
const DESK = { 1440: { width: 1440, height: 900 }, 1280: { width: 1280, height: 800 }, 390: { width: 390, height: 844 } }
const PHONE = { 'm-320': { width: 320, height: 640 }, 'm-390': { width: 390, height: 844 }, 'm-768': { width: 768, height: 1024 } }
const STATUSES = ['registered', 'accepted', 'handling', 'referred', 'resolved', 'ended', 'declined', 'withdrawn', 'cleared']
const LONG = '因上游新修灌溉渠道改变水沟走向导致下游五户人家田地在雨季被反复冲淹并多次协商赔偿和恢复原状未果引起的邻里用水纠纷一事'

const own = process.env.TIAOJIETAI_URL ? null : await startServer()
const url = process.env.TIAOJIETAI_URL ?? own.url
const browser = await startBrowser()
const made = await makeMatters(await clients('group', 'village', 'town', 'joint'))
await takeAll(subjects(made), DESK)
await takeAll(phoneSubjects(made), PHONE)
await browser.close()
await own?.stop()

async function takeAll(all, sizes) {
  const shots = all.filter((s) => s && (!process.env.ONLY || s.name.includes(process.env.ONLY)))
  const wanted = Object.entries(sizes).filter(([size]) => !process.env.SIZES || process.env.SIZES.split(',').includes(size))
  for (const [size, box] of wanted) {
    for (const login of new Set(shots.map((s) => s.login))) {
      const d = login ? await Desk.as(browser, url, login, box) : new Desk(await newPage(browser, url, box))
      for (const s of shots.filter((x) => x.login === login)) await take(d, s, size)
      await d.page.context().close()
    }
  }
  console.log(`${shots.length * wanted.length} pictures in ${dir}`)
}

async function clients(...logins) {
  return Object.fromEntries(await Promise.all(logins.map(async (l) => [l, await Client.as(url, l)])))
}

/** One page to look at: who looks, where, what to do first, whether to the page's end. */
function shot(name, login, path, then) {
  return { name, login, path, then }
}

async function makeMatters({ group, village, town, joint }) {
  const parties = [{ role: 'applicant', name: '李国华' }, { role: 'respondent', name: '普文才' }]
  const long = await group.ok('POST', '/matters', quarrel({ title: LONG, parties }))
  const rare = await group.ok('POST', '/matters', quarrel({ parties: [{ role: 'applicant', name: '李𠮷祥', phone: '13900000001', idNumber: '532328199001010000' }, { role: 'respondent', name: '阿布都热合曼·买买提·普文才' }] }))
  const spot = await group.ok('POST', '/matters/onTheSpot', {
    ...quarrel({ title: '核桃树遮挡菜地引发争吵' }), parties: parties.map((p) => ({ ...p, consent: true })), badge: true,
    result: { outcome: 'agreed', by: 'oral', note: '普文才三天内修掉伸过来的枝条，李国华不再追究。' },
  })
  const tried = await handled(group)
  const statuses = {}
  for (const status of STATUSES) statuses[status] = (await joint.get(`/matters?status=${status}&limit=20&sort=due`)).items[0]?.id
  const pending = (await village.get('/matters?limit=100')).items.find((m) => m.pending)
  return { long, rare, spot, tried, statuses, pending, imports: await importSteps(town) }
}

/** A ledger with errors at each step, and one that is not read at all. */
async function importSteps(town) {
  const file = readFileSync(new URL('../internal/sheet/testdata/ledger-yuanma-2021h1.xlsx', import.meta.url))
  const start = () => town.ok('POST', '/imports?kind=matters', fileForm('元马镇2021年上半年台账.xlsx', file))
  const settled = async (id) => {
    for (;;) {
      const i = await town.get(`/imports/${id}`)
      if (!['checking', 'running', 'undoing'].includes(i.state)) return id
      await new Promise((done) => setTimeout(done, 300))
    }
  }
  const step = async (id, what, body) => (await town.ok('POST', `/imports/${id}/${what}`, body), settled(id))
  const [columns, checked, done, undone] = [await start(), await start(), await start(), await start()].map((i) => i.id)
  await step(checked, 'check')
  await step(undone, 'run')
  await step(undone, 'undo', { reason: '导错了年份，重新核对以后再导' })
  await step(done, 'run')
  return { columns, checked, done, undone }
}

function subjects({ long, rare, spot, tried, statuses, pending, imports }) {
  return [
    shot('login', null, '/login'), shot('login-wrong', null, '/login', async (d) => { await d.logIn('group', 'x'); await d.page.getByRole('alert').waitFor() }),
    ...['group', 'village', 'town', 'dept-lead', 'joint', 'court'].map((l) => shot(`todo-${l}`, l, '/')),
    shot('todo-nothing', 'discipline', '/'), shot('list-nothing', 'discipline', '/matters'),
    shot('list', 'town', '/matters'), shot('list-100', 'joint', '/matters?sort=due'), shot('list-end', 'joint', '/matters?sort=due', (d) => d.page.locator('main').evaluate((e) => e.scrollTo(0, 1e6))),
    shot('list-filtered', 'town', '/matters?status=handling,accepted&overdue=true&sort=due'), shot('list-empty', 'town', '/matters?q=没有这样的事'),
    shot('list-panel', 'town', '/matters?status=handling', (d) => d.page.getByRole('row').nth(2).click()),
    shot('list-bulk', 'village', '/matters', (d) => d.page.getByLabel('全选本页').check()),
    ...Object.entries(statuses).map(([status, id]) => id && shot(`matter-${status}`, 'joint', `/matters/${id}`)), pending && shot('matter-pending', 'village', `/matters/${pending.id}`),
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
    shot('home', 'joint', '/home'), shot('home-town', 'town', '/home'), shot('home-end', 'joint', '/home', (d) => d.page.locator('main').evaluate((e) => e.scrollTo(0, 1e6))), shot('home-group', 'group', '/home'),
    shot('board', 'town', '/matters?view=board'), shot('board-joint', 'joint', '/matters?view=board'), shot('list-200', 'joint', '/matters?sort=due', (d) => d.page.getByRole('button', { name: '下一页' }).click()),
    shot('search', 'town', '/matters?q=水沟'), shot('search-one', 'joint', '/matters?q=水'), shot('search-name', 'group', '/matters?q=𠮷'), shot('search-board', 'town', '/matters?q=水沟&view=board'),
    shot('search-panel', 'town', '/matters?q=水沟', (d) => d.page.getByRole('row').nth(1).click()), shot('list-sign', 'town', '/matters?todo=toSign', (d) => d.page.getByLabel('全选本页').check()),
    shot('notices', 'town', '/notices'), shot('notices-group', 'group', '/notices'), shot('notices-none', 'discipline', '/notices'), shot('keys', 'town', '/', (d) => d.page.keyboard.press('?')),
    shot('imports', 'town', '/imports'), shot('imports-admin', 'admin', '/imports?kind=people'), shot('imports-auditor', 'auditor', '/imports'),
    ...Object.entries(imports).map(([step, id]) => shot(`import-${step}`, 'town', `/imports/${id}`)),
    shot('import-columns-missing', 'town', `/imports/${imports.columns}`, async (d) => { await d.page.getByRole('combobox', { name: /^E 列/ }).click(); await d.page.getByRole('option', { name: '不导入', exact: true }).click() }),
    shot('import-undo', 'town', `/imports/${imports.done}`, (d) => d.page.getByRole('button', { name: '撤销这一批' }).click()),
    shot('import-wrong', 'town', '/imports', (d) => d.page.locator('input[type=file]').setInputFiles({ name: '照片.xlsx', mimeType: 'image/png', buffer: Buffer.from('\x89PNG\r\n\x1a\n\x00\x00', 'latin1') })),
    shot('people', 'admin', '/people'), shot('people-town', 'town-lead', '/people'), shot('people-found', 'admin', '/people?q=普'), shot('org-admin', 'admin', '/orgs/532328101001'), shot('org-town', 'town', '/orgs/532328101000'),
    shot('print-matter', 'group', `/matters/${tried.id}/print`), shot('print-list', 'town', '/matters/print?status=handling'), shot('slip-long', 'group', `/matters/${long.id}/slip`),
    shot('403-page', 'town', '/403'), shot('404-page', 'town', '/nothing/here'), shot('auditor', 'auditor', '/me'), shot('me-group', 'group', '/me'),
    shot('me', 'dept-lead', '/me'), shot('admin', 'admin', '/me'), shot('403', 'admin', '/matters'), shot('404', 'group', '/matters/0193a0b0-0000-7000-8000-000000000000'),
  ]
}

/** The phone's own app. */
function phoneSubjects({ long, rare, spot, tried, statuses, pending }) {
  const end = (d) => d.page.evaluate(() => scrollTo(0, 1e6))
  return [
    shot('login', null, '/m/login'),
    ...['group', 'village', 'town'].map((l) => shot(`todo-${l}`, l, '/m/')), shot('todo-nothing', 'discipline', '/m/'),
    shot('register', 'group', '/m/register'), shot('register-end', 'group', '/m/register', end),
    shot('register-spot', 'group', '/m/register', async (d) => { await d.page.getByText('当场调成', { exact: true }).click(); await end(d) }),
    shot('register-errors', 'group', '/m/register', (d) => d.page.getByRole('button', { name: /登记|保存|记下/ }).last().click()),
    shot('list', 'group', '/m/matters'), shot('list-village', 'village', '/m/matters'), shot('list-search', 'village', '/m/matters?q=水沟'), shot('list-empty', 'group', '/m/matters?q=没有这样的事'),
    shot('matter', 'group', `/m/matters/${tried.id}`), shot('matter-end', 'group', `/m/matters/${tried.id}`, end),
    shot('matter-long-title', 'group', `/m/matters/${long.id}`), shot('matter-rare-name', 'group', `/m/matters/${rare.id}`), shot('matter-on-the-spot', 'group', `/m/matters/${spot.id}`),
    ...Object.entries(statuses).map(([status, id]) => id && shot(`matter-${status}`, 'joint', `/m/matters/${id}`)), pending && shot('matter-pending', 'village', `/m/matters/${pending.id}`),
    ...['attempt', 'resolve', 'end', 'amend', 'escalate'].map((action) => shot(`act-${action}`, 'group', `/m/matters/${tried.id}/do/${action}`)),
    shot('slip', 'group', `/m/matters/${spot.id}/slip`), shot('notices', 'group', '/m/notices'), shot('unsent', 'group', '/m/unsent'), shot('me', 'group', '/m/me'), shot('me-admin', 'admin', '/m/me'),
    shot('404-matter', 'group', '/m/matters/0193a0b0-0000-7000-8000-000000000000'), shot('404', 'group', '/m/nothing/here'),
  ]
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
