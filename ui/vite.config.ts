import { fileURLToPath } from 'node:url'
import vue from '@vitejs/plugin-vue'
import type { Plugin } from 'vite'
import { VitePWA } from 'vite-plugin-pwa'
import { defineConfig } from 'vitest/config'

// The running server to develop against (`tiaojietai demo`).
const api = process.env.TIAOJIETAI_API ?? 'http://127.0.0.1:8080'
const page = (name: string) => fileURLToPath(new URL(name, import.meta.url))

// The files of the phone app: all that field.html may ever load, and nothing of
// the desk. Only these are kept on the phone.
const fieldFiles = new Set<string>()
function collectFieldFiles(): Plugin {
  return {
    name: 'field-files',
    apply: 'build',
    generateBundle(_, bundle) {
      const todo = Object.values(bundle).filter((c) => c.type === 'chunk' && c.isEntry && c.facadeModuleId === page('field.html')).map((c) => c.fileName)
      for (let f = todo.pop(); f; f = todo.pop()) {
        const c = bundle[f]
        if (fieldFiles.has(f) || !c) continue
        fieldFiles.add(f)
        if (c.type !== 'chunk') continue
        todo.push(...c.imports, ...c.dynamicImports)
        for (const css of c.viteMetadata?.importedCss ?? []) fieldFiles.add(css)
        for (const asset of c.viteMetadata?.importedAssets ?? []) fieldFiles.add(asset)
      }
    },
  }
}

// The service worker keeps the shell only. It is never asked to keep an answer of
// the API: those name people.
const pwa = VitePWA({
  filename: 'm/sw.js',
  scope: '/m/',
  injectRegister: false,
  manifest: false, // lies in public/m; the desk's page must not get it as well
  workbox: {
    globPatterns: ['field.html', 'favicon.svg', 'assets/**/*.{js,css,svg,png,woff2}'],
    manifestTransforms: [async (entries) => ({
      manifest: entries.filter((e) => !e.url.startsWith('assets/') || fieldFiles.has(e.url)).map((e) => ({ ...e, url: `/${e.url}` })), warnings: [],
    })],
    navigateFallback: '/field.html',
    navigateFallbackAllowlist: [/^\/m(\/|$)/],
    cleanupOutdatedCaches: true,
    sourcemap: false,
    inlineWorkboxRuntime: true,
  },
})

export default defineConfig({
  plugins: [vue(), collectFieldFiles(), pwa],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  server: { host: '127.0.0.1', port: 5173, proxy: { '/api': api } },
  build: {
    outDir: 'dist', emptyOutDir: true, chunkSizeWarningLimit: 700, modulePreload: { polyfill: false },
    target: ['chrome85', 'edge85', 'firefox90', 'safari14'], // a phone of six years ago
    rolldownOptions: { input: { desk: page('index.html'), field: page('field.html') } },
  },
  test: {
    environment: 'happy-dom',
    include: ['src/**/*.test.ts'],
    server: { deps: { inline: ['element-plus'] } },
  },
})
