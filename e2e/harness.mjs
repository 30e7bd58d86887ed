// One server with a freshly filled demonstration county for all files, one browser
// a file, a context a test. TIAOJIETAI_BIN and CHROMIUM are set by `make e2e`;
// TIAOJIETAI_URL by run.mjs, which starts the server.
import { spawn, spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from 'playwright-core'

const bin = process.env.TIAOJIETAI_BIN ?? new URL('../bin/tiaojietai', import.meta.url).pathname

/** Where the demonstration's clock stands when the server starts. */
export const NOW = '2026-11-02T09:00:00+08:00'

/**
 * Starts the demonstration on a free port; stop() ends it and removes its data.
 * Filling takes most of a minute: TIAOJIETAI_FILLED names a directory that
 * `demo --fill-only` filled at NOW, of which a copy is then served.
 */
export async function startServer() {
  const dir = mkdtempSync(join(tmpdir(), 'tjt-e2e-'))
  const args = ['demo', '--data', dir, '--now', NOW]
  if (process.env.TIAOJIETAI_FILLED) cpSync(process.env.TIAOJIETAI_FILLED, dir, { recursive: true })
  const filled = spawnSync(bin, [...args, '--fill-only'], { encoding: 'utf8' })
  if (filled.status !== 0) throw new Error(`demo --fill-only: ${filled.stderr || filled.error}`)
  const port = await freePort()
  const child = spawn(bin, [...args, '--listen', `127.0.0.1:${port}`], { stdio: ['ignore', 'pipe', 'pipe'] })
  let log = ''
  child.stdout.on('data', (d) => (log += d))
  child.stderr.on('data', (d) => (log += d))
  const url = `http://127.0.0.1:${port}`
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      const ended = new Promise((done) => child.once('exit', done))
      child.kill('SIGTERM')
      await ended
    }
    rmSync(dir, { recursive: true, force: true })
  }
  try {
    await ready(url, child)
  } catch (e) {
    await stop()
    throw new Error(`${e.message}\n${log}`)
  }
  return { url, stop, log: () => log }
}

/** The address of the server that run.mjs started. */
export function serverUrl() {
  const url = process.env.TIAOJIETAI_URL
  if (!url) throw new Error('no server: run the tests with `npm test` (or `npm test -- desk.test.mjs`)')
  return url
}

/** Starts Debian's Chromium; its sandbox does not work for root. */
export function startBrowser() {
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] })
}

/** A page in a context of its own, as a clerk's screen shows it, without movement. */
export async function newPage(browser, url, { width = 1440, height = 900 } = {}) {
  const context = await browser.newContext({ baseURL: url, locale: 'zh-CN', timezoneId: 'Asia/Shanghai', viewport: { width, height } })
  context.setDefaultTimeout(Number(process.env.E2E_TIMEOUT ?? 15_000))
  await context.addInitScript(() => addEventListener('DOMContentLoaded', () => {
    const still = document.createElement('style')
    still.textContent = '*, *::before, *::after { transition-duration: 0s !important; animation-duration: 0s !important; }'
    document.head.append(still)
  }))
  return context.newPage()
}

async function ready(url, child) {
  for (const end = Date.now() + 30_000; Date.now() < end; ) {
    if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}`)
    if (await fetch(`${url}/readyz`).then((r) => r.ok, () => false)) return
    await new Promise((done) => setTimeout(done, 100))
  }
  throw new Error('the server was not ready within 30 seconds')
}

function freePort() {
  return new Promise((done, fail) => {
    const s = createServer()
    s.on('error', fail)
    s.listen(0, '127.0.0.1', () => {
      const { port } = s.address()
      s.close(() => done(port))
    })
  })
}
