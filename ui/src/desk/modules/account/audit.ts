/** What is done to accounts, people and bodies, in words; the steps on a matter
 * have their names in the transition table. */
const VERBS: Record<string, string> = {
  login: '登录', logout: '退出', actFor: '换机构身份', changePassword: '改密码', addLogin: '给登录名', resetPassword: '重置密码', lockLogin: '停用账号', unlockLogin: '恢复账号',
  issueToken: '发程序令牌', endSession: '结束登录', endSessions: '结束全部登录', readSessions: '看谁在登录', readAudit: '看留痕', addPerson: '登记人员', changePerson: '改人员', serve: '登记任职', endService: '结束任职',
  addOrg: '新建机构', changeOrg: '改机构', closeOrg: '撤销机构', register: '登记事项', onTheSpot: '当场调', reveal: '查看联系方式', unknown: '没有这种操作',
}
export const SUBJECTS: Record<string, string> = { matter: '事项', account: '账号', person: '人员', org: '机构', attachment: '附件', audit: '留痕', import: '导入', export: '导出' }

export function verbName(verb: string, actions: Record<string, string>): string {
  return VERBS[verb] ?? actions[verb] ?? verb
}

/** ok, repeated, or refused with a code. */
export function outcomeName(outcome: string): string {
  if (outcome === 'ok') return '办成'
  return outcome === 'repeated' ? '重复发送，没有再办' : '被拒绝'
}
