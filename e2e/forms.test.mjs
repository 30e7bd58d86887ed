// Nothing typed is lost, every refusal stands beside its field, and what was done
// can be taken back.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { Client, quarrel } from './api.mjs'
import { Desk } from './desk.mjs'
import { newPage, serverUrl, startBrowser } from './harness.mjs'

const url = serverUrl()
let browser
let group
before(async () => {
  browser = await startBrowser()
  group = await Client.as(url, 'group')
})
after(() => browser?.close())

function at(login, name, f) {
  test(name, async () => {
    const d = login ? await Desk.as(browser, url, login) : new Desk(await newPage(browser, url))
    try {
      await f(d, d.page)
    } catch (e) {
      await d.picture(`forms-${name.slice(0, 24).replace(/\W+/g, '-')}`)
      throw e
    }
    await d.close()
  })
}

/** A matter that is being handled by the group, tried once. */
async function handled(part) {
  const m = await group.ok('POST', '/matters', quarrel(part))
  await group.act(m.id, 'accept')
  await group.act(m.id, 'appoint', { mediators: [group.me.person.id] })
  for (const p of m.parties) await group.act(m.id, 'consent', { party: p.id, given: true, notice: true })
  return group.act(m.id, 'attempt', { heldAt: group.me.now, outcome: 'failed', notice: true, badge: true, note: '各说各的理。' })
}

at('group', 'a half-written registration survives reload and is cleared by one tap', async (d, page) => {
  await page.goto('/register')
  await page.getByLabel('第 1 个当事人的姓名或单位').fill('李国华')
  await page.getByLabel('什么事').fill('牛吃了苞谷')
  await d.chip(page, '类别', '邻里').click()
  await page.reload()
  await page.getByText('上次没提交的内容还在').waitFor()
  assert.equal(await page.getByLabel('什么事').inputValue(), '牛吃了苞谷')
  assert.ok(await page.getByRole('radio', { name: '邻里', exact: true }).isChecked())
  await page.getByRole('button', { name: '登记', exact: true }).click()
  assert.match(await page.locator('[data-field=place]').getByRole('alert').textContent(), /请写在哪里/)
  assert.equal(await page.evaluate(() => document.activeElement.id), 'r-place', 'the first that is missing has the focus')
  await page.getByRole('button', { name: '清空重填' }).click()
  assert.equal(await page.getByLabel('什么事').inputValue(), '')
})

at('group', 'the form of a step survives reload and closing', async (d, page) => {
  const m = await handled()
  await d.open(m.id)
  await d.step('记录调解')
  await d.form('记录调解').getByLabel('经过').fill('第二次上门，先听两家各说一遍。')
  await d.chip(d.form('记录调解'), '结果', '改日再谈').click()
  await page.reload()
  await d.step('记录调解')
  await page.getByText('上次没提交的内容还在').waitFor()
  assert.equal(await d.form('记录调解').getByLabel('经过').inputValue(), '第二次上门，先听两家各说一遍。')
  assert.ok(await d.form('记录调解').getByRole('radio', { name: '改日再谈' }).isChecked())
  await page.keyboard.press('Escape')
  await d.form('记录调解').waitFor({ state: 'hidden' })
  await d.step('记录调解')
  assert.equal(await d.form('记录调解').getByLabel('经过').inputValue(), '第二次上门，先听两家各说一遍。')
})

at('group', 'what is missing or wrong is said beside its field, by the page and by the server', async (d, page) => {
  const m = await handled()
  await d.open(m.id)
  await d.step('延长')
  const form = d.form('延长')
  await form.getByLabel('延长几天').fill('400')
  await form.getByRole('button', { name: '延长', exact: true }).click()
  const beside = (name) => form.locator(`[data-field=${name}]`).getByRole('alert')
  await beside('reason').waitFor()
  await d.chip(form, '理由', '快谈成了，双方愿意再谈').click()
  await beside('reason').waitFor({ state: 'hidden' })
  await form.getByText('各方当事人都同意延长，已记录').click()
  await form.getByRole('button', { name: '延长', exact: true }).click()
  assert.match(await beside('days').textContent(), /一次最多延长 \d+ 天/)
  assert.equal(await form.getByLabel('延长几天').inputValue(), '400', 'what was typed stays')
  assert.equal((await group.matter(m.id)).version, m.version)
  await form.getByLabel('延长几天').fill('5')
  await form.getByRole('button', { name: '延长', exact: true }).click()
  await d.said('延长：已记下')
})

