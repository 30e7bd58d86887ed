// Rows for dev/mock.ts.
/* eslint-disable */
export type Any = Record<string, any>

export const me: Any = {
  person: { id: 'p1', name: '普天明' },
  body: { code: '532328101001', name: '马街社区调解工作室', level: 'village', kind: 'villageRoom' },
  bodies: [{ code: '532328101001', name: '马街社区调解工作室', roles: ['mediator', 'head'] }, { code: '532328101000', name: '元马镇矛盾纠纷及信访问题调解工作中心', roles: ['mediator'] }],
  roles: ['mediator', 'head'], admin: '', county: { code: '532328', name: '元谋县' }, demo: true,
}
const cat = '婚姻家庭,邻里,房屋宅基地,合同,生产经营,损害赔偿,山林土地,征地拆迁,环境污染,拖欠农民工工资,其他劳动争议,旅游,电子商务,其他消费,医疗,道路交通事故,物业,其他'.split(',')
const catCode = 'marriage,neighbourhood,homestead,contract,production,damage,land,expropriation,pollution,migrantWages,labour,tourism,ecommerce,consumer,medical,traffic,property,other'.split(',')
const st: [string, string][] = [['registered', '登记'], ['accepted', '受理'], ['handling', '办理中'], ['referred', '已移送'], ['resolved', '化解'], ['concluded', '办结'], ['ended', '终止'], ['declined', '不予受理'], ['withdrawn', '撤回'], ['cleared', '清单销号']]
const c = (s: string): Any[] => s.split(',').map((x) => { const [code, name] = x.split(':'); return { code, name } })
export const book: Any = {
  id: 'yuanmou', name: '元谋 4+2', county: '532328', effectiveFrom: '2021-01-01',
  levels: c('group:村民小组,village:村（社区）,township:乡镇,county:县级'), kinds: c('groupStation:工作站,villageRoom:工作室,townshipCentre:工作中心'),
  statuses: st.map(([code, name]) => ({ code, name })),
  lists: c('justified:合理诉求,explain:教育疏导,relief:帮扶救助,byLaw:依法处理'),
  categories: catCode.map((code, i) => ({ code, name: cat[i] })),
  sources: c('screening:排查发现,application:当事人申请,court:法院委派委托,police:公安移交,petitionOffice:信访转来,hotline:热线,portal:群众端'),
  concerns: c('violence:涉及暴力,minor:涉及未成年人,threat:有人身威胁'), riskLevels: c('normal:平常,elevated:要留意,urgent:紧急'),
  partyRoles: c('applicant:申请人,respondent:被申请人,petitioner:信访人,representative:代理人,interested:利害关系人'), petitionTypes: c('claim:申诉求决,suggestion:建议意见,accusation:检举控告'),
  channels: c('visit:来访,letter:来信,call:来电,online:网上'),
  reasons: { escalate: c('beyond:超出本级职权,noAgreement:调解未成'), reveal: c('contact:联系当事人,serve:送达文书') }, remedies: c('court:向法院起诉'),
}
export const orgs: Any[] = [
  ['532328000000', '元谋县', 'county', '', '县', 10],
  ['532328101000', '元马镇矛盾纠纷及信访问题调解工作中心', 'township', '532328000000', '乡镇工作中心', 12],
  ['532328103000', '黄瓜园镇矛盾纠纷及信访问题调解工作中心', 'township', '532328000000', '乡镇工作中心', 9],
  ['532328000000001', '县自然资源局调解室', 'county', '532328000000', '部门调解室', 0],
  ['532328101001', '马街社区调解工作室', 'village', '532328101000', '村（社区）工作室', 9],
  ['532328101002', '城北社区调解工作室', 'village', '532328101000', '村（社区）工作室', 9],
  ['532328101001001', '马街社区一组调解工作站', 'group', '532328101001', '村民小组工作站', 0],
].map(([code, name, level, parent, kindName, children]) => ({ code, name, shortName: name, level, levelName: level, kind: 'k', kindName, parent: parent || null, sealBody: null, population: 23110, populationNote: '演示数据', statCode: code, civilCode: null, openedOn: '2020-01-01', closedOn: null, aliases: [], heads: 1, mediators: 7, children }))

const titles = ['水沟改道引起的邻里纠纷', '核桃树遮挡菜地引发争吵', '外出务工工资被拖欠三个月', '宅基地界址不清', '离婚后孩子抚养费久拖不付', '合伙种植洋葱亏损分摊不均', '收割机压坏田埂要求赔偿', '葬礼燃放鞭炮惊死母牛索赔', '大棚雨水排入下方农户葡萄园造成减产，双方对损失面积和赔偿标准各执一词，多次协商未果请求居委会出面调解', '物业费与漏水维修互相抵扣', '𠮷祥饭店油烟扰民', '三轮车剐蹭小轿车修理费']
const f = (name: string, label: string, type: string, x: Any = {}): Any => ({ name, label, type, required: true, options: null, multiple: false, default: null, help: '', when: null, ...x })

