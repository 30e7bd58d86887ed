// What a mediator does with a matter on the phone (issue 2): steps of the table, the
// finder's opinion, search; every page at 320 px and in large type.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Client, quarrel } from './api.mjs'
import { nameless, violations } from './axe.mjs'
import { newPage, serverUrl, startBrowser } from './harness.mjs'
import { Phone, SIZES } from './phone.mjs'

const url = serverUrl()
const NOTE = '普文才三天内修掉伸过来的枝条，李国华不再追究。'
const LONG = '因上游新修灌溉渠道改变水沟走向导致下游五户人家田地在雨季被反复冲淹并多次协商赔偿和恢复原状未果引起的邻里用水纠纷一事'
let browser
let n = 0
const title = (t) => `${t} ${Date.now().toString(36)}${(n += 1)}`

before(async () => {
  browser = await startBrowser()
})
after(() => browser?.close())

test('a matter from the phone: signed for, appointed, consent, an attempt, a step that met a newer state', async () => {
  const group = await Client.as(url, 'group')
  const what = title('水沟改道')
  const m = await group.ok('POST', '/matters', quarrel({ title: what }))
  await group.act(m.id, 'accept')
  await group.act(m.id, 'appoint', { mediators: [group.me.person.id] })
  for (const x of m.parties) await group.act(m.id, 'consent', { party: x.id, given: true, notice: true })
  await group.act(m.id, 'attempt', { heldAt: group.me.now, outcome: 'failed', notice: true, badge: true, note: '没谈成' })
  await group.act(m.id, 'escalate', { reason: (await group.matter(m.id)).actions.find((a) => a.action === 'escalate').fields.find((f) => f.name === 'reason').options[0].code })
  const p = await Phone.as(browser, url, 'village-lead')
  const { page } = p
  await page.goto(`/m/matters/${m.id}`)
  p.taps = 0
  await p.step('签收')
  // The form of appointing comes by itself.
  await page.getByRole('form', { name: '指定调解员' }).waitFor()
  const who = page.getByRole('group', { name: '调解员' }).locator('label').first()
  if (!(await who.locator('input').isChecked())) await p.tap(who)
  await p.send('指定调解员')
  console.log(`# signed for and appointed: ${p.taps} taps`)
  assert.ok(p.taps <= 3, `signed for and appointed: ${p.taps} taps`)
  await page.getByRole('heading', { level: 1, name: what }).waitFor()
  const village = await Client.as(url, 'village-lead')
  assert.ok((await village.matter(m.id)).appointed.length >= 1)
  // While the last step may still be taken back the next one is not squeezed.
  await page.getByRole('button', { name: /撤回上一步/ }).waitFor()
  const main = await page.locator('.foot .van-button--primary').boundingBox()
  assert.ok(main.width >= 150 && main.height < 70, JSON.stringify(main))
  // Meanwhile somebody else writes; the form keeps what was typed and says what changed.
  await p.step('移交其他单位')
  const form = await p.fill('移交其他单位')
  const text = form.locator('textarea, input[type=text]').first()
  if (await text.count()) await text.fill('已经写好的话')
  const fresh = await village.matter(m.id)
  const reason = fresh.actions.find((a) => a.action === 'amend').fields.find((f) => f.name === 'reason').options[0].code
  await village.act(m.id, 'amend', { fields: { headcount: 7 }, reason })
  const pick = form.getByRole('button', { name: /点这里选/ })
  if (await pick.count()) {
    await pick.first().click()
    await page.getByRole('dialog').locator('button.line').first().click()
  }
  for (const g of await form.getByRole('radiogroup').all()) await g.locator('label').first().click()
  await p.send('移交其他单位')
  await form.getByRole('alert').filter({ hasText: '还在' }).waitFor()
  if (await text.count()) assert.equal(await text.inputValue(), '已经写好的话')
  await p.close()
})

