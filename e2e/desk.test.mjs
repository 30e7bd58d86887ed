// The pages of the desk: login, to-do, list, side panel, bodies, figures, refusals.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Client, quarrel } from './api.mjs'
import { Desk } from './desk.mjs'
import { newPage, serverUrl, startBrowser } from './harness.mjs'

const url = serverUrl()
let browser
before(async () => {
  browser = await startBrowser()
})
after(() => browser?.close())

/** A test with a desk of its own; whatever the console complained of fails it. */
function at(login, name, f) {
  test(name, async () => {
    const d = login ? await Desk.as(browser, url, login) : new Desk(await newPage(browser, url))
    try {
      await f(d, d.page)
    } catch (e) {
      await d.picture(`desk-${name.slice(0, 24).replace(/\W+/g, '-')}`)
      throw e
    }
    await d.close()
  })
}

at(null, 'a wrong password is one sentence, and the user name stays', async (d, page) => {
  await d.logIn('village', 'wrong')
  const alert = page.getByRole('alert')
  await alert.waitFor()
  assert.match(await alert.textContent(), /^[^a-zA-Z]+。$/)
  assert.equal(await page.getByLabel('用户名').inputValue(), 'village')
  assert.equal(await page.getByLabel('密码', { exact: true }).inputValue(), '')
  await page.keyboard.type('demo') // the password has the focus
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: '待办' }).waitFor()
  await page.getByRole('button', { name: '退出' }).click()
  await page.getByLabel('用户名').waitFor()
  await page.goto('/stats')
  await page.waitForURL(/\/login\?back=/)
  await page.getByText('登录后回到刚才那一页').waitFor()
})

at('town', 'to-do: six groups in their order, a zero is a quiet line', async (d, page) => {
  await page.goto('/')
  await page.getByRole('heading', { name: '待办' }).waitFor()
  const { groups } = (await d.ask('GET', '/todo')).body
  assert.deepEqual(groups.map((g) => g.key), ['overdue', 'dueToday', 'toSign', 'toConfirm', 'toClear', 'mine'])
  await page.getByRole('region').first().waitFor()
  const regions = await page.locator('main').getByRole('region').evaluateAll((list) => list.map((e) => e.getAttribute('aria-label')))
  assert.deepEqual(regions, groups.filter((g) => g.total).map((g) => g.name))
  for (const g of groups.filter((x) => x.total)) {
    await page.getByRole('region', { name: g.name }).getByRole('heading', { name: `${g.name} ${g.total}` }).waitFor()
    assert.equal(await page.getByRole('region', { name: g.name }).getByRole('row').count(), g.items.length + 1)
  }
  assert.ok(groups.some((g) => g.total > 0))
  const quiet = await page.locator('main').innerText()
  for (const [key, words] of [['overdue', '没有超期的。'], ['dueToday', '今天没有到期的。'], ['toSign', '没有等您签收的。'], ['toClear', '没有等着销号的。']]) {
    assert.equal(quiet.includes(words), !groups.find((g) => g.key === key).total, words)
  }
})

at('town', 'the filters of the list live in the address, through reload and back', async (d, page) => {
  await page.goto('/matters')
  await page.getByRole('row').nth(1).waitFor()
  const all = Number((await page.locator('main').getByText(/^[\d,]+ 件$/).textContent()).replace(/\D/g, ''))
  await page.getByRole('combobox', { name: '状态' }).locator('xpath=ancestor::*[contains(@class, "el-select__wrapper")]').click()
  for (const s of ['办理中', '受理']) await page.getByRole('option', { name: s, exact: true }).click()
  await page.keyboard.press('Escape')
  await page.waitForURL(/status=handling,accepted|status=handling%2Caccepted/)
  const count = async () => Number((await page.locator('main').getByText(/^[\d,]+ 件$/).textContent()).replace(/\D/g, ''))
  await page.waitForFunction((n) => ![...document.querySelectorAll('main *')].some((e) => e.children.length === 0 && e.textContent === `${n} 件`), all)
  const filtered = await count()
  assert.ok(filtered > 0 && filtered < all)
  const first = await page.getByRole('row').nth(1).textContent()
  await page.reload()
  await page.getByRole('row').nth(1).waitFor()
  assert.equal(await count(), filtered)
  assert.equal(await page.getByRole('row').nth(1).textContent(), first)
  await page.getByRole('row').nth(1).focus()
  await page.keyboard.press('Enter')
  await page.waitForURL(/\/matters\/[0-9a-f-]{36}/)
  await page.goBack()
  await page.waitForURL(/status=handling/)
  await page.getByRole('row').nth(1).waitFor()
  assert.equal(await count(), filtered)
  await page.getByRole('button', { name: /清掉 \d 项筛选/ }).click()
  await page.waitForURL((u) => !u.search.includes('status'))
  await page.goto('/matters?q=没有这样的事')
  await page.getByText('没有合这些筛选的事项。').waitFor()
  await page.getByRole('link', { name: '清掉筛选看全部' }).click()
  await page.getByRole('row').nth(1).waitFor()
})