at('group', 'the session ends while one writes: log in again, the words are there', async (d, page) => {
  const m = await handled()
  await d.open(m.id)
  await d.step('上报上一级')
  const form = d.form('上报上一级')
  await d.chip(form, '理由', '调过了，没谈拢').click()
  await form.getByLabel('说明').fill('两家都要社区来量沟。')
  await page.context().clearCookies()
  await form.getByRole('button', { name: '上报上一级', exact: true }).click()
  await page.waitForURL(/\/login\?back=/)
  await page.getByText('没提交的内容还在').waitFor()
  await page.getByLabel('用户名').fill('group')
  await page.getByLabel('密码', { exact: true }).fill('demo')
  await page.getByRole('button', { name: '登录', exact: true }).click()
  await page.waitForURL(new RegExp(`/matters/${m.id}`))
  assert.equal((await group.matter(m.id)).version, m.version, 'nothing was done')
  await d.step('上报上一级')
  assert.equal(await d.form('上报上一级').getByLabel('说明').inputValue(), '两家都要社区来量沟。')
  assert.ok(await d.form('上报上一级').getByRole('radio', { name: '调过了，没谈拢' }).isChecked())
})

at(null, 'another person does not find what somebody left on this computer', async (d, page) => {
  await d.logIn('village')
  await page.getByRole('heading', { name: '待办' }).waitFor()
  await page.goto('/register')
  await page.getByLabel('什么事').fill('只给我自己看的半句话')
  await page.getByRole('button', { name: '退出' }).click()
  await page.getByLabel('用户名').waitFor()
  await d.logIn('town')
  await page.getByRole('heading', { name: '待办' }).waitFor()
  await page.goto('/register')
  await page.getByLabel('什么事').waitFor()
  assert.equal(await page.getByLabel('什么事').inputValue(), '')
})

at('village', 'a step that is gone when its button is tapped: the new state and a sentence', async (d, page) => {
  const m = await handled()
  await group.act(m.id, 'escalate', { reason: 'noAgreement' })
  await d.open(m.id)
  await page.locator('main').getByRole('button', { name: '签收', exact: true }).waitFor()
  await group.act(m.id, 'recall', { reason: 'supplement' })
  await d.step('签收')
  const message = page.locator('.el-message')
  await message.first().waitFor()
  assert.match(await message.first().textContent(), /旧页面|变化|不能/)
  await page.locator('main').getByRole('button', { name: '签收', exact: true }).waitFor({ state: 'hidden' })
})

at('group', 'a script in a title is shown as text', async (d, page) => {
  let fired = false
  page.on('dialog', (x) => { fired = true; void x.dismiss() })
  const title = '<script>alert(1)</script><img src=x onerror=alert(1)>'
  const m = await group.ok('POST', '/matters', quarrel({ title, description: '"><svg onload=alert(2)>', parties: [{ role: 'applicant', name: '<b>李</b>' }, { role: 'respondent', name: "普'文\"才" }] }))
  await d.open(m.id)
  await page.getByRole('heading', { level: 1, name: title }).waitFor()
  await page.getByText('<b>李</b>').waitFor()
  await page.goto(`/matters?q=${encodeURIComponent('<script>')}`)
  await page.getByRole('link', { name: title }).first().click()
  await page.getByRole('complementary').getByRole('heading', { name: title }).waitFor()
  assert.equal(fired, false)
  assert.equal(await page.locator('main script, main img[src=x], main svg[onload]').count(), 0)
})

at('group', 'the last step is taken back within ten minutes, and stays on record', async (d, page) => {
  const m = await group.ok('POST', '/matters', quarrel())
  await d.open(m.id)
  assert.equal(await page.getByRole('button', { name: /撤回上一步/ }).count(), 0, 'a registration is not undone')
  await d.act('受理')
  await d.status('受理')
  await page.getByRole('button', { name: /撤回上一步（还可 (9|10) 分钟）/ }).click()
  await d.said('上一步已撤回')
  await d.status('登记')
  await page.getByText('已撤回', { exact: true }).waitFor()
  assert.equal(await page.getByRole('button', { name: /撤回上一步/ }).count(), 0)
})