test('a field of every type the table uses can be filled in with a thumb', async () => {
  const group = await Client.as(url, 'group')
  const own = await group.ok('POST', '/matters', quarrel({ title: title('每种格子') }))
  await group.act(own.id, 'accept')
  await group.act(own.id, 'appoint', { mediators: [group.me.person.id] })
  for (const x of own.parties) await group.act(own.id, 'consent', { party: x.id, given: true, notice: true })
  const seen = new Set()
  for (const login of ['group', 'village-lead', 'justice', 'town-lead']) {
    const c = await Client.as(url, login)
    const p = await Phone.as(browser, url, login)
    const held = (await c.get('/matters?limit=60')).items.filter((m) => ['hold', 'refer'].includes(m.mode)).map((m) => m.id)
    for (const id of [...(login === 'group' ? [own.id] : []), ...held].slice(0, 15)) {
      const m = await c.matter(id)
      for (const a of m.actions.filter((x) => !['undo', 'opinion'].includes(x.action) && x.fields.some((f) => !f.when && !seen.has(f.type)))) {
        await p.page.goto(`/m/matters/${id}/do/${a.action}`)
        await p.page.getByRole('form', { name: a.name, exact: true }).waitFor()
        for (const f of a.fields) {
          const box = p.page.locator(`[data-field="${f.name}"]`)
          if (!(await box.count())) continue // asked only under a condition, or with one answer
          assert.ok(await box.locator('input, textarea, button').count() || /没有可以选/.test(await box.textContent()), `${a.action}.${f.name} (${f.type})`)
          seen.add(f.type)
        }
        assert.deepEqual([await violations(p.page), await p.wide()], [[], []], a.action)
      }
    }
    await p.close()
  }
  for (const type of ['longText', 'choice', 'bool', 'tick', 'date', 'instant', 'integer', 'org', 'orgs', 'party', 'parties', 'persons', 'demand', 'demands', 'matter', 'attachment', 'matterFields']) assert.ok(seen.has(type), `no ${type} among ${[...seen]}`)
})

test('an attempt and a ruling with its paper are entered at 320 px', async () => {
  const group = await Client.as(url, 'group')
  const what = title('有判决的')
  const m = await group.ok('POST', '/matters', quarrel({ title: what }))
  await group.act(m.id, 'accept')
  await group.act(m.id, 'appoint', { mediators: [group.me.person.id] })
  for (const x of m.parties) await group.act(m.id, 'consent', { party: x.id, given: true, notice: true })
  const p = await Phone.as(browser, url, 'group', SIZES[320])
  const { page } = p
  await page.goto(`/m/matters/${m.id}`)
  await p.step('记录调解')
  await page.getByRole('form', { name: '记录调解' }).waitFor()
  await page.getByRole('radiogroup', { name: '结果' }).locator('label').nth(1).click()
  await page.getByRole('checkbox').first().check()
  await page.locator('[data-field=badge]').getByText('是', { exact: true }).click()
  await page.locator('[data-field=note] textarea').fill('谈了一次')
  await p.send('记录调解')
  await page.getByText('办理中', { exact: true }).first().waitFor()
  await p.step('化解')
  const form = page.getByRole('form', { name: '化解' })
  await form.locator('label.tile', { hasText: '裁判' }).click()
  await page.getByLabel('出文书的机关').fill('元谋县人民法院')
  await page.getByRole('textbox', { name: '文号' }).fill('（2026）云2328民初1号')
  await page.getByLabel('文书日期').fill('2026-11-01')
  await form.locator('[data-field=note] textarea').fill('法院判了')
  await p.send('化解')
  await p.said('化解：已记下')
  assert.match((await group.matter(m.id)).paper, /云2328民初1号/)
  await p.close()
})

test('whoever found it says once whether it is really solved, with one tap', async () => {
  const group = await Client.as(url, 'group')
  const what = title('真解决了没有')
  const p = await Phone.as(browser, url, 'group')
  const { page } = p
  for (const [answer, solved] of [['真解决了', true], ['没有解决', false]]) {
    const m = await group.ok('POST', '/matters/onTheSpot', {
      ...quarrel({ title: `${what}${solved}` }), badge: true, result: { outcome: 'agreed', by: 'oral', note: NOTE },
      parties: [{ role: 'applicant', name: '李国华', consent: true }, { role: 'respondent', name: '普文才', consent: true }],
    })
    const offered = m.actions.find((a) => a.action === 'opinion')
    assert.ok(offered, `opinion is offered: ${m.actions.map((a) => a.action)}`)
    await page.goto(`/m/matters/${m.id}`)
    await page.getByRole('button', { name: answer, exact: true }).click()
    if (!solved) {
      await page.getByLabel('还差什么').fill('枝条还没修')
      await page.getByRole('button', { name: /告诉办理的单位/ }).click()
    }
    await p.said('记下了')
    await page.getByRole('button', { name: '真解决了', exact: true }).waitFor({ state: 'detached' })
    const now = await group.matter(m.id)
    assert.deepEqual(now.opinions.map((o) => o.solved), [solved])
    assert.equal(now.actions.find((a) => a.action === 'opinion'), undefined)
  }
  await p.close()
})

