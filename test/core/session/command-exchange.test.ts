import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { findPlatform } from '../../../packages/core/src/platforms/index.ts'
import type { Platform } from '../../../packages/core/src/platforms/platform.ts'
import { openSession } from '../../../packages/core/src/session/open-session.ts'
import { answers, challenge, ios, opened, plain } from '../../support/scripted-session.ts'
import { bytewise, type ScriptStep, scriptedShell, whole } from './scripted-shell.ts'

describe('a command', () => {
  it('travels together with the preparation, in one write', async () => {
    const script = [
      { shows: 'sw1#' },
      answers('terminal length 0', ''),
      answers('terminal width 511', ''),
      answers('show clock', '10:00\r\n'),
      challenge,
    ]
    const shell = scriptedShell(script)
    const writes: string[] = []
    const write = shell.write.bind(shell)
    shell.write = (text) => {
      writes.push(text)
      write(text)
    }
    const session = await openSession(shell, ios)
    assert.equal((await session.run('show clock')).output, '10:00\n')
    assert.deepEqual(writes, ['terminal length 0\nterminal width 511\nshow clock\n', '    \n'])
  })

  it('is over without a challenge when its output is complete by itself', async () => {
    const { session, shell } = await opened([{ shows: 'sw1#' }, answers('show run', 'hostname sw1\r\nend\r\n')])
    const answer = await session.run('show run', { isComplete: (output) => output.endsWith('end\n') })
    assert.equal(answer.output, 'hostname sw1\nend\n')
    assert.equal(shell.written, 'show run\n')
  })

  it('is challenged where the output is not complete at a line that looks like the prompt', async () => {
    const script = [
      { shows: 'sw1#' },
      { sent: 'show run\n', shows: 'show run\r\nbanner x\r\nsw1#' },
      { sent: '    \n', shows: '\r\nend\r\nsw1#    \r\nsw1#' },
    ]
    const { session } = await opened(script)
    const answer = await session.run('show run', { isComplete: (output) => output.endsWith('end\n') })
    assert.equal(answer.output, 'banner x\nsw1#\nend\n')
  })

  it('takes the prompt of a device that swallows blanks for an end only after several challenges', async () => {
    const quiet: ScriptStep = { sent: '    \n', shows: '\r\nsw1#', repeats: true }
    const { session, shell } = await opened([{ shows: 'sw1#' }, answers('show clock', '10:00\r\n'), quiet])
    assert.equal((await session.run('show clock', { timeoutMs: 1000 })).output, '10:00\n')
    assert.equal(shell.written, `show clock\n${'    \n'.repeat(4)}`)
  })

  it('does not count what a device says to blanks as its output', async () => {
    const grumpy: ScriptStep = { sent: '    \n', shows: '    \r\nNo such command.\r\nsw1#', repeats: true }
    const { session } = await opened([{ shows: 'sw1#' }, answers('show clock', '10:00\r\n'), grumpy])
    assert.equal((await session.run('show clock')).output, '10:00\n')
  })

  it('keeps output that does not end with a line end apart from the prompt', async () => {
    const { session } = await opened([{ shows: 'sw1#' }, answers('a', 'abc'), answers('b', 'def'), challenge])
    assert.deepEqual(
      (await session.runAll(['a', 'b'])).map(({ output }) => output),
      ['abc', 'def'],
    )
  })

  for (const [how, echo] of [
    ['wrapped by the device at its width', 'sw1#show running-config | incl\r\nude hostname'],
    ['scrolled behind a dollar sign', 'sw1#show running-config \b\b\b\b\b\b\b\b\r\x1b[Ksw1#$fig | include hostname'],
    ['completed word by word', 'sw1#show running-config | include hostname-long'],
    ['redrawn after a log message', 'sw1#sh\r\n%LINK-3-UPDOWN: up\r\nsw1#show running-config | include hostname'],
  ] as const) {
    it(`is recognised when its echo is ${how}`, async () => {
      const command = 'show running-config | include hostname'
      const step = { sent: `${command}\n`, shows: `${echo.slice('sw1#'.length)}\r\nhostname sw1\r\nsw1#` }
      const { session } = await opened([{ shows: 'sw1#' }, step, challenge], { ...plain, onOpen: [] })
      assert.equal((await session.run(command, { timeoutMs: 1000 })).output, 'hostname sw1\n')
    })
  }

  it('learns the exact prompt from the echo, whatever the banner showed', async () => {
    const script = [
      { shows: 'see router>' },
      { sent: 'show clock\n', shows: '\r\ncore-sw1#show clock\r\n10:00\r\ncore-sw1#' },
      { ...challenge, shows: '    \r\ncore-sw1#' },
    ]
    const platform = { ...plain, prompt: '(?:see )?(?<host>[\\w-]+)[>#]' }
    const { session } = await opened(script, platform)
    assert.equal((await session.run('show clock', { timeoutMs: 1000 })).output, '10:00\n')
    assert.deepEqual([session.prompt, session.privilege], ['core-sw1#', 'privileged'])
  })

  it('does not take the rest of the real prompt for output, when a banner ended like it', async () => {
    const script = [
      { shows: 'type exit at\r\nsw1#' },
      { sent: 'show clock\n', shows: '\r\ncore-sw1#show clock\r\n10:00\r\ncore-sw1#' },
      { ...challenge, shows: '    \r\ncore-sw1#' },
    ]
    const { session } = await opened(script)
    assert.equal((await session.run('show clock', { timeoutMs: 1000 })).output, '10:00\n')
    assert.equal(session.hostname, 'core-sw1')
  })

  it('leaves nothing behind for the next one when it was challenged more than once', async () => {
    const script = [
      { shows: 'sw1#' },
      { sent: 'a\n', shows: 'a\r\nsw1#' },
      { sent: '    \n', shows: '\r\nsw1#' },
      { sent: '    \n', shows: 'x\r\nend\r\nsw1#    \r\nsw1#' },
      { shows: '    \r\nsw1#' },
      answers('b', 'y\r\n'),
      challenge,
    ]
    const { session } = await opened(script)
    assert.equal((await session.run('a', { timeoutMs: 1000 })).output, 'sw1#\nsw1#x\nend\n')
    assert.equal((await session.run('b', { timeoutMs: 1000 })).output, 'y\n')
  })

  it('may change the mode: the same host with another ending is the same device', async () => {
    const script = [
      { shows: 'sw1#' },
      answers('configure terminal', 'Enter configuration commands.\r\n', 'sw1(config)#'),
      { ...challenge, shows: '    \r\nsw1(config)#' },
    ]
    const { session } = await opened(script)
    await session.run('configure terminal')
    assert.equal(session.prompt, 'sw1(config)#')
  })

  it('gets the prompt back with an empty line after a message pushed it away', async () => {
    const script = [{ shows: 'sw1#' }, answers('a', ''), { sent: '    \n', shows: '    \r\nsw1#' }]
    const more = [{ sent: '\n', shows: '\r\nsw1#' }, answers('b', 'x\r\n'), challenge]
    const { session, shell } = await opened([...script, ...more])
    await session.run('a')
    shell.show('\r\n%SYS-5-RESTART: System restarted\r\n')
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)))
    assert.equal((await session.run('b', { timeoutMs: 1000 })).output, 'x\n')
  })

  it('is over only when the prompt came back for each challenge', async () => {
    const script = [
      { shows: 'sw1#' },
      { sent: 'a\n', shows: 'a\r\nsw1#' },
      { sent: '    \n', shows: '\r\nsw1#' },
      { sent: '    \n', shows: 'x\r\nend\r\nsw1#    \r\nsw1#' },
    ]
    const { session, shell } = await opened(script)
    let isOver = false
    const running = session.run('a').finally(() => {
      isOver = true
    })
    while (!shell.written.endsWith('    \n    \n')) await new Promise((resolve) => setImmediate(resolve))
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve))
    assert.equal(isOver, false)
    shell.show('    \r\nsw1#')
    assert.equal((await running).output, 'sw1#\nsw1#x\nend\n')
  })

  it('is read through a pager that does not rub itself out', async () => {
    const script = [
      { shows: 'sw1#' },
      { sent: 'a\n', shows: 'a\r\none\r\n--More--' },
      { sent: ' ', shows: '\r\ntwo\r\n--More--' },
      { sent: ' ', shows: 'three\r\n--More--' },
      { sent: ' ', shows: 'sw1#' },
      challenge,
    ]
    for (const cut of [whole, bytewise]) {
      const { session } = await opened(script, plain, cut)
      assert.equal((await session.run('a', { timeoutMs: 1000 })).output, 'one\ntwo\nthree\n')
    }
  })

  it('may enter a view that VRP writes behind the name', async () => {
    const script = [
      { shows: '<sw-1>' },
      answers('system-view', '', '[~sw-1]'),
      answers('interface vlanif 10', '', '[*sw-1-Vlanif10]'),
      { ...challenge, shows: '    \r\n[*sw-1-Vlanif10]' },
    ]
    const { session } = await opened(script, { ...(findPlatform('huawei') as Platform), onOpen: [] })
    await session.runAll(['system-view', 'interface vlanif 10'], { timeoutMs: 1000 })
    assert.equal(session.prompt, '[*sw-1-Vlanif10]')
  })

  it('is sent alone where the device throws away what is typed ahead', async () => {
    const script = [
      { shows: 'sw1#' },
      answers('terminal length 0', ''),
      answers('a', '1\r\n'),
      answers('b', '2\r\n'),
      challenge,
    ]
    const platform: Platform = { ...plain, onOpen: ['terminal length 0'], typeAhead: 'lost' }
    const { session, shell } = await opened(script, platform)
    const sent: string[] = []
    const write = shell.write.bind(shell)
    shell.write = (text) => {
      sent.push(text)
      write(text)
    }
    await session.runAll(['a', 'b'])
    assert.deepEqual(sent, ['terminal length 0\n', 'a\n', 'b\n', '    \n'])
  })

  it('travels with others only where all of them only read', async () => {
    const commands = ['show a', 'show b', 'clear c']
    const script = [{ shows: 'sw1#' }, ...commands.map((command) => answers(command, '')), challenge]
    const { session, shell } = await opened(script)
    const sent: string[] = []
    const write = shell.write.bind(shell)
    shell.write = (text) => {
      sent.push(text)
      write(text)
    }
    await session.runAll(commands)
    assert.deepEqual(sent, ['show a\n', 'show b\n', 'clear c\n', '    \n'])
  })

  it('tells the line with which the device refused it, and not one that a configuration quotes', async () => {
    const refusal = "            ^\r\n% Invalid input detected at '^' marker.\r\n\r\n"
    const text = Array.from({ length: 40 }, (_, line) => `line ${line}\r\n`)
    const quoting = [...text.slice(0, 20), '% Invalid input in a banner\r\n', ...text.slice(20)].join('')
    const { session } = await opened([
      { shows: 'sw1#' },
      answers('shw', refusal),
      answers('show run', quoting),
      challenge,
    ])
    const [first, second] = await session.runAll(['shw', 'show run'])
    assert.equal(first?.error, "% Invalid input detected at '^' marker.")
    assert.equal(second?.error, undefined)
  })

  it('tells a refusal behind a long answer too, as its fourth last line at the most', async () => {
    const text = Array.from({ length: 40 }, (_, line) => `line ${line}\r\n`).join('')
    const refusal = '% Error in reading\r\n'
    const { session } = await opened([
      { shows: 'sw1#' },
      answers('show a', `${text}${refusal}\r\na\r\nb\r\n\r\nc\r\n`),
      answers('show b', `${text}${refusal}a\r\nb\r\nc\r\nd\r\n`),
      challenge,
    ])
    const [first, second] = await session.runAll(['show a', 'show b'])
    assert.equal(first?.error, '% Error in reading')
    assert.equal(second?.error, undefined)
  })
})
