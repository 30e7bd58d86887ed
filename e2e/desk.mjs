// What a clerk does at the desk, in the words that stand on the screen.
import assert from 'node:assert/strict'
import { Client } from './api.mjs'
import { newPage } from './harness.mjs'

/** A page whose clicks are counted: `taps` since the last reset. */
export class Desk {
  constructor(page) {
    this.page = page
    this.taps = 0
    this.faults = []
    page.on('pageerror', (e) => this.faults.push(`${e}`))
    page.on('console', (m) => m.type() === 'error' && !/status of 4\d\d/.test(m.text()) && this.faults.push(m.text()))
  }

  /** Opens a context with the session of a login. */
  static async as(browser, url, login, size) {
    const d = new Desk(await newPage(browser, url, size))
    const [name, value] = (await Client.as(url, login)).cookie.split('=')
    await d.page.context().addCookies([{ name, value, url, httpOnly: true, sameSite: 'Lax' }])
    return d
  }

  /** Signs in as a person does: by the login page. */
  async logIn(login, password = 'demo') {
    await this.page.goto('/login')
    await this.page.getByLabel('用户名').fill(login)
    await this.page.getByLabel('密码', { exact: true }).fill(password)
    await this.page.getByRole('button', { name: '登录', exact: true }).click()
  }

  async tap(locator) {
    this.taps += 1
    await locator.click()
  }

  /** A chip of a question: a radio or a box under its words. */
  chip(within, question, answer) {
    const group = within.getByRole('radiogroup', { name: question }).or(within.getByRole('group', { name: question }))
    return group.getByText(answer, { exact: true })
  }

  /** The form of a step: the drawer with its name. */
  form(name) {
    return this.page.getByRole('form', { name, exact: true })
  }

  /** Taps a step's button, under 更多 where it is not in sight; opens its form or does it. */
  async step(name) {
    const { page } = this
    await page.getByRole('heading', { level: 1 }).first().waitFor()
    const here = page.locator('main, aside').getByRole('button', { name, exact: true })
    const more = page.locator('main').getByRole('button', { name: '更多' })
    await here.or(more).first().waitFor()
    if (await here.count()) return this.tap(here.first())
    await this.tap(more.first())
    await this.tap(page.getByRole('menuitem', { name, exact: true }))
  }

  /** Fills the open form of a step and sends it; answers by question, texts by label. */
  async fill(name, answers = {}, texts = {}) {
    const form = this.form(name)
    await form.waitFor()
    for (const [question, given] of Object.entries(answers)) {
      for (const answer of [given].flat()) await this.tap(this.chip(form, question, answer))
    }
    for (const [label, text] of Object.entries(texts)) await form.getByLabel(label).fill(text)
    await this.tap(form.getByRole('button', { name, exact: true }))
  }

  /** One step from its button to the word that it is recorded. */
  async act(name, answers, texts) {
    await this.step(name)
    if (answers || texts) await this.fill(name, answers, texts)
    await this.said(`${name}：已记下`)
  }

  /** Waits for a passing message that was not yet heard; it is marked as heard. */
  async said(text) {
    const message = this.page.locator('.el-message:not([data-heard])', { hasText: text }).first()
    await message.waitFor()
    await message.evaluate((el) => el.setAttribute('data-heard', ''))
  }

  /** A picture of what went wrong, where E2E_SHOTS names a directory for it. */
  async picture(name) {
    if (process.env.E2E_SHOTS) await this.page.screenshot({ path: `${process.env.E2E_SHOTS}/${name}.png` }).catch(() => {})
  }

  async status(text) {
    await this.page.locator('main').getByText(text, { exact: true }).first().waitFor()
  }

  async open(id) {
    await this.page.goto(`/matters/${id}`)
    await this.page.getByRole('heading', { level: 1 }).waitFor()
  }

  idInUrl() {
    return /\/matters\/([0-9a-f-]{36})/.exec(this.page.url())?.[1]
  }

  /** Chooses a body in a search box. */
  async pickOrg(within, label, q, name) {
    const box = within.getByLabel(label)
    await this.tap(box)
    await box.fill(q)
    await this.tap(this.page.getByRole('option', { name, exact: true }))
  }

  /** Calls the API inside the page, with its session, as the matter now stands. */
  ask(method, path, body, headers = {}) {
    return this.page.evaluate(async ([m, p, b, h]) => {
      const r = await fetch(`/api/v1${p}`, { method: m, body: b === undefined ? undefined : JSON.stringify(b), headers: { 'Content-Type': 'application/json', ...h } })
      const text = await r.text()
      return { status: r.status, text, body: text ? JSON.parse(text) : null }
    }, [method, path, body, headers])
  }

  /** A step that must be refused with status and code, and leave nothing behind. */
  async refused(id, action, input, status, code) {
    const before = await this.ask('GET', `/matters/${id}`)
    const version = before.body?.version ?? 1
    const r = await this.ask('POST', `/matters/${id}/actions`, { action, version, input })
    assert.equal(`${r.status} ${r.body.code}`, `${status} ${code}`, r.body.detail)
    assert.match(r.body.detail, /[一-鿿].*。$/)
    const after = await this.ask('GET', `/matters/${id}`)
    assert.equal(after.body.version, before.body.version, `${action} was refused but changed something`)
    assert.deepEqual(after.body.status, before.body.status)
    return r.body
  }

  async close() {
    const { faults } = this
    await this.page.context().close()
    assert.deepEqual(faults, [], 'the browser console says nothing is wrong')
  }
}
