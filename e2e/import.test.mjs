// A ledger as people keep it goes in by the page: what is wrong is named, what was
// corrected is remembered, what was taken back leaves no trace in the figures.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import http from 'node:http'
import net from 'node:net'
import { after, before, test } from 'node:test'
import { Client, fileForm } from './api.mjs'
import { nameless, violations } from './axe.mjs'
import { Desk } from './desk.mjs'
import { rowsOf, unzip, workbook, zip } from './files.mjs'
import { serverUrl, startBrowser } from './harness.mjs'

const url = serverUrl()
const LEDGER = 'ledger-yuanma-2021h1.xlsx'
const ledger = readFileSync(new URL(`../internal/sheet/testdata/${LEDGER}`, import.meta.url))
// The rows that are wrong in it: row of the file, column, what the reason says.
const WRONG = [
  [16, 'B', /2 月没有 30 日/], [22, 'E', /没有写申请人/], [29, 'C', /没有找到“不存在的村”/], [35, 'F', /电话应是 11 位/], [39, 'H', /没有写简要情况/],
]

let browser
before(async () => (browser = await startBrowser()))
after(() => browser?.close())

/** Chooses a file on the page; the page of its import opens unless it is refused. */
async function choose(d, name, buffer, kind = 'matters') {
  await d.page.goto(`/imports?kind=${kind}`)
  await d.page.locator('input[type=file]').setInputFiles({ name, mimeType: 'application/octet-stream', buffer: Buffer.from(buffer) })
}
async function opened(d) {
  await d.page.waitForURL(/\/imports\/[0-9a-f-]{36}/)
  await d.page.getByRole('heading', { level: 1, name: /^导入/ }).waitFor()
}
async function looksRight(d, name) {
  await d.picture(`import-${name}`)
  assert.deepEqual(await violations(d.page), [], name)
  assert.deepEqual(await nameless(d.page), [], name)
}
/** Opens a select by its name and takes one of its options. */
async function pick(d, label, option) {
  await d.page.getByRole('combobox', { name: label }).click()
  await d.page.getByRole('option', { name: option }).click()
}
const button = (d, name) => d.page.locator('main').getByRole('button', { name })
async function undo(d, reason) {
  await button(d, '撤销这一批').click()
  const dialog = d.page.getByRole('dialog', { name: '撤销这一批' })
  await dialog.getByRole('button', { name: '撤销这一批' }).click()
  await dialog.getByRole('alert').getByText('请写明为什么撤销。').waitFor()
  await dialog.getByLabel('为什么撤销').fill(reason)
  await looksRight(d, 'undo')
  await dialog.getByRole('button', { name: '撤销这一批' }).click()
  await d.page.getByRole('heading', { name: '已撤销' }).waitFor()
}

/** What the county counts, where an import could show. */
async function figures() {
  const town = await Client.as(url, 'town'), joint = await Client.as(url, 'joint')
  const of = async (c, path) => c.get(path)
  return {
    stats: [await of(joint, '/stats/summary?from=2021-01-01&to=2026-12-31'), await of(town, '/stats/summary?from=2021-01-01&to=2026-12-31')].map(({ now: _, ...rest }) => rest),
    lists: await Promise.all(['', '&status=handling', '&status=resolved', '&status=ended', '&status=registered'].map(async (q) => (await of(town, `/matters?limit=1${q}`)).total)),
    todo: (await of(town, '/todo')).groups.map((g) => [g.key, g.total ?? g.count]),
  }
}