at('town', 'keys: / searches, j and k move, x selects, Enter opens', async (d, page) => {
  await page.goto('/matters')
  await page.getByRole('row').nth(2).waitFor()
  await page.keyboard.press('/')
  assert.equal(await page.evaluate(() => document.activeElement.getAttribute('aria-label')), '搜索事项')
  await page.keyboard.type('j')
  assert.equal(await page.getByLabel('搜索事项').inputValue(), 'j', 'in a text box a letter is a letter')
  await page.getByLabel('搜索事项').fill('')
  await page.getByRole('heading', { name: '事项' }).click()
  const focused = () => page.evaluate(() => document.activeElement.closest('tr')?.rowIndex ?? -1)
  await page.keyboard.press('j')
  assert.equal(await focused(), 1)
  await page.keyboard.press('j')
  assert.equal(await focused(), 2)
  await page.keyboard.press('k')
  assert.equal(await focused(), 1)
  await page.keyboard.press('x')
  await page.getByRole('region', { name: '选中的事项' }).getByText('选中 1 件').waitFor()
  await page.keyboard.press('x')
  await page.getByRole('region', { name: '选中的事项' }).waitFor({ state: 'hidden' })
  await page.keyboard.press('Space')
  const panel = page.getByRole('complementary', { name: '事项侧栏' })
  await panel.getByRole('heading').first().waitFor()
  const one = await panel.getByRole('heading').first().textContent()
  await page.keyboard.press('j')
  await page.waitForFunction((t) => document.querySelector('aside h2')?.textContent !== t, one)
  await page.keyboard.press('Escape')
  await panel.waitFor({ state: 'hidden' })
  await page.keyboard.press('k')
  await page.keyboard.press('Enter')
  await page.waitForURL(/\/matters\/[0-9a-f-]{36}/)
})

at('town', 'a click opens the side panel with clocks, parties and the next step', async (d, page) => {
  await page.goto('/matters?status=handling&holder=532328101000')
  const row = (await d.ask('GET', '/matters?status=handling&holder=532328101000&limit=1')).body.items[0]
  await page.getByRole('row', { name: new RegExp(row.number) }).click()
  const panel = page.getByRole('complementary', { name: '事项侧栏' })
  await panel.getByRole('heading', { name: row.title }).waitFor()
  for (const h of ['诉求', '当事人', '地点', '附件']) await panel.getByRole('heading', { name: h, exact: true }).waitFor()
  await panel.getByRole('button', { name: /看依据/ }).first().click()
  await page.getByRole('dialog').or(page.getByRole('tooltip')).getByText('依据', { exact: true }).filter({ visible: true }).waitFor()
  await panel.getByRole('button', { name: '整页' }).click()
  await page.waitForURL(new RegExp(row.id))
})

at('village', 'many lists are confirmed at once, one is left out', async (d, page) => {
  const g = await Client.as(url, 'group')
  const made = []
  const mark = `批量复核${Date.now()}`
  for (let i = 0; i < 3; i++) {
    const m = await g.ok('POST', '/matters', quarrel({ title: `${mark} 田埂纠纷${i}` }))
    await g.act(m.id, 'accept')
    made.push(await g.act(m.id, 'classify', { demand: m.demands[0].id, list: 'justified', reason: 'entitled' }))
  }
  await page.goto(`/matters?q=${mark}`)
  await page.getByRole('row', { name: /田埂纠纷2/ }).waitFor()
  await page.getByLabel('全选本页').check()
  await page.getByText('选中 3 件').waitFor()
  await page.getByRole('button', { name: '批量确认清单' }).click()
  const dialog = page.getByRole('dialog', { name: '批量确认清单' })
  await dialog.getByText('合理诉求').first().waitFor()
  assert.equal(await dialog.getByRole('checkbox').count(), 3)
  await dialog.getByRole('checkbox', { name: /田埂纠纷1/ }).uncheck()
  await dialog.getByRole('button', { name: '确认勾选的' }).click()
  await d.said('确认了 3 件的清单')
  const lists = await Promise.all(made.map(async (m) => (await g.matter(m.id)).demands[0]))
  assert.deepEqual(lists.map((x) => x.list ?? ''), ['justified', '', 'justified'])
  assert.deepEqual(lists.map((x) => x.listProposed ?? ''), ['', '', ''])
})

