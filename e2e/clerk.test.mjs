// A township clerk's morning at the desk (issue 2): sign for several at once, appoint,
// try, resolve, confirm lists in bulk, look a word up and open the hit, see what was
// like it, read what came in. Taps are counted, every page is looked over by axe.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Client, quarrel } from './api.mjs'
import { nameless, violations } from './axe.mjs'
import { Desk } from './desk.mjs'
import { serverUrl, startBrowser } from './harness.mjs'

const url = serverUrl()
// Words of this run only, so that other files' matters are never counted.
const MARK = `晨间${Date.now() % 1e6}`
const WORD = `歪脖子梨树${Date.now() % 1e6}`
let browser
let d
let page
let sent
let proposed
let back
before(async () => {
  browser = await startBrowser()
  const [village, town, dept] = await Promise.all(['village', 'town', 'dept'].map((l) => Client.as(url, l)))
  sent = []
  for (let i = 0; i < 3; i++) sent.push(await sentUp(village, `${MARK} 上报${i}`))
  proposed = []
  for (let i = 0; i < 2; i++) proposed.push(await proposal(village, `${MARK} 归类${i}`))
  await found(village)
  await returned(village, town, dept, `${MARK} 也退回`)
  back = await returned(village, town, dept, `${MARK} 退回`)
  d = await Desk.as(browser, url, 'town')
  page = d.page
})
after(() => browser?.close())

async function tried(c, m) {
  return c.act(m.id, 'attempt', { heldAt: (await c.get('/me')).now, outcome: 'failed', notice: true, badge: true, note: '各说各的理。' })
}

/** A matter the village tried and sent up to the township. */
async function sentUp(c, title) {
  const m = await c.ok('POST', '/matters', quarrel({ title }))
  await c.act(m.id, 'accept')
  await c.act(m.id, 'appoint', { mediators: [c.me.person.id] })
  for (const p of m.parties) await c.act(m.id, 'consent', { party: p.id, given: true, notice: true })
  await tried(c, m)
  return c.act(m.id, 'escalate', { reason: 'noAgreement' })
}

/** A matter the township sent on to a department, which did not take it. */
async function returned(village, town, dept, title) {
  const m = await sentUp(village, title)
  await town.act(m.id, 'sign')
  await town.act(m.id, 'appoint', { mediators: [town.me.person.id] })
  await tried(town, m)
  await town.act(m.id, 'escalate', { to: dept.me.body.code, reason: 'noAgreement' })
  return dept.act(m.id, 'return', { reason: 'incomplete', note: '缺一张平面图' })
}

async function proposal(c, title) {
  const m = await c.ok('POST', '/matters', quarrel({ title }))
  await c.act(m.id, 'accept')
  return c.act(m.id, 'classify', { demand: m.demands[0].id, list: 'justified', reason: 'entitled' })
}

/** Two alike, one of them settled, with a rare word in what happened. */
async function found(c) {
  const part = { title: `${MARK} 梨树遮了菜地`, category: 'neighbourhood', description: `两家为${WORD}遮住菜地争吵，树枝伸过墙来。` }
  await c.ok('POST', '/matters', quarrel(part))
  const parties = [{ role: 'applicant', name: '者光明' }, { role: 'respondent', name: '鲁正才' }].map((p) => ({ ...p, consent: true }))
  await c.ok('POST', '/matters/onTheSpot', { ...quarrel(part), parties, badge: true, result: { outcome: 'agreed', by: 'oral', note: '鲁正才三天内锯掉伸过墙的树枝。' } })
}

/** A test whose failure leaves a picture. */
function step(name, f) {
  test(name, () => f().catch(async (e) => {
    await d.picture(`clerk-${name.slice(0, 20).replace(/\W+/g, '-')}`)
    throw e
  }))
}
const rowOf = (within, title) => within.getByRole('row', { name: new RegExp(title) })
const group = (name) => page.getByRole('region', { name, exact: true })
const panel = () => page.getByRole('complementary', { name: '事项侧栏' })

