// The phone of a mediator (issue 2): a quarrel on the spot in at most eight taps
// beside text, without network, a step of the table, the finder's opinion; readable,
// reachable, small enough, and for a browser of six years ago.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Client, quarrel } from './api.mjs'
import { nameless, violations } from './axe.mjs'
import { newPage, serverUrl, startBrowser } from './harness.mjs'
import { Phone, SIZES } from './phone.mjs'

const url = serverUrl()
const BUDGET = 200 * 1024
const NOTE = '普文才三天内修掉伸过来的枝条，李国华不再追究。'
const LONG = '因上游新修灌溉渠道改变水沟走向导致下游五户人家田地在雨季被反复冲淹并多次协商赔偿和恢复原状未果引起的邻里用水纠纷一事'
// One grey pixel as JPEG.
const PHOTO = Buffer.from('/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAP//////////////////////////////////////////////////////////////////////////////////////wAALCAABAAEBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAACf/EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAIAQEAAD8AVN//2Q==', 'base64')
const photo = (name) => ({ name, mimeType: 'image/jpeg', buffer: PHOTO })
let browser
let n = 0
const title = (t) => `${t} ${Date.now().toString(36)}${(n += 1)}`

before(async () => {
  browser = await startBrowser()
})
after(() => browser?.close())

async function countOf(login, words) {
  const c = await Client.as(url, login)
  return (await c.get(`/matters?q=${encodeURIComponent(words)}&limit=5`)).items
}

test('the first load is at most 200 KB as it travels, and nothing comes from elsewhere', async () => {
  for (const [path, login] of [['/m/login', null], ['/m/', 'group'], ['/m/register', 'group']]) {
    const p = login ? await Phone.as(browser, url, login) : new Phone(await newPage(browser, url, SIZES[390]))
    const sizes = []
    p.page.on('requestfinished', (r) => sizes.push(r.sizes().then((s) => ({ url: r.url(), bytes: s.responseBodySize + s.responseHeadersSize })).catch(() => null)))
    await p.page.goto(path)
    await p.page.getByRole('heading', { level: 1 }).waitFor()
    // The page and what it is made of; what the worker keeps for later comes after.
    const all = (await Promise.all(sizes.slice())).filter((s) => !s.url.includes('/api/') && !s.url.endsWith('/sw.js'))
    assert.ok(all.some((s) => s.url.includes('/assets/') && s.url.endsWith('.js')) && all.some((s) => s.url.endsWith('.css')))
    assert.ok(all.every((s) => s.url.startsWith(url)), 'only this server')
    const bytes = all.reduce((sum, s) => sum + s.bytes, 0)
    console.log(`# ${path}: ${Math.round(bytes / 1024)} KB in ${all.length} files`)
    assert.ok(bytes <= BUDGET, `${path}: ${bytes} bytes`)
    await p.close()
  }
})

