// What keyboard and screen reader need: names on everything, focus seen, order kept.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Client, quarrel } from './api.mjs'
import { nameless, violations } from './axe.mjs'
import { Desk } from './desk.mjs'
import { newPage, serverUrl, startBrowser } from './harness.mjs'

const url = serverUrl()
let browser
let m
before(async () => {
  browser = await startBrowser()
  const g = await Client.as(url, 'group')
  m = await g.ok('POST', '/matters', quarrel())
  await g.act(m.id, 'accept')
  await g.act(m.id, 'appoint', { mediators: [g.me.person.id] })
  for (const p of m.parties) await g.act(m.id, 'consent', { party: p.id, given: true, notice: true })
})
after(() => browser?.close())

const PAGES = [
  ['login', null, '/login', '登录'], ['to-do', 'town', '/', '待办'], ['list', 'town', '/matters', '事项'], ['a matter', 'group', () => `/matters/${m.id}`, '水沟'],
  ['register', 'group', '/register', '登记'], ['on the spot', 'group', '/onTheSpot', '当场调'], ['bodies', 'joint', '/orgs/532328101001', '机构'],
  ['figures', 'joint', '/stats?from=2021-01-01&to=2021-12-31', '统计'], ['one’s own page', 'dept-lead', '/me', '我的'],
]
for (const [name, login, path, seen] of PAGES) {
  test(`${name}: no serious violation, no nameless input`, async () => {
    const d = login ? await Desk.as(browser, url, login) : new Desk(await newPage(browser, url))
    await d.page.goto(typeof path === 'function' ? path() : path)
    await d.page.getByText(seen).first().waitFor()
    await d.page.waitForLoadState('networkidle')
    assert.deepEqual(await violations(d.page), [])
    assert.deepEqual(await nameless(d.page), [])
    assert.equal(await d.page.getAttribute('html', 'lang'), 'zh-CN')
    assert.match(await d.page.title(), /调解台/)
    await d.close()
  })
}

test('the side panel, a form and 更多: the same', async () => {
  const d = await Desk.as(browser, url, 'group')
  const { page } = d
  await page.goto('/matters')
  await page.getByRole('row').nth(1).click()
  await page.getByRole('complementary').getByRole('heading').first().waitFor()
  await page.waitForLoadState('networkidle')
  assert.deepEqual(await violations(page), [])
  await d.open(m.id)
  await d.step('记录调解')
  await d.form('记录调解').waitFor()
  assert.deepEqual(await violations(page), [])
  assert.deepEqual(await nameless(page), [])
  await page.keyboard.press('Escape')
  await d.form('记录调解').waitFor({ state: 'hidden' })
  await page.locator('main').getByRole('button', { name: '更多' }).click()
  await page.getByRole('menuitem').first().waitFor()
  assert.deepEqual(await violations(page), [])
  await d.close()
})

test('a step by keyboard alone: the form has the focus, the order is that of the eye, Ctrl+Enter sends', async () => {
  const d = await Desk.as(browser, url, 'group')
  const { page } = d
  await d.open(m.id)
  await page.locator('main').getByRole('button', { name: '记录调解', exact: true }).focus()
  await page.keyboard.press('Enter')
  const form = d.form('记录调解')
  await form.waitFor()
  await page.waitForFunction(() => document.activeElement?.closest('[data-field=outcome]'), null, { timeout: 3000 })
  await page.keyboard.press('Shift+Tab') // the time is filled in already
  const tops = []
  const names = []
  for (let i = 0; i < 12; i++) {
    const at = await page.evaluate(() => {
      const e = document.activeElement
      const box = (e.closest('label') ?? e).getBoundingClientRect()
      const ring = getComputedStyle(e.closest('label.tap') ?? e.closest('.el-input__wrapper, .el-checkbox') ?? e)
      const inner = e.parentElement ? getComputedStyle(e.parentElement) : ring
      const shown = [ring, inner, getComputedStyle(e)].some((s) => (s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) > 0) || s.boxShadow !== 'none')
      const field = e.closest('[data-field]')?.dataset.field ?? (e.tagName === 'BUTTON' ? e.textContent.trim() : '')
      return { top: Math.round(box.top), shown, field, inForm: !!e.closest('form'), tag: e.tagName, type: e.type }
    })
    if (!at.inForm) break
    assert.ok(at.shown, `the focus is seen on ${at.field} ${at.tag} ${at.type}`)
    tops.push(at.top)
    if (names.at(-1) !== at.field) names.push(at.field)
    await page.keyboard.press('Tab')
  }
  assert.deepEqual(names.slice(0, 5), ['heldAt', 'outcome', 'notice', 'badge', 'note'])
  assert.deepEqual(names.slice(-2), ['记录调解', '先不办'])
  assert.deepEqual(tops, [...tops].sort((a, b) => a - b), 'from top to bottom')
  await form.getByRole('radio', { name: '改日再谈' }).focus()
  await page.keyboard.press('Space')
  await form.getByRole('checkbox', { name: '已告知权利义务' }).focus()
  await page.keyboard.press('Space')
  await form.getByRole('radio', { name: '是', exact: true }).focus()
  await page.keyboard.press('Space')
  await form.getByLabel('经过').focus()
  await page.keyboard.type('约好后天再谈。')
  await page.keyboard.press('Control+Enter')
  await d.said('记录调解：已记下')
  await d.close()
})

test('the first Tab leads past the navigation, the drawer gives the focus back', async () => {
  const d = await Desk.as(browser, url, 'group')
  const { page } = d
  await d.open(m.id)
  await page.keyboard.press('Tab')
  assert.equal(await page.evaluate(() => document.activeElement.textContent), '跳到正文')
  await page.keyboard.press('Enter')
  await page.keyboard.press('Tab')
  assert.ok(await page.evaluate(() => !!document.activeElement.closest('main')))
  const button = page.locator('main').getByRole('button', { name: '记录调解', exact: true })
  await button.focus()
  await page.keyboard.press('Enter')
  await d.form('记录调解').waitFor()
  await page.keyboard.press('Escape')
  await d.form('记录调解').waitFor({ state: 'hidden' })
  await page.waitForFunction(() => document.activeElement?.textContent?.trim() === '记录调解', null, { timeout: 3000 })
  await d.close()
})
