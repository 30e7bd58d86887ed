// Starts the server once, runs the test files against it, and gives their exit
// status. `node run.mjs desk.test.mjs` runs one file; more than one name may be given.
import { spawn } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { startServer } from './harness.mjs'

const here = new URL('.', import.meta.url).pathname
const named = process.argv.slice(2)
const files = named.length ? named : readdirSync(here).filter((f) => f.endsWith('.test.mjs')).sort()
const server = await startServer()
const child = spawn(process.execPath, ['--test', '--test-concurrency=1', ...files], {
  cwd: here, stdio: 'inherit', env: { ...process.env, TIAOJIETAI_URL: server.url },
})
for (const s of ['SIGINT', 'SIGTERM']) process.on(s, () => child.kill(s))
const status = await new Promise((done) => child.once('exit', (code) => done(code ?? 1)))
await server.stop()
if (/panic|"level":"ERROR"|level=ERROR/.test(server.log())) {
  console.error(`the server logged errors:\n${server.log().split('\n').filter((l) => /panic|ERROR/.test(l)).slice(0, 20).join('\n')}`)
  process.exitCode = 1
} else process.exitCode = status
