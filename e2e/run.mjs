// Starts the server once, runs the test files against it, and gives their exit
// status. `node run.mjs desk.test.mjs` runs one file; more than one name may be given.
import { spawn } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { startServer } from './harness.mjs'

const here = new URL('.', import.meta.url).pathname
const named = process.argv.slice(2)
const files = named.length ? named : readdirSync(here).filter((f) => f.endsWith('.test.mjs')).sort()
const server = await startServer()
const child = spawn(process.execPath, ['--test', '--test-concurrency=1', '--test-reporter=spec', ...files], {
  cwd: here, stdio: 'inherit', env: { ...process.env, TIAOJIETAI_URL: server.url },
})
for (const s of ['SIGINT', 'SIGTERM']) process.on(s, () => child.kill(s))
const status = await new Promise((done) => child.once('exit', (code) => done(code ?? 1)))
await server.stop()
// Nothing the tests do may break the server inside; a page left before its answer came is no error.
const broken = server.log().split('\n').filter((l) => /panic|level=ERROR/.test(l) && !/context canceled/.test(l))
if (broken.length) console.error(`the server logged errors:\n${broken.slice(0, 20).join('\n')}`)
process.exitCode = broken.length ? 1 : status