test('search marks what was found', async () => {
  const group = await Client.as(url, 'group')
  const what = title('马街枇杷树')
  await group.ok('POST', '/matters', quarrel({ title: what }))
  const p = await Phone.as(browser, url, 'group')
  await p.page.goto('/m/matters')
  await p.page.getByLabel('找事项').fill('枇杷树')
  await p.page.getByRole('button', { name: '找', exact: true }).click()
  await p.page.locator('mark', { hasText: '枇杷树' }).first().waitFor()
  await p.page.getByLabel('找事项').fill('没有这样的事')
  await p.page.getByRole('button', { name: '找', exact: true }).click()
  await p.page.getByText('没有找到').waitFor()
  await p.close()
})

test('every page at 320 px, in large type too: nothing wider, all big enough, no serious fault for a screen reader', async () => {
  const group = await Client.as(url, 'group')
  const m = await group.ok('POST', '/matters', quarrel({ title: LONG, parties: [{ role: 'applicant', name: '李𠮷祥', phone: '13900000001' }, { role: 'respondent', name: '阿布都热合曼·买买提·普文才' }] }))
  const spot = await group.ok('POST', '/matters/onTheSpot', {
    ...quarrel({ title: title('回执') }), badge: true, result: { outcome: 'agreed', by: 'oral', note: NOTE },
    parties: [{ role: 'applicant', name: '李国华', consent: true }, { role: 'respondent', name: '普文才', consent: true }],
  })
  const paths = ['/m/', '/m/register', '/m/matters', `/m/matters/${m.id}`, `/m/matters/${m.id}/do/amend`, `/m/matters/${spot.id}`, `/m/matters/${spot.id}/slip`, '/m/notices', '/m/unsent', '/m/me', '/m/body', '/m/nothing']
  const p = await Phone.as(browser, url, 'group', SIZES[320])
  const { page } = p
  for (const type of ['', '150%']) {
    for (const path of paths) {
      await page.goto(path)
      await page.getByRole('heading', { level: 1 }).waitFor()
      await page.waitForLoadState('networkidle')
      if (type) await page.evaluate((t) => { document.documentElement.style.fontSize = `calc(17px * ${parseFloat(t) / 100})` }, type)
      assert.deepEqual(await p.wide(), [], `${path} ${type}`)
      assert.deepEqual(await p.small(), [], `${path} ${type}: too small for a thumb`)
      if (!type) assert.deepEqual([...await violations(page), ...await nameless(page)], [], path)
    }
  }
  await page.goto('/m/me')
  await page.getByRole('switch', { name: '大字' }).check()
  assert.equal(await page.evaluate(() => document.documentElement.classList.contains('big')), true)
  await page.reload()
  await page.getByRole('switch', { name: '大字' }).waitFor()
  assert.equal(await page.getByRole('switch', { name: '大字' }).isChecked(), true)
  await p.close()
  const q = new Phone(await newPage(browser, url, SIZES[320]))
  await q.page.goto('/m/login')
  await q.page.getByText('演示账号').first().waitFor()
  assert.deepEqual([...await q.wide(), ...await violations(q.page)], [])
  await q.close()
})

test('whoever is not logged in comes back to where they wanted, and nobody else sees what they wrote', async () => {
  const p = new Phone(await newPage(browser, url, SIZES[390]))
  const { page } = p
  await page.goto('/m/register')
  await page.getByLabel('用户名').waitFor()
  await page.getByLabel('用户名').fill('group')
  await page.getByLabel('密码').fill('demo')
  await page.getByRole('button', { name: '登录', exact: true }).click()
  await page.getByLabel('什么事').fill('组里的草稿')
  await p.tab('我的').click()
  await page.getByText('组里的草稿').waitFor()
  await page.getByRole('button', { name: '退出登录' }).click()
  await p.logIn('village')
  await page.getByRole('heading', { name: '待办' }).waitFor()
  await p.tab('登记').click()
  assert.equal(await page.getByLabel('什么事').inputValue(), '')
  await p.close()
})