test('the shell is kept on the phone, the desk and the API are not; nothing asks where one is', async () => {
  const p = await Phone.as(browser, url, 'group')
  await p.page.goto('/m/')
  await p.page.getByRole('heading', { name: '待办' }).waitFor()
  await p.page.evaluate(() => navigator.serviceWorker.ready)
  const kept = await p.page.waitForFunction(async () => {
    const urls = []
    for (const name of await caches.keys()) for (const r of await (await caches.open(name)).keys()) urls.push(r.url)
    return urls.some((u) => /RegisterPage/.test(u)) && urls
  }).then((h) => h.jsonValue())
  assert.deepEqual(kept.filter((u) => /\/api\/|index\.html|echarts/.test(u)), [])
  const scope = await p.page.evaluate(async () => (await navigator.serviceWorker.ready).scope)
  assert.equal(scope, `${url}/m/`)
  for (const u of kept.filter((x) => /\.(js|css)(\?|$)/.test(x))) {
    const text = await (await fetch(u)).text()
    assert.ok(!/geolocation/.test(text), `${u} asks where one is`)
    // Newer than Chrome 85: the page would break without a word.
    assert.ok(!/structuredClone|randomUUID|Object\.groupBy|AbortSignal\.timeout/.test(text), `${u} uses what an old browser lacks`)
    if (/\.css/.test(u)) assert.ok(!/:has\(|@container|[;{]inset:|dvh/.test(text), `${u}: style an old browser lacks`)
  }
  const manifest = await (await fetch(`${url}/m/manifest.webmanifest`)).json()
  for (const i of manifest.icons) {
    const r = await fetch(url + i.src)
    assert.equal(r.headers.get('content-type'), 'image/png')
  }
  await p.close()
})

test('in a browser of six years ago it runs', async () => {
  const p = await Phone.as(browser, url, 'group')
  await p.page.addInitScript(() => {
    for (const [on, name] of [[Array.prototype, 'at'], [String.prototype, 'at'], [Object, 'hasOwn'], [Array.prototype, 'findLast'], [Array.prototype, 'toSorted'], [Object, 'groupBy'],
      [globalThis, 'structuredClone'], [Crypto.prototype, 'randomUUID'], [AbortSignal, 'timeout'], [AbortSignal, 'any'], [Promise, 'withResolvers']]) delete on[name]
  })
  const c = await Client.as(url, 'group')
  const m = await c.ok('POST', '/matters', quarrel({ title: title('老手机') }))
  for (const [path, words] of [['/m/', '待办'], ['/m/register', '登记'], ['/m/matters', '事项'], [`/m/matters/${m.id}`, m.title], ['/m/me', '起绍泉']]) {
    await p.page.goto(path)
    await p.page.getByRole('heading', { level: 1, name: words }).waitFor()
  }
  await p.close()
})

test('a quarrel settled on the spot: at most eight taps beside text, a photo, one save, the receipt', async () => {
  const p = new Phone(await newPage(browser, url, SIZES[390]))
  const { page } = p
  await p.logIn('group')
  await page.getByRole('heading', { name: '待办' }).waitFor()
  const what = title('核桃树遮挡菜地')
  const posts = []
  page.on('request', (r) => r.method() === 'POST' && posts.push(new URL(r.url()).pathname))
  p.taps = 0
  await p.tap(p.tab('登记'))
  await p.write({ title: what })
  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), p.tap(page.getByRole('button', { name: /拍照|选照片|加附件/ }).first())])
  await chooser.setFiles(photo('核桃树.jpg'))
  await page.getByText('核桃树.jpg').waitFor()
  await p.tap(p.tile('类别', '邻里'))
  await p.tap(p.tile('现在怎样', '当场调成'))
  for (const who of ['李国华', '普文才']) await p.tap(page.getByLabel(`${who}：自愿调解，已告知权利`))
  await p.tap(page.getByLabel('我已佩戴徽章'))
  await page.getByLabel('谈成了什么').fill(NOTE)
  await p.tap(page.getByRole('button', { name: '记下来' }))
  await page.getByRole('heading', { name: '口头协议回执' }).waitFor()
  console.log(`# settled on the spot with a photo: ${p.taps} taps beside text`)
  assert.ok(p.taps <= 8, `${p.taps} taps`)
  assert.deepEqual(posts.map((x) => x.replace(/[0-9a-f-]{36}/, 'ID')), ['/api/v1/matters/onTheSpot', '/api/v1/matters/ID/attachments'])
  await page.getByText(/^马街调登〔2026〕\d{6}号$/).waitFor()
  await page.getByText(NOTE).waitFor()
  await page.getByRole('button', { name: '看这件事' }).click()
  await page.getByRole('heading', { level: 1, name: what }).waitFor()
  await page.getByText('化解', { exact: true }).first().waitFor()
  await page.getByText('核桃树.jpg').first().waitFor()
  const [row] = await countOf('group', what)
  const m = await (await Client.as(url, 'group')).matter(row.id)
  assert.equal(m.attachments.length, 1)
  assert.equal(m.onTheSpot, true)
  await p.close()
})

