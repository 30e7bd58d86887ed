// What a mediator does on the phone, in the words that stand on the screen.
import assert from 'node:assert/strict'
import { Client } from './api.mjs'
import { newPage } from './harness.mjs'

export const SIZES = { 320: { width: 320, height: 640 }, 390: { width: 390, height: 844 }, 768: { width: 768, height: 1024 } }

/** A phone's page whose taps are counted: `taps` since the last reset. */
export class Phone {
  constructor(page) {
    this.page = page
    this.taps = 0
    this.faults = []
    page.on('pageerror', (e) => this.faults.push(`${e}`))
    page.on('console', (m) => m.type() === 'error' && !/status of 4\d\d|ERR_INTERNET_DISCONNECTED|ERR_FAILED/.test(m.text()) && this.faults.push(m.text()))
  }

  /** Opens a context with the session of a login. */
  static async as(browser, url, login, size = SIZES[390]) {
    const p = new Phone(await newPage(browser, url, size))
    const [name, value] = (await Client.as(url, login)).cookie.split('=')
    await p.page.context().addCookies([{ name, value, url, httpOnly: true, sameSite: 'Lax' }])
    return p
  }

  /** Signs in as a person does. */
  async logIn(login, password = 'demo') {
    await this.page.goto('/m/login')
    await this.page.getByLabel('用户名').fill(login)
    await this.page.getByLabel('密码').fill(password)
    await this.page.getByRole('button', { name: '登录', exact: true }).click()
  }

  async tap(locator) {
    this.taps += 1
    await locator.click()
  }

  /** A tile of a question: a radio or a box under its words. */
  tile(question, answer) {
    const { page } = this
    return page.getByRole('radiogroup', { name: question }).or(page.getByRole('group', { name: question })).getByText(answer, { exact: true })
  }

  tab(name) {
    return this.page.getByRole('tab', { name })
  }

  /** The five fields of a quarrel, typed. */
  async write({ a = '李国华', b = '普文才', title, place = '村东老槐树旁' }) {
    const { page } = this
    await page.getByLabel('第 1 个人的姓名或单位').fill(a)
    await page.getByLabel('第 2 个人的姓名或单位').fill(b)
    await page.getByLabel('什么事').fill(title)
    await page.getByLabel('在哪里').fill(place)
  }

  /** Opens a step of a matter by its button, under 更多 where it is not in sight. */
  async step(name) {
    const { page } = this
    await page.getByRole('heading', { level: 1 }).waitFor()
    const here = page.locator('main').getByRole('button', { name, exact: true })
    const more = page.locator('main').getByRole('button', { name: /^(更多|办理)$/ })
    await here.or(more).first().waitFor()
    if (await here.count()) return this.tap(here.first())
    await this.tap(more.first())
    await this.tap(page.locator('.van-action-sheet').getByRole('button', { name: new RegExp(`^${name}`) }).first())
  }

  /** Fills the form of a step and sends it. */
  async fill(name, answers = {}, texts = {}) {
    const form = this.page.getByRole('form', { name, exact: true })
    await form.waitFor()
    for (const [question, given] of Object.entries(answers)) for (const answer of [given].flat()) await this.tap(this.tile(question, answer))
    for (const [label, text] of Object.entries(texts)) await form.getByLabel(label).fill(text)
    return form
  }

  async send(name) {
    await this.tap(this.page.getByRole('form', { name, exact: true }).getByRole('button', { name, exact: true }))
  }

  async said(text) {
    await this.page.locator('.van-toast', { hasText: text }).first().waitFor()
  }

  /** Whether anything is wider than the screen. */
  async wide() {
    return this.page.evaluate(() => {
      const most = document.documentElement.clientWidth
      if (document.documentElement.scrollWidth <= most) return []
      return [...document.querySelectorAll('body *')].filter((e) => e.getBoundingClientRect().right > most + 1).slice(0, 5).map((e) => e.outerHTML.slice(0, 120))
    })
  }

  /** What a thumb would miss: things to press lower than 48 px, or narrower. */
  async small() {
    return this.page.evaluate(() => [...document.querySelectorAll('button, a.line, a.card-line, label.tile, label.tick, input:not([type=radio]):not([type=checkbox]):not([type=file]), [role=tab]')]
      .filter((e) => e.checkVisibility() && !e.closest('.sr, audio')).filter((e) => e.getBoundingClientRect().height < 47.5 || e.getBoundingClientRect().width < 47.5)
      .map((e) => `${Math.round(e.getBoundingClientRect().width)}x${Math.round(e.getBoundingClientRect().height)} ${e.outerHTML.slice(0, 120)}`))
  }

  async close() {
    const { faults } = this
    await this.page.context().close()
    assert.deepEqual(faults, [], 'the browser console says nothing is wrong')
  }
}
