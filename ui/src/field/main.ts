import './old'
import { createApp } from 'vue'
import { whenSignedOut } from '@/shared/api/client'
import { sweepDrafts } from '@/shared/state/draft'
import { session } from '@/shared/state/session'
import '@/shared/tokens.css'
import '@/shared/base.css'
import './vant'
import './field.css'
import App from './App.vue'
import { router } from './router'
import { applyType } from './state/bigType'
import { keepShell } from './state/shell'

applyType()
sweepDrafts()
whenSignedOut(() => {
  session.drop()
  const here = router.currentRoute.value
  if (here.matched.length && here.name !== 'login') void router.replace({ name: 'login', query: { back: here.fullPath } })
})
createApp(App).use(router).mount('#app')
keepShell()