step('two are signed for at once: a tick each and one tap', async () => {
  await page.goto('/')
  await rowOf(group('待签收'), `${MARK} 上报0`).waitFor()
  d.taps = 0
  for (const i of [0, 1]) await d.tap(rowOf(group('待签收'), `${MARK} 上报${i}`).getByRole('checkbox'))
  assert.equal(await page.getByRole('button', { name: /销号/ }).count(), 0, 'never a bulk clearance')
  await d.tap(page.getByRole('button', { name: '签收 2 件' }))
  await d.said('签收了 2 件')
  assert.equal(d.taps, 3)
  await rowOf(group('待签收'), `${MARK} 上报0`).waitFor({ state: 'hidden' })
  const town = await Client.as(url, 'town')
  for (const i of [0, 1]) assert.equal((await town.matter(sent[i].id)).holder.code, town.me.body.code)
})

step('one is signed for and given to a mediator in the side panel: two taps', async () => {
  await rowOf(group('待签收'), `${MARK} 上报2`).getByRole('link').click()
  await panel().getByRole('heading', { name: `${MARK} 上报2` }).waitFor()
  d.taps = 0
  await d.tap(panel().getByRole('button', { name: '签收', exact: true }))
  const form = d.form('指定调解员')
  await form.waitFor()
  await d.tap(form.getByRole('button', { name: '指定调解员', exact: true }))
  await d.said('指定调解员：已记下')
  assert.equal(d.taps, 2)
  assert.equal(new URL(page.url()).pathname, '/', 'the to-do page was not left')
})

step('the attempt is half written, kept, found again among the drafts, and sent', async () => {
  await panel().getByRole('button', { name: '记录调解', exact: true }).click()
  await d.form('记录调解').getByLabel('经过').fill('先听两家各说一遍，约好量地。')
  await page.goto('/')
  const kept = page.getByRole('region', { name: '写了还没提交的' })
  await kept.getByText('先听两家各说一遍').waitFor()
  await kept.getByRole('link', { name: `记录调解：${MARK} 上报2` }).click()
  const form = d.form('记录调解')
  await form.waitFor()
  assert.equal(await form.getByLabel('经过').inputValue(), '先听两家各说一遍，约好量地。')
  await form.getByText('已告知权利义务', { exact: true }).click()
  await d.fill('记录调解', { 结果: '谈成了', 已佩戴徽章: '是' })
  await d.said('记录调解：已记下')
})

step('it is resolved', async () => {
  await d.act('化解', { 怎样化解: '口头协议' }, { 协议或落实的内容: '各退一尺，十一月底前立好界石。' })
  await d.status('化解')
})

step('lists are confirmed in bulk', async () => {
  await page.goto(`/matters?q=${encodeURIComponent(`${MARK} 归类`)}`)
  await rowOf(page, `${MARK} 归类1`).waitFor()
  await page.getByLabel('全选本页').check()
  await page.getByRole('button', { name: '批量确认清单' }).click()
  const dialog = page.getByRole('dialog', { name: '批量确认清单' })
  await dialog.getByText('合理诉求').first().waitFor()
  await dialog.getByRole('button', { name: '确认勾选的' }).click()
  await d.said('确认了 2 件的清单')
  const village = await Client.as(url, 'village')
  for (const m of proposed) assert.equal((await village.matter(m.id)).demands[0].list, 'justified')
})

