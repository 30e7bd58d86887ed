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
