import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

/** Starts the demo as people do, but for an end of its own: an address is printed, and nothing is left running. */
const demo = fileURLToPath(new URL('demo.ts', import.meta.url))
const title = 'the demo opens a window on the demo fleet, prints its address, and leaves nothing running'
try {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--conditions=@netlatch/source', '--disable-warning=ExperimentalWarning', demo, '--once'],
    { timeout: 180_000 },
  )
  const [, address] = /^\d\d simulated devices .*\nOpen (http:\/\/127\.0\.0\.1:\d+)\/\?folder=/.exec(stdout) ?? []
  assert.ok(address !== undefined, stdout)
  await assert.rejects(fetch(address), 'the address answers no more')
  process.stdout.write(`    ✔ ${title}\n\n  1 passing\n`)
} catch (error) {
  process.stdout.write(`    ✗ ${title}\n\n  0 passing\n  1 failing\n\n${String(error)}\n`)
  process.exitCode = 1
}
