import assert from 'node:assert/strict'
import { performance } from 'node:perf_hooks'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, it } from 'mocha'
import { Secret } from '../../../packages/core/src/secret.ts'
import { scriptedSshServer } from '../../support/hostile-ssh-server.ts'
import {
  acceptAnyPassword,
  closedPort,
  connectTo,
  hasCode,
  openOptions,
  rightPassword,
  targetAt,
  transport,
  until,
} from '../../support/ssh-login.ts'

describe('connection', () => {
  it('opens a shell, reads nothing before it is asked to, and closes', async () => {
    await using server = await scriptedSshServer({
      onLogin: acceptAnyPassword,
      onShell: (stream) => {
        stream.write('router#')
        stream.stderr.write('(stderr)')
        stream.on('data', (chunk: Buffer) => stream.write(`you said ${chunk}`))
      },
    })
    const connection = await connectTo(server.port)
    let reason = ''
    connection.onClose((why) => {
      reason = why
    })
    const shell = await connection.shell({ columns: 200, rows: 24 })
    let text = ''
    shell.onData((chunk) => {
      text += chunk
    })
    shell.write('hello')
    await until(() => text.includes('you said hello') && text.includes('(stderr)'))
    await connection[Symbol.asyncDispose]()
    assert.equal(connection.isOpen, false)
    assert.equal(reason, 'closed here')
    await until(() => server.openSockets() === 0)
    await assert.rejects(connection.shell({ columns: 80, rows: 24 }), hasCode('SESSION_LOST'))
  })

  it('opens and closes many shells on one connection without a warning', async () => {
    await using server = await scriptedSshServer({ onLogin: acceptAnyPassword })
    const warnings: Error[] = []
    const onWarning = (warning: Error) => warnings.push(warning)
    process.on('warning', onWarning)
    await using connection = await connectTo(server.port)
    for (let index = 0; index < 25; index++) {
      await using shell = await connection.shell({ columns: 80, rows: 24 })
      shell.onData(() => undefined)
    }
    await new Promise((resolve) => setImmediate(resolve))
    process.off('warning', onWarning)
    assert.deepEqual(warnings, [])
  })

  it('keeps nothing of a shell that is closed, however long it stays open itself', async () => {
    await using server = await scriptedSshServer({ onLogin: acceptAnyPassword })
    await using connection = await connectTo(server.port)
    const shells: WeakRef<object>[] = []
    for (let index = 0; index < 5; index++) {
      const shell = await connection.shell({ columns: 80, rows: 24 })
      const closed = new Promise<void>((resolve) => shell.onClose(resolve))
      shell.onData(() => undefined)
      shells.push(new WeakRef(shell))
      await shell[Symbol.asyncDispose]()
      await closed
    }
    setFlagsFromString('--expose-gc')
    const collect = runInNewContext('gc') as () => void
    for (let turn = 0; turn < 20 && shells.some((shell) => shell.deref()); turn++) {
      await new Promise((resolve) => setImmediate(resolve))
      collect()
    }
    assert.ok(connection.isOpen)
    // The last one may still be named by a frame of this test.
    assert.deepEqual(
      shells.slice(0, -1).map((shell) => shell.deref()),
      [undefined, undefined, undefined, undefined],
    )
  })

  it('tells a shell that the connection went away, whether or not somebody reads', async () => {
    for (const reads of [true, false]) {
      await using server = await scriptedSshServer({
        onLogin: acceptAnyPassword,
        onShell: (_stream, connection) => setTimeout(() => (connection as unknown as { end(): void }).end(), 10),
      })
      const connection = await connectTo(server.port)
      const shell = await connection.shell({ columns: 80, rows: 24 })
      const closed = new Promise<void>((resolve) => shell.onClose(resolve))
      if (reads) shell.onData(() => undefined)
      await closed
      assert.equal(connection.isOpen, false)
    }
  })

  it('does not grow when a shell is paused, and cuts off a server that ignores the window', async () => {
    await using server = await scriptedSshServer({
      onLogin: acceptAnyPassword,
      onShell: (stream, connection) => {
        // Past ssh2's own stream, which would wait for the client's window.
        const channel = stream as unknown as {
          readonly outgoing: { readonly id: number }
          readonly _client: { readonly _protocol: { channelData(id: number, data: Buffer): void } }
        }
        const chunk = Buffer.alloc(30_000, 'x')
        const timer = setInterval(() => {
          for (let index = 0; index < 16; index++) channel._client._protocol.channelData(channel.outgoing.id, chunk)
        }, 1)
        connection.on('close', () => clearInterval(timer))
      },
    })
    const connection = await connectTo(server.port)
    const shell = await connection.shell({ columns: 80, rows: 24 })
    shell.onData(() => undefined)
    shell.pause()
    let reason = ''
    connection.onClose((why) => {
      reason = why
    })
    await until(() => reason !== '')
    assert.match(reason, /more than it may/)
  })

  it('opens a stream through a jump host, and logs in to the device behind it', async () => {
    await using device = await scriptedSshServer({ onLogin: acceptAnyPassword })
    await using jump = await scriptedSshServer({ onLogin: acceptAnyPassword, forwards: true })
    await using via = await connectTo(jump.port, { name: 'bastion' })
    const handshake = await transport.open(targetAt(device.port), { ...openOptions, via })
    assert.equal(handshake.hostKey.fingerprint, device.hostKey.fingerprint)
    const answer = await handshake.login({
      method: 'password',
      password: new Secret('other'),
      sendBefore: performance.now() + 5_000,
    })
    assert.equal(answer.outcome, 'accepted')
    if (answer.outcome === 'accepted') await answer.connection[Symbol.asyncDispose]()
    assert.deepEqual(device.secrets, ['other'])
    assert.deepEqual(jump.secrets, [rightPassword])
    await until(() => device.openSockets() === 0)
  })

  it('tells a jump host that forbids forwarding from a device that is not there', async () => {
    await using closed = await scriptedSshServer({ onLogin: acceptAnyPassword })
    await using without = await connectTo(closed.port, { name: 'bastion' })
    await assert.rejects(
      transport.open(targetAt(22), { ...openOptions, via: without }),
      hasCode('JUMP_HOST_FAILED', /bastion/),
    )
    await using jump = await scriptedSshServer({ onLogin: acceptAnyPassword, forwards: true })
    await using via = await connectTo(jump.port, { name: 'bastion' })
    await assert.rejects(
      transport.open(targetAt(await closedPort()), { ...openOptions, via }),
      hasCode('UNREACHABLE', /bastion/),
    )
    await via[Symbol.asyncDispose]()
    await assert.rejects(transport.open(targetAt(22), { ...openOptions, via }), hasCode('JUMP_HOST_FAILED'))
  })
})