test('a ledger with five wrong rows: columns, check, reasons, import, rows, undo', async () => {
  const before = await figures()
  const d = await Desk.as(browser, url, 'town')
  const { page } = d
  await page.goto('/imports')
  await page.getByText('把 Excel 表拖到这里').waitFor()
  await looksRight(d, 'start')
  await choose(d, LEDGER, ledger)
  await opened(d)
  await page.getByText('元马镇2021年上半年矛盾纠纷排查调处台账').waitFor()
  assert.equal(await page.getByLabel('没写年份的日期算哪年').inputValue(), '2021')
  await looksRight(d, 'columns')

  // A required column taken off is asked for, by name, and given back.
  const phone = page.getByRole('combobox', { name: /^E 列/ })
  await phone.click()
  await page.getByRole('option', { name: '不导入', exact: true }).click()
  await page.getByText('还有必需的没有对应：申请人').waitFor()
  await button(d, '检查').click()
  await page.getByRole('alert').getByText('「申请人').waitFor()
  await pick(d, /^E 列/, /^申请人（信访人）/)
  // Petitions have other fields; back again, nothing chosen is lost.
  const kind = (name) => page.getByRole('radiogroup', { name: '表里是' }).getByText(name, { exact: true }).click()
  await kind('信访事项')
  await page.getByRole('row', { name: /^G 被申请人/ }).getByText('不导入', { exact: true }).waitFor()
  await kind('矛盾纠纷')
  await page.getByRole('row', { name: /^G 被申请人/ }).locator('.el-select__placeholder').getByText('被申请人', { exact: true }).waitFor()
  // A sheet without a table is refused with a sentence, the other stays.
  await page.locator('.el-select', { has: page.getByRole('combobox', { name: '哪一张表' }) }).click()
  await page.getByRole('option', { name: '填表说明' }).click()
  await page.getByRole('alert').getByText('没有找到表头').waitFor()
  // What is a wrong guess is put right: the remark is not brought in.
  await pick(d, /^M 列/, '不导入')
  await page.reload()
  await page.getByRole('combobox', { name: /^M 列/ }).waitFor()
  assert.equal(await target(page, 'M'), '不导入', 'a reload keeps what was chosen')

  await button(d, '检查').click()
  await page.getByRole('heading', { name: '检查结果' }).waitFor()
  await page.getByText('37 行可以导入，5 行有问题，不会导入').waitFor()
  await page.getByText('读到 42 行；另有空行 1 行、合计 1 行').waitFor()
  const rows = page.getByRole('table', { name: '不能导入的行' }).getByRole('row')
  assert.equal(await rows.count(), 1 + WRONG.length)
  for (const [i, [row, letter, reason]] of WRONG.entries()) {
    const text = await rows.nth(i + 1).innerText()
    assert.match(text, new RegExp(`第 ${row} 行\\s+${letter} 列`))
    assert.match(text, reason)
  }
  await looksRight(d, 'checked')

  // Another browser, later: it stands where it stood, and nothing has gone in.
  assert.deepEqual(await figures(), before)
  const address = page.url()
  await page.goto('/')
  await page.goto(address)
  await page.getByText('37 行可以导入').waitFor()

  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: '下载这些行' }).click()])
  assert.match(download.suggestedFilename(), /\.xlsx$/)
  const back = rowsOf(readFileSync(await download.path()))
  const head = back.findIndex((r) => r[0] === '原因')
  assert.equal(back[head][1], '序号')
  const wrong = back.filter((r) => /原表第 \d+ 行/.test(r[0]))
  assert.deepEqual(wrong.map((r) => r[1]), ['12', '18', '24', '30', '34'])
  for (const [i, [row, , reason]] of WRONG.entries()) {
    assert.match(wrong[i][0], new RegExp(`原表第 ${row} 行`))
    assert.match(wrong[i][0], reason)
  }

  await button(d, '导入这 37 件').click()
  await page.getByRole('heading', { name: '导入好了' }).waitFor()
  await page.getByText('37 件已导入，5 行没有导入').waitFor()
  await looksRight(d, 'done')
  const went = await figures()
  assert.equal(went.lists[0], before.lists[0] + 37)
  await page.getByRole('link', { name: '看导入的这 37 件' }).click()
  await page.getByRole('button', { name: /导入批次/ }).waitFor()
  await page.getByText('37 件', { exact: true }).waitFor()

  await page.goto(address)
  await undo(d, '导错了年份')
  await looksRight(d, 'undone')
  assert.deepEqual(await figures(), before, 'undone, the figures are as before')

  // The next file with the same headers comes with the corrected mapping.
  await choose(d, LEDGER, ledger)
  await opened(d)
  assert.equal(await target(page, 'M'), '不导入')
  await page.getByRole('link', { name: '全部导入' }).click()
  await page.getByRole('table', { name: '以前导入的' }).getByText('已撤销').first().waitFor()
  await looksRight(d, 'list')
  await d.close()
})

