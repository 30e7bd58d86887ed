// The main job in the browser (issue 1): a quarrel is registered by a group, climbs
// the ladder, is settled at the department, confirmed by the court, followed up and
// cleared; wrong steps on the way are refused and leave nothing.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Desk } from './desk.mjs'
import { newPage, serverUrl, startBrowser } from './harness.mjs'

const url = serverUrl()
const TITLE = '水沟改道引起的邻里纠纷，雨季淹了菜地'
let browser
let id
let number
const desks = {}

before(async () => {
  browser = await startBrowser()
})
after(() => browser?.close())

// Each step needs the ones before it: after the first that breaks the rest is skipped.
let broken = false
function step(name, f) {
  test(name, async (t) => {
    if (broken) return t.skip('an earlier step broke')
    broken = true
    await f(t).catch(async (e) => {
      for (const [login, d] of Object.entries(desks)) await d.picture(`ladder-${login}`)
      throw e
    })
    broken = false
  })
}

/** The desk of a login, signed in once. */
async function as(login) {
  desks[login] ??= await Desk.as(browser, url, login)
  return desks[login]
}

/** Opens the matter out of a to-do group, as a clerk finds it, on its full page. */
async function fromTodo(d, group) {
  await d.page.goto('/')
  const row = d.page.getByRole('region', { name: group }).getByRole('row', { name: new RegExp(number) })
  await row.waitFor()
  await row.focus()
  await d.page.keyboard.press('Enter')
  await d.page.getByRole('heading', { level: 1, name: TITLE }).waitFor()
}

/** Signs for the matter and appoints oneself: two taps. */
async function signAndAppoint(d) {
  await fromTodo(d, '待签收')
  d.taps = 0
  await d.step('签收')
  const form = d.form('指定调解员')
  await form.waitFor()
  await d.tap(form.getByRole('button', { name: '指定调解员', exact: true }))
  await d.said('指定调解员：已记下')
  assert.equal(d.taps, 2, 'sign and appoint are two taps')
}

const attempt = (outcome) => [{ 结果: outcome, 已佩戴徽章: '是' }, { 经过: '现场看了水沟，双方各说各的理。' }]

async function tryOnce(d, outcome) {
  await d.step('记录调解')
  const form = d.form('记录调解')
  await d.tap(form.getByText('已告知权利义务', { exact: true }))
  await d.fill('记录调解', ...attempt(outcome))
  await d.said('记录调解：已记下')
}

step('a group registers by five things', async () => {
  const d = new Desk(await newPage(browser, url))
  desks.group = d
  const { page } = d
  await d.logIn('group')
  await page.getByRole('heading', { name: '待办' }).waitFor()
  await page.getByRole('link', { name: '登记', exact: true }).click()
  d.taps = 0
  await page.getByLabel('第 1 个当事人的姓名或单位').fill('李国华')
  await page.getByLabel('第 2 个当事人的姓名或单位').fill('普文才')
  await page.getByLabel('什么事').fill(TITLE)
  await page.getByLabel('在哪里').fill('马街社区一组，村东老槐树旁')
  await d.tap(d.chip(page, '类别', '邻里'))
  await d.tap(page.getByRole('button', { name: '登记', exact: true }))
  await page.waitForURL(/\/matters\/[0-9a-f-]{36}$/)
  assert.equal(d.taps, 2, 'besides text: the category and the save')
  id = d.idInUrl()
  await page.getByRole('heading', { level: 1, name: TITLE }).waitFor()
  number = (await page.getByText(/^马街调登〔2026〕\d{6}号$/).first().textContent()).trim()
  await d.status('登记')
  await d.refused(id, 'attempt', {}, 409, 'stale')
})

step('accepts, appoints himself, records both consents, tries', async () => {
  const d = await as('group')
  const { page } = d
  await d.act('受理')
  await d.status('受理')
  await d.refused(id, 'attempt', { heldAt: '2026-11-02T09:00:00+08:00', outcome: 'failed', notice: true, badge: true, note: '没谈成' }, 403, 'notAppointed')
  await d.act('指定调解员', {})
  assert.equal(await page.getByRole('button', { name: '记录调解', exact: true }).count(), 0, 'no attempt is offered before consent')
  await d.refused(id, 'attempt', { heldAt: '2026-11-02T09:00:00+08:00', outcome: 'failed', notice: true, badge: true, note: '没谈成' }, 409, 'noConsent')
  for (const party of ['申请人 李国华', '被申请人 普文才']) {
    await d.act('记录是否同意调解', { 当事人: party, '已告知权利义务，本人同意调解': '是' })
  }
  assert.equal(await page.getByText('同意调解', { exact: true }).count(), 2)
  await d.refused(id, 'escalate', { reason: 'noAgreement' }, 409, 'noAttempt')
  await tryOnce(d, '没谈成')
  await d.status('办理中')
})