test('what is missing is said beside the question, what was typed and the photo stay after a reload', async () => {
  const p = await Phone.as(browser, url, 'group')
  const { page } = p
  await page.goto('/m/register')
  const what = title('狗咬鸡')
  await p.write({ title: what, b: '' })
  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.getByRole('button', { name: /拍照|选照片|加附件/ }).first().click()])
  await chooser.setFiles(photo('鸡.jpg'))
  await page.getByText('鸡.jpg').waitFor()
  await p.tile('现在怎样', '当场调成').click()
  await page.getByRole('button', { name: '记下来' }).click()
  assert.match(await page.locator('[data-field=parties] [role=alert]').textContent(), /两方/)
  await page.reload()
  await page.getByText('没提交的内容还在').waitFor()
  assert.equal(await page.getByLabel('什么事').inputValue(), what)
  await page.getByText('鸡.jpg').waitFor()
  assert.equal((await countOf('group', what)).length, 0)
  await page.getByRole('button', { name: '清空重填' }).click()
  await page.getByText('没提交的内容还在').waitFor({ state: 'detached' })
  assert.equal(await page.getByLabel('什么事').inputValue(), '')
  assert.equal(await page.getByText('鸡.jpg').count(), 0)
  await p.close()
})

test('正在调 is registered, taken on and one’s own at once', async () => {
  const p = await Phone.as(browser, url, 'group')
  await p.page.goto('/m/register')
  const what = title('挡墙')
  await p.write({ title: what })
  await p.tile('类别', '邻里').click()
  await p.tile('现在怎样', '正在调').click()
  await p.page.getByRole('button', { name: '登记', exact: true }).click()
  await p.page.getByRole('heading', { level: 1, name: what }).waitFor()
  const [row] = await countOf('group', what)
  const m = await (await Client.as(url, 'group')).matter(row.id)
  assert.equal(m.status, 'accepted')
  assert.deepEqual(m.appointed.map((x) => x.name), ['起绍泉'])
  await p.close()
})

test('written without network it waits in the phone, survives closing the app, and is sent once', async () => {
  const p = await Phone.as(browser, url, 'group')
  const { page } = p
  const context = page.context()
  await page.goto('/m/register')
  await page.getByLabel('什么事').waitFor()
  await p.tile('类别', '邻里').waitFor()
  await page.evaluate(() => navigator.serviceWorker.ready)
  await page.reload()
  await page.waitForFunction(() => !!navigator.serviceWorker.controller)
  await context.setOffline(true)
  await page.reload()
  const what = title('沟里的事')
  await p.write({ title: what, a: '李𠮷祥' })
  await p.tile('类别', '邻里').click()
  await p.tile('现在怎样', '先登记').click()
  await page.getByRole('button', { name: '登记', exact: true }).click()
  await page.getByText('未发送').waitFor()
  await page.getByText(what).waitFor()
  await page.getByRole('button', { name: '现在发' }).click()
  await page.getByText('未发送').waitFor()
  // Closed and opened again, still without network.
  await page.close()
  const again = await context.newPage()
  await again.goto('/m/register')
  await again.getByText('1 件还没发出').waitFor()
  assert.equal(await again.getByLabel('什么事').inputValue(), '', 'the page is free for the next one')
  assert.equal((await countOf('group', what)).length, 0)
  await context.setOffline(false)
  await again.getByText('1 件还没发出').waitFor({ state: 'detached' })
  await again.goto('/m/unsent')
  await again.getByText('已发').first().waitFor()
  const rows = await countOf('group', what)
  assert.equal(rows.length, 1)
  assert.equal((await (await Client.as(url, 'group')).matter(rows[0].id)).parties[0].name, '李𠮷祥')
  await p.close()
})