function actions(status: string, parties: Any[]): Any[] {
  const att = { action: 'attempt', name: '记录调解', primary: true, hint: '双方都同意调解、告知过权利后记录。', fields: [f('heldAt', '调解时间', 'instant'), f('outcome', '结果', 'choice', { options: c('agreed:谈成,failed:未谈成,adjourned:改日再谈') }), f('note', '经过', 'longText', { help: '谈了什么、各方怎么说' }), f('notice', '已告知双方权利义务', 'tick'), f('badge', '佩戴徽章', 'bool')] }
  const esc = { action: 'escalate', name: '上报上一级', primary: false, hint: '', fields: [f('reason', '原因', 'choice', { options: c('beyond:超出本级职权,noAgreement:调解未成,partyWish:当事人要求') }), f('skip', '越过一级', 'bool', { required: false }), f('skipReason', '越级原因', 'choice', { options: c('urgent:情况紧急,recuse:本级需要回避'), when: { field: 'skip', in: [true] } }), f('to', '上报到', 'org', { required: false })] }
  const con = { action: 'consent', name: '记录同意', primary: false, hint: '', fields: [f('party', '当事人', 'party'), f('given', '是否同意调解', 'bool')] }
  const more = [con, esc,
    { action: 'classify', name: '提出清单', primary: false, hint: '', fields: [f('demand', '诉求', 'demand'), f('list', '清单', 'choice', { options: c('justified:合理诉求,explain:教育疏导,relief:帮扶救助,byLaw:依法处理') })] },
    { action: 'appoint', name: '指派调解员', primary: false, hint: '', fields: [f('mediators', '调解员', 'persons', { multiple: true, options: [{ code: 'p1', name: '普天明' }, { code: 'p2', name: '李国英' }], default: ['p1'] })] },
    { action: 'requestHelp', name: '请求协助', primary: false, hint: '', fields: [f('bodies', '协助单位', 'orgs'), f('task', '请他们做什么', 'longText'), f('due', '什么时候要', 'date')] },
    { action: 'resolve', name: '化解', primary: false, hint: '', fields: [f('by', '方式', 'choice', { options: c('agreement:书面协议,oral:口头协议,relief:救助,ruling:裁决') }), f('paper', '文书', 'paper', { when: { field: 'by', in: ['relief', 'ruling'] } }), f('note', '内容', 'longText')] },
    { action: 'merge', name: '并案', primary: false, hint: '', fields: [f('into', '并入', 'matter')] },
    { action: 'split', name: '分案', primary: false, hint: '', fields: [f('demands', '分出的诉求', 'demands'), f('parties', '分出的当事人', 'parties')] },
    { action: 'withdraw', name: '登记撤回', primary: false, hint: '', fields: [f('party', '谁要撤回', 'party'), f('attachment', '签字的书面申请', 'attachment')] },
    { action: 'amend', name: '更正', primary: false, hint: '', fields: [f('fields', '要改的内容', 'matterFields'), f('amount', '金额', 'money', { required: false }), f('reason', '原因', 'text')] }]
  if (status === 'registered') return [{ action: 'accept', name: '受理', primary: true, hint: '', fields: [] }, { action: 'addParties', name: '补当事人', primary: false, hint: '', fields: [f('parties', '当事人', 'newParties')] }]
  if (status === 'handling' || status === 'accepted') return [att, ...more].map((a) => ({ ...a, parties: undefined, _: parties.length }))
  return []
}