step('a level is not skipped without a reason', async () => {
  const d = await as('group')
  await d.step('上报上一级')
  const form = d.form('上报上一级')
  await d.pickOrg(form, '报给', '元马镇', '元马镇')
  await d.fill('上报上一级', { 理由: '调过了，没谈拢' })
  const beside = form.locator('[data-field=skipReason]').getByRole('alert')
  assert.match(await beside.textContent(), /越过了村（社区），请选择越级的理由/)
  assert.match(await form.getByRole('alert').allTextContents().then((t) => t.join()), /。/)
})

step('two tabs: the later one keeps its words, sees what changed, and goes on', async () => {
  const d = await as('group')
  const { page } = d
  await d.open(id)
  await d.step('上报上一级')
  const form = d.form('上报上一级')
  await form.getByText('清空重填').click()
  await d.tap(d.chip(form, '理由', '调过了，没谈拢'))
  await form.getByLabel('说明').fill('双方都说水沟是自家的，要请社区来量。')

  const other = new Desk(await page.context().newPage())
  await other.open(id)
  await other.act('提出清单归类', { 诉求: TITLE, 清单: '合理诉求', 理由: '有政策或约定支持' })
  await other.page.close()

  await d.tap(form.getByRole('button', { name: '上报上一级', exact: true }))
  const alert = form.getByRole('alert')
  await alert.waitFor()
  assert.match(await alert.textContent(), /刷新|页面|新|变/)
  assert.equal(await form.getByLabel('说明').inputValue(), '双方都说水沟是自家的，要请社区来量。')
  await page.locator('main').getByText('提议 合理诉求').waitFor()
  await d.refused(id, 'confirmLists', { agree: true }, 403, 'ownProposal')
  await d.tap(form.getByRole('button', { name: '上报上一级', exact: true }))
  await d.said('上报上一级：已记下')
  await page.getByText(/待马街社区.*签收/).first().waitFor()
})

step('while it waits to be signed for, the sender can only call it back', async () => {
  const d = await as('group')
  await d.refused(id, 'attempt', { heldAt: '2026-11-02T09:00:00+08:00', outcome: 'failed', notice: true, badge: true, note: '没谈成' }, 409, 'pending')
  await d.refused(id, 'sign', {}, 403, 'notReceiver')
  await d.page.locator('main').getByRole('button', { name: '收回', exact: true }).waitFor()
})

step('a foreign village does not see it', async () => {
  const d = await as('village2')
  await d.page.goto(`/matters/${id}`)
  await d.page.getByRole('heading', { name: '没有这一页' }).waitFor()
  const r = await d.ask('GET', `/matters/${id}`)
  assert.equal(r.status, 404)
  assert.equal((await d.ask('POST', `/matters/${id}/actions`, { action: 'sign', version: 1, input: {} })).status, 404)
  assert.doesNotMatch(await d.page.content(), /李国华/)
})

step('the village returns it once, from the side panel', async () => {
  const d = await as('village')
  const { page } = d
  await page.goto('/')
  await page.getByRole('region', { name: '待签收' }).getByRole('link', { name: TITLE }).click()
  const panel = page.getByRole('complementary', { name: '事项侧栏' })
  await panel.getByRole('heading', { name: TITLE }).waitFor()
  await d.tap(panel.getByRole('button', { name: '退回', exact: true }))
  await d.fill('退回', { 理由: '材料不全，请补齐再送' }, { 说明: '缺水沟的丈量记录' })
  await d.said('退回：已记下')
  const g = await as('group')
  await g.open(id)
  await g.page.getByText(/退回马街一组：材料不全/).waitFor()
  assert.equal((await g.ask('GET', `/matters/${id}`)).body.holder.code, '532328101001001')
})

step('the group sends it up again; the village signs for it, appoints, tries, escalates', async () => {
  const g = await as('group')
  await g.act('上报上一级', { 理由: '调过了，没谈拢' }, { 说明: '丈量记录已补上' })
  const d = await as('village')
  await signAndAppoint(d)
  await d.status('办理中')
  await d.act('复核清单', {})
  await d.page.locator('main').getByText('合理诉求', { exact: true }).waitFor()
  await tryOnce(d, '没谈成')
  await d.act('上报上一级', { 理由: '涉及的事我们做不了主' })
})

