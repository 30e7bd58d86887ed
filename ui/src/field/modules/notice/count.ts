import { onMounted, ref } from 'vue'
import { noticeSummary } from './notices'

/** How many notices are unread; 0 while unknown or without network. */
export function useNoticeCount() {
  const n = ref(0)
  onMounted(async () => {
    n.value = (await noticeSummary().catch(() => null))?.unread ?? 0
  })
  return n
}
