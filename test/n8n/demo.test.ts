import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { describe, it } from 'mocha'

describe('npm run demo:n8n', () => {
  it('starts n8n with the fleet and the workflows, says where and as whom, and ends with all of it', async function () {
    this.timeout(600_000)
    const demo = fileURLToPath(new URL('../demo/demo-n8n.ts', import.meta.url))
    const child = spawn(process.execPath, ['--conditions=@netlatch/source', demo], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let said = ''
    const isReady = new Promise<void>((resolve, reject) => {
      child.stdout.on('data', (chunk: Buffer) => {
        said += chunk.toString()
        if (said.includes('A good start')) resolve()
      })
      child.once('exit', () => reject(new Error(`it ended: ${said}`)))
    })
    await isReady
    assert.match(said, /39 simulated devices/)
    const [, url = ''] = /n8n\S* +(http:\/\/127\.0\.0\.1:\d+)/.exec(said) ?? []
    assert.match(said, /user {3}\S+\npassword {3}\S+\n/)
    assert.ok((await fetch(`${url}/healthz`)).ok)
    const exit = once(child, 'exit')
    child.kill('SIGINT')
    assert.deepEqual(await exit, [0, null])
    await assert.rejects(fetch(`${url}/healthz`))
  })
})