step('the township signs for it, tries, and names the department', async () => {
  const d = await as('town')
  await signAndAppoint(d)
  await tryOnce(d, '没谈成')
  await d.step('上报上一级')
  const form = d.form('上报上一级')
  await d.fill('上报上一级', { 理由: '需要部门的人懂业务' })
  assert.match(await form.getByRole('alert').first().textContent(), /部门|报给/, 'a department must be named')
  await d.pickOrg(form, '报给', '自然资源', '县自然资源局')
  await d.tap(form.getByRole('button', { name: '上报上一级', exact: true }))
  await d.said('上报上一级：已记下')
})

step('the department signs for it, tries and resolves by agreement', async () => {
  const d = await as('dept')
  await signAndAppoint(d)
  await tryOnce(d, '谈成了')
  await d.act('化解', { 怎样化解: '书面协议' }, { 协议或落实的内容: '恢复原水沟走向，费用各半，十一月底前完工。' })
  await d.status('化解')
  await d.refused(id, 'followUp', { at: '2026-11-02T09:00:00+08:00', performed: true, satisfied: true }, 403, 'ownResolution')
  await d.refused(id, 'clear', {}, 403, 'ownClearance')
})

step('both parties apply to the court, which finds the agreement valid', async () => {
  const d = await as('dept')
  const [a, b] = (await d.ask('GET', `/matters/${id}`)).body.parties
  await d.refused(id, 'refer', { to: 'court', mode: 'confirm', applicants: [a.id] }, 409, 'notJoint')
  await d.refused(id, 'refer', { to: 'court', mode: 'confirm', applicants: [b.id] }, 409, 'notJoint')
  assert.equal((await (await as('court')).page.request.get(`/api/v1/matters/${id}`)).status(), 404, 'the court does not see it before')
  await d.act('共同申请司法确认', { 共同申请的当事人: ['申请人 李国华', '被申请人 普文才'] })
  const c = await as('court')
  await c.page.goto('/')
  await c.page.getByLabel('搜索事项').fill(number)
  await c.page.keyboard.press('Enter')
  await c.page.getByRole('row', { name: new RegExp(number) }).click()
  const panel = c.page.getByRole('complementary', { name: '事项侧栏' })
  await c.tap(panel.getByRole('button', { name: '反馈司法确认结果', exact: true }))
  await c.fill('反馈司法确认结果', { 结果: '裁定有效' }, { 说明: '（2026）云2328诉前调确1号' })
  await c.said('反馈司法确认结果：已记下')
  await c.refused(id, 'followUp', { at: '2026-11-02T09:00:00+08:00', performed: true, satisfied: true }, 403, 'notHolder')
})

step('another person of the department follows up and confirms the list', async () => {
  const d = await as('dept')
  await d.open(id)
  await d.act('提出清单归类', { 诉求: TITLE, 清单: '依法处理', 理由: '要由法院、公安或行政机关按程序办' })
  await d.refused(id, 'confirmLists', { agree: true }, 403, 'ownProposal')
  const j = await as('joint')
  await j.page.goto('/')
  await j.refused(id, 'clear', {}, 409, 'followUpOpen')
  const lead = await as('dept-lead')
  await fromTodo(lead, '待复核')
  await lead.act('复核清单', {})
  await lead.page.locator('main').getByText('依法处理', { exact: true }).waitFor()
  for (let i = 0; i < 2; i++) {
    await lead.act('记录回访', { 协议已兑现: '是', 当事人满意: '是' }, { 回访情况: '水沟已恢复，双方都说好。' })
  }
  await lead.page.getByText(/第 2 次回访/).first().waitFor()
  await lead.refused(id, 'clear', {}, 403, 'notAbove')
})

step('the joint office clears it', async () => {
  const j = await as('joint')
  await fromTodo(j, '待销号')
  await j.act('清单销号', {}, { 销号意见: '协议和裁定齐全' })
  await j.status('清单销号')
})

step('the department reopens it at a party’s recorded wish', async () => {
  const d = await as('dept')
  await d.open(id)
  await d.act('重新办理', { 理由: '当事人要求再调', 要求重办的当事人: '申请人 李国华' }, { 说明: '石头又堵了沟' })
  await d.status('办理中')
  await d.page.getByText(/重新办理：当事人要求再调（李国华要求）/).waitFor()
  await d.refused(id, 'undo', {}, 403, 'notYours')
  const { body } = await d.ask('GET', `/matters/${id}/timeline`)
  assert.equal(body.items.map((i) => i.action).join(' '),
    'register accept appoint consent consent attempt classify escalate return escalate sign appoint confirmLists attempt escalate sign appoint attempt escalate sign appoint attempt resolve refer referralOutcome classify confirmLists followUp followUp clear reopen')
  assert.deepEqual(body.items.map((i) => i.seq), body.items.map((_, i) => i + 1), 'no gaps')
})

step('nothing went wrong in the browser on the way', async () => {
  for (const d of Object.values(desks)) await d.close()
})
