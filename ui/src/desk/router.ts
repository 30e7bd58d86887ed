import { createRouter, createWebHistory } from 'vue-router'
import { ref } from 'vue'
import { asApiError, type ApiError } from '@/shared/api/problem'
import { session, who } from '@/shared/state/session'
import Login from './modules/account/LoginPage.vue'
import Todo from './modules/matter/TodoPage.vue'

declare module 'vue-router' {
  interface RouteMeta {
    /** No navigation around it: login, print pages. */
    bare?: boolean
    open?: boolean
    /** Only for who works on matters. */
    clerk?: boolean
    title?: string
    /** Route parameter that makes a page another page. */
    key?: string
  }
}

/** Set when even the question "who am I" got no answer. */
export const startError = ref<ApiError | null>(null)

export const router = createRouter({
  history: createWebHistory('/'),
  scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
  routes: [
    { path: '/login', name: 'login', component: Login, meta: { bare: true, open: true, title: '登录' } },
    { path: '/password', name: 'password', component: () => import('./modules/account/FirstPasswordPage.vue'), meta: { bare: true, title: '改密码' } },
    { path: '/', name: 'todo', component: Todo, meta: { clerk: true, title: '待办' } },
    { path: '/matters', name: 'matters', component: () => import('./modules/matter/ListPage.vue'), meta: { clerk: true, title: '事项' } },
    { path: '/matters/print', name: 'listPrint', component: () => import('./modules/matter/ListPrint.vue'), meta: { clerk: true, bare: true, title: '打印' } },
    { path: '/matters/:id', name: 'matter', component: () => import('./modules/matter/MatterPage.vue'), meta: { clerk: true, title: '事项', key: 'id' } },
    { path: '/matters/:id/slip', name: 'slip', component: () => import('./modules/matter/SlipPage.vue'), meta: { clerk: true, bare: true, title: '打印' } },
    { path: '/matters/:id/print', name: 'matterPrint', component: () => import('./modules/matter/MatterPrint.vue'), meta: { clerk: true, bare: true, title: '打印' } },
    { path: '/register', name: 'register', component: () => import('./modules/matter/RegisterPage.vue'), meta: { clerk: true, title: '登记' } },
    { path: '/onTheSpot', name: 'onTheSpot', component: () => import('./modules/matter/OnTheSpotPage.vue'), meta: { clerk: true, title: '当场调' } },
    { path: '/orgs/:code?', name: 'orgs', component: () => import('./modules/org/OrgPage.vue'), meta: { title: '机构' } },
    { path: '/stats', name: 'stats', component: () => import('./modules/stats/StatsPage.vue'), meta: { clerk: true, title: '统计' } },
    { path: '/home', name: 'home', component: () => import('./modules/stats/HomePage.vue'), meta: { clerk: true, title: '概况' } },
    { path: '/imports', name: 'imports', component: () => import('./modules/ledger/ImportsPage.vue'), meta: { title: '导入台账' } },
    { path: '/imports/:id', name: 'import', component: () => import('./modules/ledger/ImportPage.vue'), meta: { title: '导入台账', key: 'id' } },
    { path: '/people', name: 'people', component: () => import('./modules/org/PeoplePage.vue'), meta: { title: '人员' } },
    { path: '/notices', name: 'notices', component: () => import('./modules/notice/NoticesPage.vue'), meta: { title: '提醒' } },
    { path: '/me', name: 'me', component: () => import('./modules/account/MePage.vue'), meta: { title: '我的' } },
    { path: '/security', name: 'security', component: () => import('./modules/account/SecurityPage.vue'), meta: { title: '登录' } },
    { path: '/audit', name: 'audit', component: () => import('./modules/account/AuditPage.vue'), meta: { title: '留痕' } },
    { path: '/403', name: 'forbidden', component: () => import('./modules/account/RefusedPage.vue'), props: { kind: 'forbidden' }, meta: { title: '不归这里办' } },
    { path: '/:rest(.*)*', name: 'lost', component: () => import('./modules/account/RefusedPage.vue'), props: { kind: 'lost' }, meta: { title: '没有这一页' } },
  ],
})

router.beforeEach(async (to) => {
  try {
    const me = await session.load()
    startError.value = null
    if (!me) return to.meta.open ? true : { name: 'login', query: to.fullPath === '/' ? {} : { back: to.fullPath } }
    if (me.mustChangePassword) return to.name === 'password' ? true : { name: 'password' }
    if (to.name === 'login' || to.name === 'password') return { name: 'todo' }
    if (to.meta.clerk && !who.clerk) return to.name === 'todo' ? { name: 'me' } : { name: 'forbidden' }
    return true
  } catch (e) {
    startError.value = asApiError(e)
    return to.meta.open ? true : { name: 'login', query: { back: to.fullPath } }
  }
})

router.afterEach((to) => {
  document.title = to.meta.title ? `${to.meta.title} · 调解台` : '调解台'
})
