// A quarrel settled on the spot (issue 1): one screen, one save, at most eight taps
// besides text, papers to print, and the timeline of the single steps.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Client, quarrel } from './api.mjs'
import { Desk } from './desk.mjs'
import { serverUrl, startBrowser } from './harness.mjs'

const url = serverUrl()
const NOTE = '普文才三天内修掉伸过来的枝条，李国华不再追究。'
let browser
let d
let id

before(async () => {
  browser = await startBrowser()
  d = await Desk.as(browser, url, 'group')
})
after(() => browser?.close())

async function write(page) {
  await page.getByLabel('第 1 个当事人的姓名或单位').fill('李国华')
  await page.getByLabel('第 2 个当事人的姓名或单位').fill('普文才')
  await page.getByLabel('什么事').fill('核桃树遮挡菜地引发争吵')
  await page.getByLabel('在哪里').fill('村东老槐树旁')
  await page.getByLabel('谈成了什么').fill(NOTE)
}

test('without consent it is refused beside the question, and what was typed stays', async () => {
  const { page } = d
  await page.goto('/onTheSpot')
  await write(page)
  await d.tap(d.chip(page, '类别', '邻里'))
  await d.tap(page.getByRole('button', { name: '记下来' }))
  assert.match(await page.locator('[data-field=parties]').getByRole('alert').textContent(), /每一方都要自愿/)
  assert.equal(await page.getByLabel('谈成了什么').inputValue(), NOTE)
  await page.reload()
  await page.getByText('没提交的内容还在').waitFor()
  assert.equal(await page.getByLabel('在哪里').inputValue(), '村东老槐树旁')
  await page.getByRole('button', { name: '清空重填' }).click()
})

test('one save, at most eight taps besides text', async () => {
  const { page } = d
  const posts = []
  page.on('request', (r) => r.method() === 'POST' && posts.push(r.url()))
  await write(page)
  d.taps = 0
  for (const name of ['李国华', '普文才']) await d.tap(page.getByRole('checkbox', { name: `${name}：双方自愿、已告知权利` }).locator('..'))
  await d.tap(d.chip(page, '类别', '邻里'))
  await d.tap(d.chip(page, '结果', '口头谈成'))
  await d.tap(page.getByText('已佩戴徽章', { exact: true }))
  await d.tap(page.getByRole('button', { name: '记下来' }))
  await page.waitForURL(/\/matters\/[0-9a-f-]{36}$/)
  id = d.idInUrl()
  assert.ok(d.taps <= 8, `${d.taps} taps`)
  assert.equal(posts.length, 1, posts.join())
  await d.status('化解')
  await page.getByText(/^马街调登〔2026〕\d{6}号$/).first().waitFor()
  await page.getByText(NOTE).first().waitFor()
})

test('its timeline is that of the single steps', async () => {
  const c = await Client.as(url, 'group')
  const parties = [{ role: 'applicant', name: '李国华' }, { role: 'respondent', name: '普文才' }]
  const m = await c.ok('POST', '/matters', quarrel({ title: '核桃树遮挡菜地引发争吵', parties }))
  await c.act(m.id, 'accept')
  await c.act(m.id, 'appoint', { mediators: [c.me.person.id] })
  for (const p of m.parties) await c.act(m.id, 'consent', { party: p.id, given: true, notice: true })
  await c.act(m.id, 'attempt', { heldAt: c.me.now, outcome: 'agreed', notice: true, badge: true, note: NOTE })
  await c.act(m.id, 'resolve', { by: 'oral', note: NOTE })
  const seen = async (x) => (await c.get(`/matters/${x}/timeline`)).items.map(({ seq, action, actionName, from, to, text, note, actor, org }) => ({ seq, action, actionName, from, to, text, note, actor, org }))
  const [spot, single] = [await seen(id), await seen(m.id)]
  assert.deepEqual(spot, single)
  const [a, b] = [await c.matter(id), await c.matter(m.id)]
  assert.deepEqual(a.deadlines.map((x) => x.clock + x.state), b.deadlines.map((x) => x.clock + x.state))
  assert.deepEqual(a.followUps.length, b.followUps.length)
})

test('the form of the oral agreement and a slip for each party are printed', async () => {
  const { page } = d
  await page.getByRole('button', { name: '登记表和告知条' }).click()
  await page.waitForURL(/\/slip$/)
  await page.getByRole('heading', { name: '人民调解口头协议登记表' }).waitFor()
  const text = await page.locator('main').innerText()
  for (const want of [/马街调登〔2026〕\d{6}号/, /李国华/, /普文才/, /核桃树遮挡菜地引发争吵（邻里）/, /村东老槐树旁/, /普文才三天内修掉/, /2026年11月2日/, /起绍泉/, /调解不收费/, /司法确认/]) {
    assert.match(text, want)
  }
  assert.equal(await page.getByRole('heading', { name: '告知条' }).count(), 2)
  await page.emulateMedia({ media: 'print' })
  assert.equal(await page.getByRole('button', { name: '打印' }).isVisible(), false, 'no buttons on paper')
  const pdf = (await page.pdf({ preferCSSPageSize: true })).toString('latin1')
  const pages = Number(/\/Type\s*\/Pages[^>]*\/Count (\d+)|\/Count (\d+)[^>]*\/Type\s*\/Pages/s.exec(pdf)?.slice(1).find(Boolean))
  assert.equal(pages, 3, 'one form and two slips')
  const box = /\/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)/.exec(pdf).slice(1).map((x) => Math.round(Number(x)))
  assert.deepEqual(box, [420, 595], 'A5')
  await page.emulateMedia({ media: 'screen' })
  await page.getByRole('button', { name: '回这件事' }).click()
  await page.getByRole('heading', { level: 1, name: '核桃树遮挡菜地引发争吵' }).waitFor()
})

test('from the registration page, 当场调成 takes along what was typed', async () => {
  const { page } = d
  await page.goto('/register')
  await page.getByLabel('第 1 个当事人的姓名或单位').fill('张三𠮷')
  await page.getByLabel('什么事').fill('狗咬鸡')
  await d.chip(page, '现在怎样', '当场调成').click()
  await page.waitForURL(/onTheSpot/)
  assert.equal(await page.getByLabel('第 1 个当事人的姓名或单位').inputValue(), '张三𠮷')
  assert.equal(await page.getByLabel('什么事').inputValue(), '狗咬鸡')
  await d.close()
})