/** What the column of this letter goes to. */
const target = (page, letter) => page.locator('tr', { has: page.getByRole('combobox', { name: new RegExp(`^${letter} 列`) }) }).locator('.el-select__placeholder').innerText()

test('wrong files: one clear sentence each, nothing is in', async () => {
  const before = await figures()
  const town = await Client.as(url, 'town')
  const { total } = await town.get('/imports')
  const ole = Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(70_000), Buffer.from('EncryptedPackage', 'utf16le')])
  const table = [['排查时间', '纠纷类型', '申请人', '简要情况'], ['2021-01-02', '邻里', '刘文才', '水沟改道']]
  const d = await Desk.as(browser, url, 'town')
  for (const [name, content, says] of [
    ['说明.txt', '今天开会，请带台账。\n', /表头|表格|没有找到/],
    ['照片.xlsx', Buffer.from('\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR', 'latin1'), /Excel|\.xlsx/],
    ['加密.xlsx', ole, /打开密码/],
    ['带宏.xlsm', workbook(table, { 'xl/vbaProject.bin': 'x' }), /宏/],
    ['外链.xlsx', workbook(table, { 'xl/externalLinks/externalLink1.xml': '<e/>' }), /断开链接/],
    ['断了.xlsx', workbook(table).subarray(0, 700), /不完整|损坏|Excel/],
    ['空.xlsx', '', /空的/],
    ['压缩包.xlsx', zip({ 'a.txt': 'a' }), /Excel/],
  ]) {
    await choose(d, name, content)
    const said = d.page.locator('main').getByRole('alert')
    await said.waitFor()
    const text = await said.innerText()
    assert.match(text, says, name)
    assert.match(text, /[一-鿿].*。$/, `a sentence: ${text}`)
    assert.ok(!/失败|error|undefined|！/i.test(text), text)
    assert.match(d.page.url(), /\/imports\?kind=matters$/)
  }
  await looksRight(d, 'wrong-file')
  assert.equal((await town.get('/imports')).total, total)
  assert.deepEqual(await figures(), before)
  await d.close()
})

test('bodies and people are for the system’s administrator, ledgers for who works on matters', async () => {
  const d = await Desk.as(browser, url, 'admin')
  const { page } = d
  await page.goto('/imports?kind=people')
  assert.ok(await page.getByRole('radio', { name: '人员' }).isChecked())
  assert.equal(await page.getByRole('radio', { name: '事项' }).count(), 0)
  for (const [kind, name] of [['orgs', '机构'], ['people', '人员']]) {
    await page.goto(`/imports?kind=${kind}`)
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: `下载${name}模板` }).click()])
    assert.match(rowsOf(readFileSync(await download.path())).flat().join(' '), kind === 'orgs' ? /机构代码/ : /姓名/)
  }
  await looksRight(d, 'admin')
  await choose(d, '人员.xlsx', workbook([['姓名', '电话', '所在机构', '职务'], ['陆小满', '13900001234', '马街社区', '调解员'], ['', '13900001235', '马街社区', '调解员'], ['周立秋', '123', '没有这个村', '调解员']]), 'people')
  await opened(d)
  await button(d, '检查').click()
  await page.getByText('1 行可以导入，2 行有问题，不会导入').waitFor()
  const wrong = page.getByRole('table', { name: '不能导入的行' })
  await wrong.getByText(/姓名/).first().waitFor()
  await wrong.getByText(/没有这个村/).waitFor()
  await d.close()
  for (const login of ['auditor', 'security']) {
    const c = await Client.as(url, login)
    assert.equal((await c.ask('POST', '/imports?kind=orgs', fileForm('a.csv', '机构名称,上级机构\n甲,乙\n', 'text/csv'))).status, 403, login)
  }
  const town = await Client.as(url, 'town'), admin = await Client.as(url, 'admin')
  assert.equal((await town.ask('POST', '/imports?kind=people', fileForm('a.csv', '姓名,所在机构\n甲,乙\n', 'text/csv'))).status, 403)
  assert.equal((await admin.ask('POST', '/imports?kind=matters', fileForm('a.csv', '姓名,事由\n甲,乙\n', 'text/csv'))).status, 403)
  const a = await Desk.as(browser, url, 'auditor')
  await a.page.goto('/imports')
  await a.page.getByText('您的身份不导入表格').waitFor()
  await a.close()
})