export function makeMatters(now: () => Date): Any[] {
  const at = (h: number) => new Date(now().getTime() + h * 3600e3).toISOString()
  return Array.from({ length: 64 }, (_, i) => {
    const [status, statusName] = i < 3 ? st[2]! : st[i % st.length]!
    const open = ['registered', 'accepted', 'handling', 'referred', 'resolved'].includes(status)
    const holder = [{ code: '532328101001', name: '马街社区' }, { code: '532328101000', name: '元马镇' }, { code: '532328101001001', name: '马街社区一组' }][i % 3]!
    const parties = [
      { id: `${i}a`, role: 'applicant', roleName: '申请人', name: '李国华', phone: '139****0001', idNumber: '5323**********0011', address: '马街社区****', consent: { given: true, at: at(-30), by: '本人' } },
      { id: `${i}b`, role: 'respondent', roleName: '被申请人', name: i % 5 ? '普文才' : '𠮷克阿木', phone: '138****2210', idNumber: '', address: '', consent: null }]
    const due = i % 7 === 0 ? -50 : (i % 9) * 24 + 8
    const dl = open ? [
      { clock: 'holder', name: '本级办理', org: holder, startedAt: at(-9 * 24), dueAt: at(due), unit: 'day', days: 15, basis: '册子第五条：村（社区）十五日', verified: false, state: due < 0 ? 'overdue' : 'running', pausedAt: null, pauseReason: null, provisional: false },
      { clock: 'matter', name: '全程', org: null, startedAt: at(-9 * 24), dueAt: at(21 * 24), unit: 'day', days: 30, basis: '人民调解工作若干规定：一个月内调结', verified: true, state: 'running', pausedAt: null, pauseReason: null, provisional: true },
      ...(i % 4 ? [] : [{ clock: 'help', name: '县自然资源局协助', org: { code: 'x', name: '县自然资源局' }, startedAt: at(-9 * 24), dueAt: at(48), unit: 'workday', days: 5, basis: '册子默认值', verified: false, state: 'paused', pausedAt: at(-2), pauseReason: '等待鉴定', provisional: false }])] : []
    return {
      id: `m${i}`, number: `马街调登〔2026〕${String(i + 101).padStart(6, '0')}号`, kind: i % 11 === 10 ? 'petition' : 'dispute', title: titles[i % titles.length], description: '村东老槐树旁的水沟，去年修路时改道，雨水进了李家院子。李国华多次找普文才商量恢复原走向，普文才认为是修路队改的，与他无关。双方上周吵过一次，没有动手。',
      category: catCode[i % 18], categoryName: cat[i % 18], source: 'screening', sourceName: '排查发现', status, statusName,
      pending: i % 10 === 4 ? { action: 'escalate', name: '上报上一级', body: { code: 'y', name: '元马镇' }, since: at(-3) } : null,
      risk: i === 1 ? { level: 'elevated', name: '要留意', why: '上周争吵时邻居劝开', until: '2026-11-30' } : { level: 'normal', name: '平常', why: '', until: null }, holder: { ...holder, level: 'village', kind: 'villageRoom' }, registrant: { code: '532328101001001', name: '马街社区一组' },
      place: { text: '村东老槐树旁' }, headcount: 4, amountFen: 120000, concerns: [], demands: [{ id: `${i}d1`, text: '恢复原水沟走向', list: i % 2 ? 'justified' : '', listName: i % 2 ? '合理诉求' : '', listProposed: '', listProposedName: '', outcome: '' }, { id: `${i}d2`, text: '赔偿院墙损失', list: '', listName: '', listProposed: 'explain', listProposedName: '教育疏导', outcome: '' }],
      parties, appointed: [{ id: 'p1', name: '普天明' }], attempts: [], followUps: [], helps: [], referrals: [], supervisions: [], advices: [], attachments: [], links: i === 2 ? [{ matter: 'm9', number: '马街调登〔2026〕000110号', title: '水沟', why: 'comesBackFrom', note: '' }] : [], externalIds: i % 3 ? [] : [{ system: '云南省司法行政基层工作管理系统', number: 'YN2026110200031' }],
      deadlines: dl, route: [{ code: 'a', name: '马街社区一组' }, { code: 'b', name: '马街社区' }], handOvers: i % 3, foundAt: at(-240), registeredAt: at(-220), acceptedAt: at(-200), resolvedAt: i === 4 ? at(-5) : null, endedAt: null, clearedAt: null, onTheSpot: i === 4, resolvedHow: i === 4 ? 'oral' : '', resolveNote: i === 4 ? '普文才本周内把水沟改回原道，工钱双方各出一半。' : '', mergedInto: null, void: false, draft: false, comeBack: i === 2, mode: 'hold', updatedAt: at(-i * 5), version: 3,
      undo: null, next: dl[0] ?? null, lists: [], actions: actions(status, parties),
      timeline: [
        { seq: 1, at: at(-220), actor: { id: 'p9', name: '张学明' }, org: { code: 'a', name: '马街社区一组' }, action: 'register', actionName: '登记', from: null, to: 'registered', text: '张学明 登记：水沟改道引起的邻里纠纷', note: null, changes: [], reversed: false, hash: 'x' },
        { seq: 2, at: at(-200), actor: { id: 'p9', name: '张学明' }, org: { code: 'a', name: '马街社区一组' }, action: 'accept', actionName: '受理', from: 'registered', to: 'accepted', text: '张学明 受理', note: null, changes: [], reversed: false, hash: 'x' },
        { seq: 3, at: at(-26), actor: { id: 'p9', name: '张学明' }, org: { code: 'a', name: '马街社区一组' }, action: 'attempt', actionName: '记录调解', from: 'accepted', to: 'handling', text: '张学明 记录调解：未谈成', note: '双方在老槐树下谈了一个多小时。普文才愿意出一半挖沟的钱，李国华要求全部恢复。', changes: [], reversed: false, hash: 'x' },
        { seq: 4, at: at(-25), actor: { id: 'p9', name: '张学明' }, org: { code: 'a', name: '马街社区一组' }, action: 'amend', actionName: '更正', from: null, to: null, text: '张学明 更正了涉及金额', note: '漏写院墙', changes: [{ field: 'amountFen', label: '涉及金额', old: '800 元', new: '1,200 元' }], reversed: false, hash: 'x' },
        { seq: 5, at: at(-1), actor: null, org: null, action: 'overdue', actionName: '超期提醒', from: null, to: null, text: '本级办理时限还剩三天，已提醒马街社区', note: null, changes: [], reversed: false, hash: 'x' }],
    }
  })
}
export const row = (m: Any): Any => { const { timeline, actions, parties, demands, description, ...r } = m; return r }
