import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import type { NetlatchError } from '../../../packages/core/src/errors.ts'
import { findPlatform } from '../../../packages/core/src/platforms/index.ts'
import type { Platform } from '../../../packages/core/src/platforms/platform.ts'
import { openSession } from '../../../packages/core/src/session/open-session.ts'
import { ios, opened, plain } from '../../support/scripted-session.ts'
import { scriptedShell } from './scripted-shell.ts'

describe('opening a session', () => {
  it('sends nothing until a command is asked for', async () => {
    const { session, shell } = await opened([{ shows: 'Welcome\r\nsw1>' }], ios)
    assert.equal(shell.written, '')
    assert.deepEqual([session.prompt, session.hostname, session.privilege], ['sw1>', 'sw1', 'user'])
  })

  it('quotes what the device shows and the pattern when no prompt comes', async () => {
    const shell = scriptedShell([{ shows: 'Choose a menu item: ' }])
    await assert.rejects(openSession(shell, plain, { promptTimeoutMs: 30 }), (error: NetlatchError) => {
      assert.equal(error.code, 'PROMPT_NOT_FOUND')
      assert.match(error.message, /Choose a menu item:/)
      assert.ok(error.message.includes(plain.prompt))
      return true
    })
    assert.ok(shell.isClosed)
  })

  it('stops listening to a device that never stops talking', async () => {
    const shell = scriptedShell([{ shows: 'la la la\r\n'.repeat(200_000) }], () => 32_768)
    await assert.rejects(openSession(shell, plain), { code: 'PROMPT_NOT_FOUND' })
  })

  it('says that the session was lost when the device hangs up', async () => {
    const shell = scriptedShell([{ shows: 'All lines are busy\r\n' }])
    const opening = openSession(shell, plain)
    setImmediate(() => setImmediate(() => setImmediate(() => shell.close())))
    await assert.rejects(
      opening,
      (error: NetlatchError) => error.code === 'SESSION_LOST' && /All lines/.test(error.message),
    )
  })

  it('answers the questions of the login, each not more often than it is asked', async () => {
    const question = 'Press any key to continue'
    const platform = findPlatform('hp_procurve') as Platform
    const script = [{ shows: question }, { sent: ' ', shows: '\x1b[2J\x1b[24;1H\x1b[2K\x1b[24;1HHP-2530# ' }]
    const { shell, session } = await opened(script, platform, () => 1)
    assert.equal(session.prompt, 'HP-2530#')
    assert.equal(shell.written, ' ')
  })

  it('stops at once when it is told to', async () => {
    const shell = scriptedShell([{ shows: '' }])
    const stop = new AbortController()
    const opening = openSession(shell, plain, { signal: stop.signal })
    stop.abort(new Error('enough'))
    await assert.rejects(opening, /enough/)
    assert.ok(shell.isClosed)
    const late = scriptedShell([{ shows: 'sw1#' }])
    await assert.rejects(openSession(late, plain, { signal: stop.signal }), /enough/)
    assert.ok(late.isClosed)
  })
})
