import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { NetlatchError } from '../../../packages/core/src/errors.ts'
import { answers, challenge, opened, plain } from '../../support/scripted-session.ts'

describe('a command', () => {
  it('must be one line', async () => {
    const { session, shell } = await opened([{ shows: 'sw1#' }])
    for (const command of ['show run\nreload', 'show\x03', '', '  ', 'a\rb'])
      await assert.rejects(session.run(command), { code: 'USAGE' })
    assert.equal(shell.written, '')
  })

  it('that takes too long ends the session', async () => {
    const { session, shell } = await opened([{ shows: 'sw1#' }, { sent: 'show tech\n', shows: 'show tech\r\nhalf' }])
    await assert.rejects(session.run('show tech', { timeoutMs: 30 }), (error: NetlatchError) => {
      assert.equal(error.code, 'COMMAND_TIMED_OUT')
      assert.match(error.message, /half/)
      return true
    })
    assert.ok(shell.isClosed)
    await assert.rejects(session.run('show clock'), NetlatchError)
  })

  it('with too long an answer ends the session, its bytes and its blanks counted', async () => {
    for (const flood of ['x'.repeat(3000), '\x1b[400Gx\r\n'.repeat(50)]) {
      const { session } = await opened([{ shows: 'sw1#' }, { sent: 'a\n', shows: `a\r\n${flood}` }])
      await assert.rejects(session.run('a', { maxBytes: 2000 }), { code: 'OUTPUT_TOO_LARGE' })
    }
  })

  it('has its bytes to itself', async () => {
    const flood = `${'x'.repeat(1500)}\r\n`
    const { session } = await opened([{ shows: 'sw1#' }, answers('a', flood), answers('b', flood), challenge])
    assert.equal((await session.runAll(['a', 'b'], { maxBytes: 2000 })).length, 2)
  })

  it('is not sent any more to a device that talks without end and without being asked', async () => {
    const { session, shell } = await opened([{ shows: 'sw1#' }], plain, () => 65_536)
    shell.show('spam\r\n'.repeat(400_000))
    while (!shell.isClosed) await new Promise((resolve) => setImmediate(resolve))
    await assert.rejects(session.run('a'), { code: 'SESSION_LOST' })
  })

  it('stops at once when it is told to', async () => {
    const { session, shell } = await opened([{ shows: 'sw1#' }])
    const stop = new AbortController()
    const running = session.run('show tech', { signal: stop.signal })
    setImmediate(() => stop.abort(new Error('enough')))
    await assert.rejects(running, /enough/)
    assert.ok(shell.isClosed)
  })

  it('says good-bye at the prompt, and only there', async () => {
    const { session, shell } = await opened([{ shows: 'sw1#' }])
    await session[Symbol.asyncDispose]()
    assert.equal(shell.written, 'exit\n')
    const other = await opened([{ shows: 'sw1#' }, { sent: 'a\n', shows: 'a\r\n' }])
    await assert.rejects(other.session.run('a', { timeoutMs: 20 }))
    await other.session[Symbol.asyncDispose]()
    assert.equal(other.shell.written, 'a\n')
  })
})