test('a photo alone survives a reload and is laid by as a draft, which is completed later', async () => {
  const p = await Phone.as(browser, url, 'group')
  const { page } = p
  await page.goto('/m/register')
  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.getByRole('button', { name: /拍照|选照片|加附件/ }).first().click()])
  await chooser.setFiles(photo('墙.jpg'))
  await page.getByText('墙.jpg').waitFor()
  await page.reload()
  await page.getByText('墙.jpg').waitFor()
  p.taps = 0
  await p.tap(page.getByRole('button', { name: '存草稿', exact: true }))
  await p.said('草稿存好了')
  await page.getByText('草稿，还没有编号', { exact: true }).waitFor()
  await page.getByText('墙.jpg').first().waitFor()
  const id = new URL(page.url()).pathname.split('/').at(-1)
  const m = await (await Client.as(url, 'group')).matter(id)
  assert.deepEqual([m.draft, m.attachments.length, p.taps], [true, 1, 1])
  await page.getByRole('button', { name: '补全并登记', exact: true }).click()
  await page.getByRole('form', { name: '补全并登记' }).waitFor()
  await p.close()
})

test('a village registers for its group and writes a petition down; an accusation is sent to its door and leaves nothing', async () => {
  const village = await Client.as(url, 'village')
  const p = await Phone.as(browser, url, 'village')
  const { page } = p
  await page.goto('/m/register')
  const what = title('二组的沟')
  await p.write({ title: what })
  await p.tile('类别', '邻里').click()
  await p.tile('现在怎样', '先登记').click()
  await page.getByRole('button', { name: /替哪个组登记/ }).click()
  await page.getByRole('button', { name: '点这里选组' }).click()
  await page.getByRole('dialog').getByRole('button', { name: /二组/ }).click()
  await page.getByRole('button', { name: '登记', exact: true }).click()
  await page.getByRole('heading', { level: 1, name: what }).waitFor()
  const held = await village.matter(new URL(page.url()).pathname.split('/').at(-1))
  assert.match(held.holder.name, /二组/)

  const petition = title('低保没有批')
  await page.goto('/m/register')
  await page.getByRole('button', { name: '这是信访事项' }).click()
  await page.getByRole('heading', { level: 1, name: '登记信访事项' }).waitFor()
  assert.deepEqual([...await violations(page), ...await nameless(page), ...await p.wide(), ...await p.small()], [])
  await page.getByLabel('第 1 个人的姓名或单位').fill('李𠮷祥')
  await page.getByLabel('什么事').fill(petition)
  await page.getByLabel('在哪里').fill('村委会')
  await page.getByRole('button', { name: '点这里选信访内容分类' }).click()
  await page.getByRole('dialog').getByRole('searchbox').fill('低保')
  await page.getByRole('dialog').locator('button.line').first().click()
  await page.getByRole('button', { name: '登记', exact: true }).click()
  await page.getByRole('heading', { level: 1, name: petition }).waitFor()
  const m = await village.matter(new URL(page.url()).pathname.split('/').at(-1))
  assert.deepEqual([m.kind, m.parties.map((x) => x.role), m.parties[0].name], ['petition', ['petitioner'], '李𠮷祥'])

  await page.goto('/m/register')
  await page.getByRole('button', { name: '这是信访事项' }).click()
  await page.getByLabel('什么事').fill('告某人的话')
  await p.tile('说的是', '检举控告').click()
  await page.getByRole('button', { name: '看该去哪里提出' }).click()
  await page.getByRole('alert').filter({ hasText: '没有保存到系统里' }).waitFor()
  const kept = await page.evaluate(() => JSON.stringify(localStorage))
  assert.ok(!kept.includes('告某人的话'), 'nothing of it lies in the phone')
  await page.reload()
  assert.equal(await page.getByLabel('什么事').inputValue(), '')
  await p.close()
})

