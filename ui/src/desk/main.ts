import 'dayjs/locale/zh-cn'
import { createApp } from 'vue'
import { whenSignedOut } from '@/shared/api/client'
import { sweepDrafts } from '@/shared/state/draft'
import { session } from '@/shared/state/session'
import App from './App.vue'
import './element'
import '@/shared/tokens.css'
import '@/shared/base.css'
import { router } from './router'

sweepDrafts()
whenSignedOut(() => {
  session.drop()
  const here = router.currentRoute.value
  // Before the first page stands, the router's own guard asks for the login.
  if (here.matched.length && here.name !== 'login') void router.replace({ name: 'login', query: { back: here.fullPath } })
})
createApp(App).use(router).mount('#app')
