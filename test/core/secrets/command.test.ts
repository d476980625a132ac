import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { before, describe, it } from 'mocha'
import { createCommandProvider, splitWords } from '../../../packages/core/src/secrets/command.ts'
import { awkwardPassword, describeTemplateProvider, wholeLogin } from '../../support/secret-provider-conformance.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { deviceOf } from '../../support/temporary-vault.ts'

describe('command: references', () => {
  const folder = temporaryFolder()
  const env = {
    PATH: process.env.PATH,
    NETLATCH_IDENTITY: 'AGE-SECRET-KEY-1X',
    NETLATCH_PASSPHRASE: 'ph',
    KEPT: 'kept',
  }
  const provider = (timeoutMs?: number) =>
    createCommandProvider({ folder: folder(), env, ...(timeoutMs && { timeoutMs }) })
  const password = (reference: string, timeoutMs?: number, options = {}) =>
    provider(timeoutMs).use(reference, deviceOf(), async (secret) => secret.password?.reveal(), options)

  before(async () => {
    await writeFile(join(folder(), 'password'), awkwardPassword)
    await writeFile(join(folder(), 'login.json'), JSON.stringify(wholeLogin))
    await writeFile(join(folder(), 'core-1'), 'of core-1')
  })

  describeTemplateProvider(async () => ({
    provider: provider(),
    password: 'command:cat password',
    login: 'command:cat login.json',
    absent: 'command:true',
    broken: 'command:no-such-program-here',
    template: 'command:cat {name}',
  }))

  it('starts no shell: nothing is expanded', async () => {
    assert.equal(await password("command:printf %s $KEPT;id|cat '*' `id` $(id)"), '$KEPT;id|cat*`id`$(id)')
    assert.deepEqual(splitWords(`pass show "my vault"/core 'a "b"' x"y"z ""`), [
      'pass',
      'show',
      'my vault/core',
      'a "b"',
      'xyz',
      '',
    ])
    assert.equal(splitWords('pass "open'), undefined)
  })

  it('keeps the keys of the vault from the program', async () => {
    const seen = (await password('command:env')) ?? ''
    assert.match(seen, /KEPT=kept/)
    assert.doesNotMatch(seen, /NETLATCH_IDENTITY|NETLATCH_PASSPHRASE/)
  })

  it('says how a program ended, and nothing that it wrote', async () => {
    const failing = `command:sh -c 'echo hunter2; echo hunter3 >&2; exit 3'`
    await assert.rejects(password(failing), (error: Error) => {
      assert.match(error.message, /^core-1: command:sh ended with exit code 3\.$/)
      return 'code' in error && error.code === 'SECRET_UNAVAILABLE'
    })
    await assert.rejects(password('command:yes'), { code: 'SECRET_UNAVAILABLE', message: /more than a secret/ })
  })

  it('ends a program that takes too long, with everything it started', async () => {
    const pidFile = join(folder(), 'pid')
    const slow = `command:sh -c 'sleep 60 & echo $! > ${pidFile}; wait'`
    await assert.rejects(password(slow, 300), { code: 'SECRET_UNAVAILABLE', message: /did not answer in 0\.3 s/ })
    await assertGone(Number(await readFile(pidFile, 'utf8')))
  })

  it('ends the program when the call is aborted', async () => {
    const controller = new AbortController()
    const reason = new Error('stopped')
    const call = password('command:sleep 60', undefined, { signal: controller.signal })
    controller.abort(reason)
    await assert.rejects(call, (error) => error === reason)
  })

  /** A killed process stays visible until somebody reaps it: a zombie is gone enough. */
  async function assertGone(pid: number): Promise<void> {
    for (let tries = 0; tries < 100; tries++) {
      const status = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
      if (status === '' || / Z /.test(status)) return
      await setTimeout(20)
    }
    assert.fail(`process ${pid} is still there`)
  }
})
