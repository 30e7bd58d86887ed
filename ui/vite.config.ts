import { fileURLToPath } from 'node:url'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'
import { mock } from './dev/mock'

// TIAOJIETAI_API names a running server to develop against; without it the dev
// server answers from dev/mock.ts.
const api = process.env.TIAOJIETAI_API

export default defineConfig({
  plugins: [vue(), ...(api ? [] : [mock()])],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  server: { host: '127.0.0.1', port: 5173, proxy: api ? { '/api': api } : undefined },
  build: { outDir: 'dist', emptyOutDir: true, chunkSizeWarningLimit: 700, modulePreload: { polyfill: false } },
  test: {
    environment: 'happy-dom',
    include: ['src/**/*.test.ts'],
    server: { deps: { inline: ['element-plus'] } },
  },
})
