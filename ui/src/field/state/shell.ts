/** Keeps the app's own files on the phone. A new version is fetched quietly and
 * takes over at the next start, never while somebody writes. */
export function keepShell(): void {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return
  void navigator.serviceWorker.register('/m/sw.js', { scope: '/m/' }).then((r) => {
    if (!r.waiting || !navigator.serviceWorker.controller) return
    // Waiting since the last visit: nothing is typed yet in this one.
    navigator.serviceWorker.addEventListener('controllerchange', () => location.reload(), { once: true })
    r.waiting.postMessage({ type: 'SKIP_WAITING' })
  }).catch(() => {
    // Not over HTTPS, or forbidden: the app works all the same, only not without network.
  })
}
