import { ref } from 'vue'
import { createRouter, createWebHistory } from 'vue-router'
import { asApiError, type ApiError } from '@/shared/api/problem'
import type { Me } from '@/shared/api/types'
import { session, who } from '@/shared/state/session'
import { keepMe, knownMe } from './state/known'
import { startOutbox } from './state/outbox'

declare module 'vue-router' {
  interface RouteMeta {
    /** Shown without the four tabs. */
    bare?: boolean
    open?: boolean
    clerk?: boolean
    title?: string
  }
}

/** Set when the question "who am I" got no answer and nobody is known here. */
export const startError = ref<ApiError | null>(null)

/** How long the start waits for an answer before it goes on with what is known, in ms. */
const PATIENCE = 6000

export const router = createRouter({
  history: createWebHistory('/m/'),
  scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
  routes: [
    { path: '/login', name: 'login', component: () => import('./modules/account/LoginPage.vue'), meta: { bare: true, open: true, title: '登录' } },
    { path: '/password', name: 'password', component: () => import('./modules/account/PasswordPage.vue'), meta: { bare: true, title: '改密码' } },
    { path: '/body', name: 'body', component: () => import('./modules/account/BodyPage.vue'), meta: { bare: true, title: '代表哪个单位' } },
    { path: '/', name: 'todo', component: () => import('./modules/matter/TodoPage.vue'), meta: { clerk: true, title: '待办' } },
    { path: '/register', name: 'register', component: () => import('./modules/matter/RegisterPage.vue'), meta: { clerk: true, title: '登记' } },
    { path: '/matters', name: 'matters', component: () => import('./modules/matter/ListPage.vue'), meta: { clerk: true, title: '事项' } },
    { path: '/matters/:id', name: 'matter', component: () => import('./modules/matter/MatterPage.vue'), meta: { clerk: true, bare: true, title: '事项' } },
    { path: '/matters/:id/do/:action', name: 'act', component: () => import('./modules/matter/ActPage.vue'), meta: { clerk: true, bare: true, title: '办理' } },
    { path: '/matters/:id/slip', name: 'slip', component: () => import('./modules/matter/SlipPage.vue'), meta: { clerk: true, bare: true, title: '回执' } },
    { path: '/unsent', name: 'unsent', component: () => import('./modules/matter/UnsentPage.vue'), meta: { clerk: true, bare: true, title: '没发出的' } },
    { path: '/notices', name: 'notices', component: () => import('./modules/notice/NoticesPage.vue'), meta: { clerk: true, bare: true, title: '提醒' } },
    { path: '/me', name: 'me', component: () => import('./modules/account/MinePage.vue'), meta: { title: '我的' } },
    { path: '/:rest(.*)*', name: 'lost', component: () => import('./modules/account/LostPage.vue'), meta: { bare: true, title: '没有这一页' } },
  ],
})

/** Who uses the app: by the server, or, when it does not answer, as last seen here. */
async function load(): Promise<Me | null> {
  const known = session.me ? null : knownMe()
  const late = new Promise<never>((_, fail) => setTimeout(() => fail(new TypeError('no answer')), known ? PATIENCE : 60_000))
  try {
    const me = await Promise.race([session.load(), late])
    keepMe(me)
    return me
  } catch (e) {
    if (asApiError(e).status !== 0 || !known) throw e
    return session.resume(known)
  }
}

router.beforeEach(async (to) => {
  try {
    const me = session.me ?? (await load())
    startError.value = null
    if (!me) return to.meta.open ? true : { name: 'login', query: to.fullPath === '/' ? {} : { back: to.fullPath } }
    if (me.mustChangePassword) return to.name === 'password' ? true : { name: 'password' }
    if (to.name === 'login' || to.name === 'password') return { name: 'todo' }
    startOutbox()
    if (!me.body && me.bodies.length && to.name !== 'body') return { name: 'body' }
    return to.meta.clerk && !who.clerk ? { name: 'me' } : true
  } catch (e) {
    startError.value = asApiError(e)
    return to.meta.open ? true : { name: 'login', query: { back: to.fullPath } }
  }
})
router.afterEach((to) => {
  document.title = to.meta.title ? `${to.meta.title} · 调解台` : '调解台'
})