step('a word is looked up by keyboard, stands marked in the row, and the hit is opened', async () => {
  await page.goto('/')
  await page.getByRole('heading', { name: '待办' }).waitFor()
  await page.keyboard.press('/')
  await page.keyboard.type(WORD)
  await page.keyboard.press('Enter')
  await page.waitForURL(/q=/)
  const row = page.getByRole('row', { name: new RegExp(`${MARK} 梨树`) })
  await row.nth(1).waitFor()
  assert.equal(await row.count(), 2)
  assert.equal(await row.first().locator('mark').first().textContent(), WORD)
  await page.locator('main').getByText('2 件', { exact: true }).waitFor()
  await page.getByRole('heading', { name: '事项' }).click()
  for (const key of ['j', 'o']) await page.keyboard.press(key)
  await panel().getByRole('heading', { name: `${MARK} 梨树遮了菜地` }).waitFor()
  await page.keyboard.press('j')
  await page.waitForFunction(() => document.querySelectorAll('tr.on').length === 1 && document.querySelector('tr.on').rowIndex === 2)
  await page.keyboard.press('Escape')
  await panel().waitFor({ state: 'hidden' })
  await row.filter({ hasText: '登记' }).focus()
  await page.keyboard.press('Enter')
  await page.waitForURL(/\/matters\/[0-9a-f-]{36}$/)
  const similar = page.getByRole('region', { name: '相似的事' })
  await similar.getByRole('link', { name: `${MARK} 梨树遮了菜地` }).waitFor()
  assert.match(await similar.innerText(), /口头协议/, 'how it ended')
})

step('what interrupts is one line until it is read; the list of notices leads to its matter', async () => {
  await page.goto('/')
  const bell = page.getByRole('link', { name: /^提醒，\d+ 条没看$/ })
  await bell.waitFor()
  const unread = async () => (await d.ask('GET', '/notices/summary')).body.unread
  const had = await unread()
  assert.ok(had > 1)
  await page.locator('.urgent').waitFor()
  await page.goto('/notices')
  const item = page.getByRole('listitem').filter({ hasText: `${MARK} 退回` })
  await item.getByRole('button').first().click()
  await page.getByRole('heading', { level: 1, name: `${MARK} 退回` }).waitFor()
  assert.equal(await unread(), had - 1)
  await page.goto('/notices')
  await page.getByRole('button', { name: '都看过了' }).click()
  await page.getByRole('link', { name: '提醒，都看过了' }).waitFor()
  await page.locator('.urgent').waitFor({ state: 'hidden' })
  assert.equal(await unread(), 0)
})

step('the board has each status with its count; 更多 brings more, nothing can be dragged', async () => {
  await page.goto('/matters')
  await page.getByRole('button', { name: '看板' }).click()
  await page.waitForURL(/view=board/)
  const column = page.getByRole('region', { name: '登记', exact: true })
  await column.locator('[data-row]').first().waitFor()
  const { total } = (await d.ask('GET', '/matters?status=registered&limit=1')).body
  assert.equal((await column.getByRole('heading').textContent()).replace(/\D/g, ''), String(total))
  const had = await column.locator('[data-row]').count()
  assert.equal(had, Math.min(20, total))
  if (total > 20) {
    await column.getByRole('button', { name: '更多' }).click()
    await page.waitForFunction((n) => document.querySelectorAll('section[aria-label="登记"] [data-row]').length > n, had)
  }
  assert.equal(await page.locator('[draggable=true]').count(), 0)
  await column.locator('[data-row]').first().click()
  await panel().getByRole('heading').first().waitFor()
  await page.reload()
  await column.locator('[data-row]').first().waitFor()
})

step('the home page: every figure is the total of the list it leads to', async () => {
  await page.keyboard.press('g')
  await page.keyboard.press('h')
  await page.waitForURL(/\/home/)
  await page.getByRole('heading', { name: '概况' }).waitFor()
  const h = (await d.ask('GET', '/stats/home')).body
  for (const f of h.figures) {
    const rows = (await d.ask('GET', `/matters?limit=1&${new URLSearchParams(f.filters)}`)).body
    assert.equal(rows.total, f.value, f.name)
  }
  await page.locator('figure svg').first().waitFor()
  assert.ok((await page.locator('figure').count()) >= 3)
  const f = h.figures.find((x) => x.key === 'open')
  await page.getByRole('link', { name: new RegExp(`^${f.name}`) }).click()
  await page.waitForURL(/\/matters\?/)
  await page.locator('main').getByText(`${f.value.toLocaleString('zh-CN')} 件`, { exact: true }).waitFor()
  await page.goBack()
  await page.locator('figure').first().getByText('看数字').click()
  const day = h.due.find((x) => x.count > 0)
  await page.locator('figure').first().getByRole('link', { name: String(day.count), exact: true }).first().click()
  await page.waitForURL(new RegExp(`dueFrom=${day.date}`))
  await page.locator('main').getByText(`${day.count} 件`, { exact: true }).waitFor()
})