test('an administrator is led to the desk, without tabs that lead nowhere', async () => {
  const p = await Phone.as(browser, url, 'admin')
  await p.page.goto('/m/matters')
  await p.page.getByText('管理工作在电脑版里做').waitFor()
  assert.equal(await p.page.getByRole('tab').count(), 0)
  assert.equal(await p.page.getByRole('link', { name: '打开电脑版' }).getAttribute('href'), '/')
  assert.deepEqual([await violations(p.page), await p.small()], [[], []])
  await p.close()
})

test('one’s own telephone is changed, another place where one is signed in is ended', async () => {
  const lost = await Client.signIn(url, 'village2')
  const p = new Phone(await newPage(browser, url, SIZES[320]))
  const { page } = p
  await p.logIn('village2')
  await page.getByRole('heading', { name: '待办' }).waitFor()
  await p.tab('我的').click()
  await page.getByRole('button', { name: /我的电话/ }).click()
  const save = page.getByRole('button', { name: '改电话', exact: true })
  await page.getByLabel('新电话').fill('12')
  await save.click()
  await page.getByRole('form', { name: '改电话' }).getByRole('alert').waitFor()
  await page.getByLabel('新电话').fill('13900000088')
  await save.click()
  await page.getByRole('button', { name: /我的电话.*139\*+0088/ }).waitFor()
  await page.locator('.van-toast').waitFor({ state: 'hidden' })
  await page.getByRole('button', { name: '登录过的地方' }).click()
  await page.getByText('这部手机，现在').waitFor()
  assert.deepEqual([await p.wide(), await p.small(), await violations(page)], [[], [], []])
  for (let left = await page.getByRole('button', { name: '让它退出' }).count(); left > 0; left -= 1) {
    await page.getByRole('button', { name: '让它退出' }).first().click()
    await page.waitForFunction((n) => [...document.querySelectorAll('button')].filter((b) => b.textContent.includes('让它退出')).length < n, left)
  }
  assert.equal((await lost.ask('GET', '/me')).status, 401)
  await page.reload()
  await page.getByRole('heading', { level: 1 }).waitFor()
  await p.close()
})

test('an answer that is lost makes no second matter', async () => {
  const p = await Phone.as(browser, url, 'group')
  const { page } = p
  await page.goto('/m/register')
  const what = title('牛踩了秧')
  await p.write({ title: what })
  await p.tile('类别', '邻里').click()
  await p.tile('现在怎样', '先登记').click()
  let lost = 0
  await page.route('**/api/v1/matters', async (route) => {
    if (route.request().method() !== 'POST' || lost) return route.continue()
    lost += 1
    await route.fetch()
    await route.abort()
  })
  await page.getByRole('button', { name: '登记', exact: true }).click()
  await page.getByText('未发送').waitFor()
  assert.equal((await countOf('group', what)).length, 1, 'the server has it, the phone does not know')
  await page.getByRole('button', { name: '现在发' }).first().click()
  await page.getByText('已发').first().waitFor()
  assert.equal((await countOf('group', what)).length, 1)
  assert.equal(lost, 1)
  await p.close()
})

test('what the server refuses comes back into the form', async () => {
  const p = await Phone.as(browser, url, 'group')
  const { page } = p
  await page.goto('/m/register')
  const what = title('电话写错')
  await p.write({ title: what })
  await page.getByRole('button', { name: /补电话/ }).click()
  await page.getByLabel('第 1 个人的电话').fill('12')
  await p.tile('类别', '邻里').click()
  await p.tile('现在怎样', '先登记').click()
  await page.getByRole('button', { name: '登记', exact: true }).click()
  await page.locator('[data-field=parties] [role=alert]').waitFor()
  assert.equal(await page.getByLabel('什么事').inputValue(), what)
  await page.getByLabel('第 1 个人的电话').fill('13900000001')
  await page.getByRole('button', { name: '登记', exact: true }).click()
  await page.getByRole('heading', { level: 1, name: what }).waitFor()
  assert.equal((await countOf('group', what)).length, 1)
  await p.close()
})

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