at('joint', 'bodies: the tree opens, search finds, a card leads on', async (d, page) => {
  await page.goto('/orgs')
  const tree = page.getByRole('tree')
  const toggle = (name) => tree.getByRole('treeitem', { name: new RegExp(`^${name}`) }).first()
  await toggle('元马镇').waitFor()
  await toggle('元马镇').locator('.el-tree-node__expand-icon').first().click()
  await toggle('马街社区').waitFor()
  await page.getByLabel('找机构').fill('自然资源')
  await page.getByRole('button', { name: '县自然资源局' }).click()
  await page.waitForURL(/\/orgs\/532328000000002/)
  await page.getByRole('heading', { name: '县自然资源局' }).waitFor()
  await page.locator('main').getByText('7 人').waitFor()
  await page.getByRole('link', { name: '它手上的事' }).click()
  await page.waitForURL(/holder=532328000000002/)
  await page.goto('/orgs/532328101001001')
  await page.getByRole('heading', { name: /马街社区一组/ }).waitFor()
  await toggle('马街社区一组').waitFor()
})

at('joint', 'figures: 99.58 % is 2132 of 2141, and each leads to its rows', async (d, page) => {
  const to = async (name) => {
    await page.goto('/stats?from=2021-01-01&to=2021-12-31')
    await page.getByText('99.58%').waitFor()
    if (name) await page.getByRole('link', { name: new RegExp(`^${name}`) }).click()
  }
  await to()
  const text = await page.locator('main').innerText()
  assert.match(text, /2,132 ?\/ ?(受理 )?2,141/)
  for (const n of ['2,141', '2,132', '795', '3,602']) assert.ok(text.includes(n), n)
  for (const [name, rows] of [['受理', '2,141'], ['化解', '2,132'], ['终止', '9']]) {
    await to(name)
    await page.waitForURL(/\/matters\?/)
    await page.locator('main').getByText(new RegExp(`^(至少 )?${rows} 件$`)).waitFor().catch(async () => {
      assert.fail(`${name} leads to ${await page.locator('main header').first().innerText()} at ${page.url()}`)
    })
  }
})

at('admin', 'administrators see no matters', async (d, page) => {
  await page.goto('/')
  await page.locator('main').getByText(/看不到群众的事|管理员看不到事项/).waitFor()
  const nav = page.getByRole('navigation', { name: '主导航' })
  for (const name of ['待办', '事项', '登记', '统计']) assert.equal(await nav.getByRole('link', { name, exact: true }).count(), 0, name)
  await page.goto('/matters')
  await page.getByRole('heading', { name: '这一页不归您现在的身份办' }).waitFor()
  for (const path of ['/matters', '/todo']) {
    const r = await d.ask('GET', path)
    assert.ok(r.status === 403 || !/"number"/.test(r.text), path)
  }
})

at('group', 'what is not there is a page with a way on', async (d, page) => {
  for (const path of ['/no/such/page', '/matters/0193a0b0-0000-7000-8000-000000000000', '/matters/nonsense']) {
    await page.goto(path)
    await page.getByRole('heading', { name: '没有这一页' }).waitFor()
    await page.getByRole('link', { name: /^回(首页|待办)$/ }).waitFor()
  }
  await page.goto('/403')
  await page.getByRole('heading', { name: '这一页不归您现在的身份办' }).waitFor()
})

at('group', 'the server away: a sentence and a way to try again', async (d, page) => {
  await page.goto('/')
  await page.getByRole('heading', { name: '待办' }).waitFor()
  await page.route('**/api/v1/matters?**', (r) => r.abort())
  await page.getByRole('link', { name: '事项', exact: true }).click()
  assert.match(await page.getByRole('alert').textContent(), /没有连上服务器/)
  await page.unroute('**/api/v1/matters?**')
  await page.getByRole('button', { name: '再取一次' }).click()
  await page.getByRole('row').nth(1).waitFor()
  d.faults.length = 0
})