step('shortcuts are shown by ?, and none fires while one types', async () => {
  await page.goto('/register')
  await page.getByLabel('什么事').fill('')
  await page.getByLabel('什么事').focus()
  await page.keyboard.type('ngt?')
  assert.equal(await page.getByLabel('什么事').inputValue(), 'ngt?')
  await page.getByRole('heading', { name: '登记', level: 1 }).click()
  await page.keyboard.press('?')
  const help = page.getByRole('dialog', { name: '键盘快捷键' })
  await help.getByText('登记一件').waitFor()
  await page.keyboard.press('n')
  assert.match(page.url(), /\/register$/)
  await page.keyboard.press('Escape')
  await help.waitFor({ state: 'hidden' })
  await page.keyboard.press('g')
  await page.keyboard.press('n')
  await page.waitForURL(/\/notices$/)
})

step('a matter and a list are printed on A4, without buttons and with the parties masked', async () => {
  await page.goto(`/matters/${back.id}/print`)
  await page.getByRole('heading', { name: '办理经过' }).waitFor()
  assert.match(await page.locator('article').innerText(), /139\*{4}0001/)
  await page.emulateMedia({ media: 'print' })
  assert.equal(await page.getByRole('button', { name: '打印' }).isVisible(), false)
  await d.picture('print-matter')
  assert.deepEqual(await paper(), [595, 842])
  await page.emulateMedia({ media: 'screen' })
  await page.goto('/matters?status=handling&sort=due')
  await page.getByRole('link', { name: '打印' }).click()
  await page.getByRole('heading', { name: '事项清单' }).waitFor()
  await page.getByText(/办理中　共 [\d,]+ 件/).waitFor()
  const { total } = (await d.ask('GET', '/matters?status=handling&limit=1')).body
  await page.getByRole('row').nth(1).waitFor()
  assert.equal(await page.getByRole('row').count(), Math.min(total, 200) + 1)
  await page.emulateMedia({ media: 'print' })
  await d.picture('print-list')
  assert.deepEqual(await paper(), [842, 595], 'A4 on its side')
  await page.emulateMedia({ media: 'screen' })
})

async function paper() {
  const pdf = (await page.pdf({ preferCSSPageSize: true })).toString('latin1')
  return /\/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)/.exec(pdf).slice(1).map((x) => Math.round(Number(x)))
}

for (const [name, path, seen] of [
  ['to-do', '/', '待办'], ['search', `/matters?q=${encodeURIComponent(WORD)}`, '事项'], ['board', '/matters?view=board', '看板'], ['home', '/home', '概况'],
  ['notices', '/notices?all=true', '提醒'], ['a matter', () => `/matters/${back.id}`, '时限'], ['a printed matter', () => `/matters/${back.id}/print`, '办理经过'], ['a printed list', '/matters/print?status=handling', '事项清单'],
]) {
  step(`${name}: no serious violation, no nameless input`, async () => {
    await page.goto(typeof path === 'function' ? path() : path)
    await page.getByText(seen).first().waitFor()
    await page.waitForLoadState('networkidle')
    assert.deepEqual(await violations(page), [])
    assert.deepEqual(await nameless(page), [])
  })
}

step('nothing went wrong in the browser on the way', () => d.close())
