import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { NetlatchError } from '../../../packages/core/src/errors.ts'
import { rawServer, scriptedSshServer } from '../../support/hostile-ssh-server.ts'
import {
  acceptAnyPassword,
  hasCode,
  hurried,
  openOptions,
  shortLimits,
  targetAt,
  transport,
  until,
} from '../../support/ssh-login.ts'

describe('identification', () => {
  const cases = [
    { what: 'a web server', says: 'HTTP/1.1 400 Bad Request\r\n\r\n', ends: true, code: 'NOT_SSH' },
    { what: 'a mail server that waits', says: '220 mail.example.net ESMTP\r\n', ends: false, code: 'NOT_SSH' },
    { what: 'Telnet', says: '\xff\xfd\x18\xff\xfd\x20', ends: false, code: 'NOT_SSH' },
    { what: 'SSH version 1', says: 'SSH-1.5-Cisco-1.25\n', ends: false, code: 'NOT_SSH' },
    { what: 'a broken line', says: 'SSH-2.0-\r\n', ends: false, code: 'NOT_SSH' },
    { what: 'a server that says nothing', says: '', ends: false, code: 'TIMED_OUT' },
    { what: 'a server that closes at once', says: '', ends: true, code: 'DEVICE_BUSY' },
    { what: 'a full server', says: 'Exceeded MaxStartups\r\n', ends: true, code: 'DEVICE_BUSY' },
  ]
  for (const { what, says, ends, code } of cases) {
    it(`calls ${what} ${code}`, async () => {
      await using server = await rawServer((socket) => {
        socket.write(Buffer.from(says, 'latin1'))
        if (ends) socket.end()
      })
      await assert.rejects(transport.open(targetAt(server.port), hurried), hasCode(code))
      await until(() => server.openSockets() === 0)
    })
  }

  it('stops at endless lines, and at one endless line, long before the time is up', async () => {
    for (const line of ['hello\r\n', 'x']) {
      await using server = await rawServer((socket) => {
        const write = () => {
          while (!socket.destroyed && socket.write(line.repeat(500)));
        }
        socket.on('drain', write)
        write()
      })
      const limits = { ...shortLimits, identificationMs: 8_000 }
      await assert.rejects(transport.open(targetAt(server.port), { ...openOptions, limits }), hasCode('NOT_SSH'))
      await until(() => server.openSockets() === 0)
    }
  })

  it('strips control sequences from what it quotes', async () => {
    await using server = await rawServer((socket) => socket.end('\u001b[31mred\u0007 \u009b2J text\r\n'))
    await assert.rejects(transport.open(targetAt(server.port), openOptions), (error) => {
      assert.ok(error instanceof NetlatchError)
      assert.doesNotMatch(error.message, /\p{Cc}/u)
      assert.match(error.message, /red/)
      return true
    })
  })

  it('reads a line that comes byte by byte, after lines of greeting', async () => {
    await using inner = await scriptedSshServer({ greeting: 'Authorised users only', onLogin: acceptAnyPassword })
    await using outer = await rawServer(async (socket) => {
      const { connect: join } = await import('node:net')
      const upstream = join(inner.port, '127.0.0.1')
      upstream.setNoDelay(true)
      upstream.on('error', () => undefined)
      socket.pipe(upstream)
      let slow = 60
      upstream.on('data', async (chunk) => {
        upstream.pause()
        for (const byte of chunk.subarray(0, slow)) {
          socket.write(Buffer.from([byte]))
          await new Promise((resolve) => setImmediate(resolve))
        }
        socket.write(chunk.subarray(slow))
        slow = 0
        upstream.resume()
      })
      socket.on('close', () => upstream.destroy())
    })
    await using handshake = await transport.open(targetAt(outer.port), openOptions)
    assert.match(handshake.identification, /^SSH-2\.0-ssh2js/)
  })
})