at('group', 'a file is added, shown, and cannot be something else', async (d, page) => {
  const m = await group.ok('POST', '/matters', quarrel())
  await d.open(m.id)
  const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64')
  const choose = async (file) => {
    const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.getByRole('button', { name: '加附件' }).click()])
    await chooser.setFiles(file)
  }
  await choose({ name: '水沟 现场.png', mimeType: 'image/png', buffer: png })
  await page.getByRole('button', { name: '查看 水沟 现场.png' }).click()
  const picture = page.getByRole('dialog').getByRole('img', { name: '水沟 现场.png' })
  await picture.waitFor()
  assert.equal(await picture.evaluate((i) => i.naturalWidth), 1, 'the picture is shown')
  await page.keyboard.press('Escape')
  await picture.waitFor({ state: 'hidden' })
  await choose({ name: '协议.pdf', mimeType: 'application/pdf', buffer: Buffer.from('MZ not a PDF') })
  const refused = page.getByRole('list', { name: '正在上传' }).getByRole('alert')
  await refused.waitFor()
  assert.match(await refused.textContent(), /[一-鿿].*PDF/)
  await page.getByRole('button', { name: '不传了' }).click()
  const dir = mkdtempSync(join(tmpdir(), 'tjt-e2e-big-'))
  writeFileSync(join(dir, '太大.png'), Buffer.concat([png, Buffer.alloc(21 << 20)]))
  await choose(join(dir, '太大.png'))
  rmSync(dir, { recursive: true })
  await refused.waitFor()
  assert.match(await refused.textContent(), /20(\.0)? ?MB/)
  assert.equal((await group.matter(m.id)).attachments.length, 1)
})

at('village', 'the contact of a party is seen by a tap, with a reason where one is asked', async (d, page) => {
  const m = await group.ok('POST', '/matters', quarrel())
  await d.open(m.id)
  await page.getByText('139****0001').waitFor()
  await page.getByRole('button', { name: '看全' }).click()
  await page.getByText('为什么要看？会记下来。').waitFor()
  await page.getByText('要联系当事人').click()
  await page.getByRole('button', { name: '看', exact: true }).click()
  await page.getByText('13900000001').waitFor()
})

at('group', 'a draft is kept without a number and completed later', async (d, page) => {
  await page.goto('/register')
  await page.getByLabel('什么事').fill('先记一句：两家为田埂吵')
  await page.getByRole('button', { name: '先存草稿' }).click()
  await page.waitForURL(/\/matters\/[0-9a-f-]{36}$/)
  await page.getByText('这是草稿，还没有编号').waitFor()
  await d.step('补全并登记')
  const form = d.form('补全并登记')
  await form.getByRole('textbox', { name: '在哪里' }).fill('马街社区一组')
  await form.getByText('邻里', { exact: true }).click()
  await form.getByLabel('第 1 个当事人的姓名或单位').fill('李国华')
  await form.getByRole('button', { name: '补全并登记', exact: true }).click()
  await d.said('补全并登记：已记下')
  await page.getByText(/^马街调登〔2026〕\d{6}号$/).first().waitFor()
})

at('village', 'a petition is written down and handed on; an accusation is shown its door', async (d, page) => {
  await page.goto('/register')
  await d.chip(page, '哪一种', '信访事项').click()
  await page.getByText('村组登记后当天往上转').waitFor()
  await page.getByLabel('第 1 个当事人的姓名或单位').fill('李大妈')
  await page.getByLabel('什么事').fill('低保没有批下来，想问原因')
  await page.getByLabel('在哪里').fill('马街社区')
  await page.getByRole('combobox', { name: '信访内容分类' }).fill('低保')
  await page.getByRole('option').first().click()
  await page.getByRole('button', { name: '登记', exact: true }).click()
  await page.waitForURL(/\/matters\/[0-9a-f-]{36}$/)
  await page.getByText('信访事项').first().waitFor()
  await page.locator('main').getByRole('button', { name: '转送', exact: true }).waitFor()
  for (const never of ['受理', '化解', '终止调解', '清单销号']) assert.equal(await page.getByRole('button', { name: never, exact: true }).count(), 0, never)
  await page.goto('/register')
  await d.chip(page, '哪一种', '信访事项').click()
  const sent = []
  page.on('request', (r) => r.method() === 'POST' && sent.push(r.postData()))
  await page.getByText('检举控告', { exact: true }).click()
  await page.getByText('检举控告走专门的门').waitFor()
  await page.locator('main form').getByRole('button').last().click()
  await page.getByRole('alert').getByText(/县纪委监委/).waitFor()
  assert.deepEqual(sent, ['{"kind":"petition","petitionType":"accusation"}'], 'nothing of it leaves the page')
})
