import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { describe, it } from 'mocha'
import { findPlatform } from '../../../packages/core/src/platforms/index.ts'
import type { Platform } from '../../../packages/core/src/platforms/platform.ts'
import { Secret } from '../../../packages/core/src/secret.ts'
import { openSession } from '../../../packages/core/src/session/open-session.ts'
import type { Session } from '../../../packages/core/src/session/session.ts'
import {
  bytewise,
  type Cut,
  randomCuts,
  type ScriptedShell,
  type ScriptStep,
  scriptedShell,
  whole,
} from './scripted-shell.ts'

const platform: Platform = { ...(findPlatform('cisco_ios') as Platform), onOpen: [] }
const word = randomBytes(9).toString('base64url')
const secret = new Secret(word)
const asked: ScriptStep = { sent: 'enable\n', shows: 'enable\r\nPassword: ' }

async function opened(
  script: readonly ScriptStep[],
  cut: Cut = whole,
): Promise<{ session: Session; shell: ScriptedShell }> {
  const shell = scriptedShell(script, cut)
  return { shell, session: await openSession(shell, platform, { promptTimeoutMs: 1000 }) }
}

describe('the enable secret', () => {
  it('is sent once, to the question behind our own command', async () => {
    for (const cut of [whole, bytewise, randomCuts(7, 4)]) {
      const { session, shell } = await opened([{ shows: 'sw1>' }, asked, { sent: `${word}\n`, shows: '\r\nsw1#' }], cut)
      assert.equal(await session.enable(secret), 'privileged')
      assert.equal(shell.written, `enable\n${word}\n`)
      assert.equal(session.privilege, 'privileged')
    }
  })

  it('stays where the prompt is privileged already', async () => {
    const { session, shell } = await opened([{ shows: 'sw1#' }])
    assert.equal(await session.enable(secret), 'unsent')
    assert.equal(shell.written, '')
  })

  it('stays where the device asks for none', async () => {
    const { session, shell } = await opened([{ shows: 'sw1>' }, { sent: 'enable\n', shows: 'enable\r\nsw1#' }])
    assert.equal(await session.enable(secret), 'unsent')
    assert.equal(session.privilege, 'privileged')
    assert.ok(!shell.written.includes(word))
  })

  for (const [what, script] of [
    ['a banner', [{ shows: 'Password: \r\nsw1>' }, { sent: 'enable\n', shows: 'enable\r\n% No password set\r\nsw1>' }]],
    [
      'a message before the question',
      [{ shows: 'sw1>' }, { sent: 'enable\n', shows: 'enable\r\nssh sw2\r\nPassword: ' }],
    ],
    ['a question before the echo', [{ shows: 'sw1>' }, { sent: 'enable\n', shows: '\r\nPassword: ' }]],
    ['a question for a user name', [{ shows: 'sw1>' }, { sent: 'enable\n', shows: 'enable\r\nUsername: ' }]],
    [
      'a line that only contains the question',
      [{ shows: 'sw1>' }, { sent: 'enable\n', shows: 'enable\r\nset Password: ' }],
    ],
  ] as const) {
    it(`is not drawn out by ${what}`, async () => {
      for (const cut of [whole, bytewise]) {
        const { session, shell } = await opened(script, cut)
        assert.equal(await session.enable(secret, { timeoutMs: 40 }), 'unsent')
        assert.ok(!shell.written.includes(word), shell.written)
      }
    })
  }

  it('is refused when the device is back at its prompt, with a message or without', async () => {
    for (const says of ['% Access denied\r\n\r\n', '% Bad secrets\r\n', '']) {
      const { session, shell } = await opened([
        { shows: 'sw1>' },
        asked,
        { sent: `${word}\n`, shows: `\r\n${says}sw1>` },
      ])
      assert.equal(await session.enable(secret), 'refused')
      assert.equal(session.privilege, 'user')
      assert.equal(shell.isClosed, false)
    }
  })

  it('is not sent again when the device asks again, and nothing else is', async () => {
    for (const cut of [whole, bytewise]) {
      const { session, shell } = await opened(
        [{ shows: 'sw1>' }, asked, { sent: `${word}\n`, shows: '\r\nPassword: ' }],
        cut,
      )
      assert.equal(await session.enable(secret), 'refused')
      assert.ok(shell.isClosed)
      await session[Symbol.asyncDispose]()
      assert.equal(shell.written, `enable\n${word}\n`)
    }
  })

  it('leaves it unclear when nothing comes back, and quotes nothing', async () => {
    const { session } = await opened([{ shows: 'sw1>' }, asked, { sent: `${word}\n`, shows: `${word}\r\n` }])
    assert.equal(await session.enable(secret, { timeoutMs: 40 }), 'unclear')
    await assert.rejects(session.run('show clock'), (error: Error) => {
      assert.ok(!JSON.stringify({ ...error, message: error.message }).includes(word))
      return true
    })
  })

  it('leaves it unclear when the device hangs up on it', async () => {
    const { session, shell } = await opened([{ shows: 'sw1>' }, asked])
    const write = shell.write.bind(shell)
    shell.write = (text) => {
      write(text)
      if (text.includes(word)) setImmediate(() => shell.close())
    }
    assert.equal(await session.enable(secret), 'unclear')
  })

  it('is not sent after its deadline, nor after an abort', async () => {
    const late = await opened([{ shows: 'sw1>' }, asked])
    assert.equal(await late.session.enable(secret, { sendBefore: performance.now() - 1 }), 'unsent')
    const stopped = await opened([{ shows: 'sw1>' }, asked])
    assert.equal(await stopped.session.enable(secret, { signal: AbortSignal.abort() }), 'unsent')
    for (const { shell } of [late, stopped]) assert.ok(!shell.written.includes(word))
  })

  it('is not sent when it holds a key that would run it', async () => {
    const { session, shell } = await opened([{ shows: 'sw1>' }, asked])
    assert.equal(await session.enable(new Secret(`${word}\nreload`)), 'unsent')
    assert.equal(shell.written, 'enable\n')
  })

  it('is followed by the preparation again: some devices take it only now', async () => {
    const asa = findPlatform('cisco_asa') as Platform
    const script = [
      { shows: 'fw1> ' },
      { sent: 'terminal pager 0\n', shows: 'terminal pager 0\r\nERROR: % Invalid input\r\nfw1> ' },
      { sent: '    \n', shows: '    \r\nfw1> ' },
      { sent: 'enable\n', shows: 'enable\r\nPassword: ' },
      { sent: `${word}\n`, shows: '*****\r\nfw1# ' },
      { sent: 'terminal pager 0\n', shows: 'terminal pager 0\r\nfw1# ' },
      { sent: 'show clock\n', shows: 'show clock\r\n10:00\r\nfw1# ' },
      { sent: '    \n', shows: '    \r\nfw1# ' },
    ]
    const session = await openSession(scriptedShell(script, randomCuts(3, 5)), asa)
    assert.equal(await session.enable(secret), 'privileged')
    assert.equal((await session.run('show clock', { timeoutMs: 1000 })).output, '10:00\n')
  })
})
