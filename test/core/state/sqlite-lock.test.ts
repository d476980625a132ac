import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, it } from 'mocha'
import { NetlatchError } from '../../../packages/core/src/errors.ts'
import { openStateStore } from '../../../packages/core/src/state/open-state-store.ts'
import type { StateStore } from '../../../packages/core/src/state/state-store.ts'
import { attemptRequest } from '../../support/attempt-requests.ts'
import { temporaryFolder } from '../../support/sqlite-under-test.ts'

const holderScript = fileURLToPath(new URL('../../support/lock-holder.ts', import.meta.url))

describe('state file that another program has locked', () => {
  let folder: string
  let path: string
  let store: StateStore
  let holder: ChildProcess | undefined

  beforeEach(async () => {
    folder = await temporaryFolder()
    path = join(folder, 'state.db')
  })

  afterEach(async () => {
    await release()
    await store[Symbol.asyncDispose]()
    await rm(folder, { recursive: true, force: true })
  })

  async function openLocked(waitMs: number): Promise<void> {
    const program = { program: 'netlatch', user: 'operator' }
    store = await openStateStore({ url: `sqlite:${path}`, workspace: 'office', program, waitMs })
    const child = spawn(process.execPath, [holderScript, path], { stdio: ['pipe', 'pipe', 'inherit'] })
    holder = child
    await once(child.stdout, 'data')
  }

  async function release(): Promise<void> {
    if (!holder) return
    const ended = once(holder, 'exit')
    holder.stdin?.end()
    await ended
    holder = undefined
  }

  function isBusy(sentence: RegExp) {
    return (error: unknown) => {
      assert.ok(error instanceof NetlatchError, String(error))
      assert.equal(error.code, 'STATE_BUSY')
      assert.match(
        error.message,
        /^state\.db is in use by n8n \(pid 4121, host netops-1\) and did not answer in 0\.4 s\. /,
      )
      assert.match(error.message, sentence)
      return true
    }
  }

  it('says who holds it, and that nothing was sent', async () => {
    await openLocked(400)
    await assert.rejects(store.reserve(attemptRequest('sw-1')), isBusy(/Nothing was sent\.$/))
    await assert.rejects(
      store.saveVaultPin({ vaultId: '', fingerprint: '', epoch: 1, revs: {} }),
      isBusy(/Nothing was written\.$/),
    )
    const lost = { id: 'x', ground: 'unknown', validForMs: 1 } as const
    await assert.rejects(
      store.finish(lost, 'ok'),
      isBusy(/The attempt counts as failed once its deadline has passed\.$/),
    )
  })

  it('leaves the event loop and the readers of this program free', async () => {
    await openLocked(2_000)
    let turns = 0
    const ticking = setInterval(() => {
      turns += 1
    }, 1)
    let waiting = true
    const refused = assert.rejects(store.reserve(attemptRequest('sw-1'))).finally(() => {
      waiting = false
    })
    await sleep(50)
    for (let i = 0; i < 3; i++) await store.devices()
    assert.ok(waiting, 'answered while the reservation was waiting')
    await refused
    clearInterval(ticking)
    // SQLite waits at most 10 ms in one go, so 2 s of waiting are many turns; held up, there would be one or two.
    assert.ok(turns >= 5, `${turns} turns`)
  })

  it('is used as soon as it is free', async () => {
    await openLocked(10_000)
    const verdicts = [store.reserve(attemptRequest('sw-1')), store.reserve(attemptRequest('sw-2'))]
    await release()
    assert.deepEqual(
      (await Promise.all(verdicts)).map(({ granted }) => granted),
      [true, false],
    )
  })

  it('is opened all the same to read', async () => {
    await openLocked(400)
    const program = { program: 'netlatch', user: 'operator' }
    const reader = await openStateStore({ url: `sqlite:${path}`, workspace: 'office', program, waitMs: 400 })
    assert.equal((await reader.runs()).length, 1)
    assert.equal((await reader.preview([attemptRequest('sw-1')]))[0]?.granted, true)
    await reader[Symbol.asyncDispose]()
  })
})