test('an upload cut at any byte and a body far too large leave nothing', async () => {
  const town = await Client.as(url, 'town')
  const { total } = await town.get('/imports')
  const { hostname, port } = new URL(url)
  const body = Buffer.concat([
    Buffer.from(`--cut\r\nContent-Disposition: form-data; name="file"; filename="${LEDGER}"\r\nContent-Type: application/octet-stream\r\n\r\n`), ledger, Buffer.from('\r\n--cut--\r\n'),
  ])
  const head = `POST /api/v1/imports?kind=matters HTTP/1.1\r\nHost: ${hostname}\r\nCookie: ${town.cookie}\r\nContent-Type: multipart/form-data; boundary=cut\r\nContent-Length: ${body.length}\r\n\r\n`
  for (const part of [0, 1, 40, 130, 200, 4096, body.length - 14, body.length - 5]) {
    await new Promise((done) => {
      const s = net.connect(port, hostname, () => s.end(Buffer.concat([Buffer.from(head), body.subarray(0, part)])))
      s.on('close', done)
      s.on('error', done)
      s.resume()
    })
  }
  // 200 MB that keep coming: the answer is there before they are.
  const answer = await new Promise((done, fail) => {
    const r = http.request(`${url}/api/v1/imports?kind=matters`, { method: 'POST', headers: { Cookie: town.cookie, 'Content-Type': 'multipart/form-data; boundary=cut' } })
    const chunk = Buffer.alloc(1 << 20)
    let sent = 0
    const more = () => {
      while (sent < 200 && !r.destroyed) {
        sent++
        if (!r.write(chunk)) return void r.once('drain', more)
      }
      r.end()
    }
    r.on('response', (res) => {
      let text = ''
      res.on('data', (c) => (text += c))
      res.on('end', () => done({ status: res.statusCode, text, sent }))
    })
    r.on('error', (e) => (sent < 200 ? done({ status: 413, text: `。${e.code}`, sent }) : fail(e)))
    r.write(body.subarray(0, 150))
    more()
  })
  assert.equal(answer.status, 413, answer.text)
  assert.ok(answer.sent < 100, `stopped after ${answer.sent} MB`)
  assert.equal((await town.get('/imports')).total, total)
})

test('the lists go out as files that open', async () => {
  const town = await Client.as(url, 'town')
  const { total } = await town.get('/matters?limit=1&status=handling')
  const xlsx = await fetch(`${url}/api/v1/exports/matters?format=xlsx&status=handling`, { headers: { Cookie: town.cookie } })
  assert.equal(xlsx.status, 200)
  const buffer = Buffer.from(await xlsx.arrayBuffer())
  assert.ok(unzip(buffer)['xl/workbook.xml'])
  const rows = rowsOf(buffer)
  const head = rows.findIndex((r) => r.includes('编号'))
  assert.equal(rows.slice(head + 1).filter((r) => r.some(Boolean)).length, total)
  const csv = await (await fetch(`${url}/api/v1/exports/matters?format=csv&status=handling`, { headers: { Cookie: town.cookie } })).text()
  assert.ok(csv.split(/\r?\n/).filter(Boolean).length > total)
})
