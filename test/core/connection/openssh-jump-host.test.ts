import assert from 'node:assert/strict'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'mocha'
import { openSshJumpHost } from '../../../packages/core/src/connection/openssh-jump-host.ts'
import { createSsh2Transport } from '../../../packages/core/src/connection/ssh2-transport.ts'
import type { Target } from '../../../packages/core/src/connection/transport.ts'
import { NetlatchError } from '../../../packages/core/src/errors.ts'
import { rawServer, scriptedSshServer } from '../../support/hostile-ssh-server.ts'

const transport = createSsh2Transport()
const target = (port: number): Target => ({ name: 'sw-1', hosts: ['127.0.0.1'], port, algorithms: 'modern' })

function hasCode(code: string, text: RegExp): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof NetlatchError, String(error))
    assert.equal(error.code, code)
    assert.match(error.message, text)
    return true
  }
}

/** A program in ssh's place: what is tested is what it is told and what becomes of it. The real one is in test/hosts. */
async function inPlaceOfSsh<T>(script: string, use: (program: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'netlatch-ssh-'))
  try {
    const program = join(folder, 'ssh')
    await writeFile(program, `#!${process.execPath}\n${script}`)
    await chmod(program, 0o755)
    return await use(program)
  } finally {
    await rm(folder, { recursive: true })
  }
}

const passOn = `
  const [host, port] = process.argv[process.argv.indexOf('-W') + 1].split(':')
  const socket = require('node:net').connect(Number(port), host)
  process.stdin.pipe(socket).pipe(process.stdout)
  socket.on('close', () => process.exit(0))
`

describe('ssh: jump host', () => {
  it('refuses a host that ssh would read as an option', () => {
    for (const host of ['-oProxyCommand=touch x', '', 'two words', 'a\nb']) {
      assert.throws(() => openSshJumpHost(host), hasCode('INPUT_INVALID', /jump host/))
    }
  })

  it('reaches a device through the program, and ends it with the connection', async () => {
    await using device = await scriptedSshServer({ onLogin: (context) => context.reject(['password'] as never) })
    await inPlaceOfSsh(passOn, async (program) => {
      await using via = openSshJumpHost('corp', { program })
      const options = { username: 'netops', checkHostKey: () => undefined, via }
      const handshake = await transport.open(target(device.port), options)
      assert.equal(handshake.hostKey.fingerprint, device.hostKey.fingerprint)
      await handshake[Symbol.asyncDispose]()
      for (let tries = 0; tries < 500 && device.openSockets() > 0; tries++) await new Promise((r) => setTimeout(r, 5))
      assert.equal(device.openSockets(), 0)
    })
  })

  it('passes the host after the end of the options, without a shell', async () => {
    await inPlaceOfSsh('process.stdout.write(JSON.stringify(process.argv.slice(2)))', async (program) => {
      await using via = openSshJumpHost('corp;id', { program, extraArguments: ['-F', 'config'] })
      const stream = await via.forward('2001:db8::1', 22)
      let text = ''
      for await (const chunk of stream) text += chunk
      assert.deepEqual(JSON.parse(text), [
        '-F',
        'config',
        '-o',
        'BatchMode=yes',
        '-W',
        '[2001:db8::1]:22',
        '--',
        'corp;id',
      ])
    })
  })

  it('says what ssh said when it fails', async () => {
    const refusals = [
      ['bastion: Permission denied (publickey).', 'JUMP_HOST_FAILED', /corp failed \(bastion: Permission denied/],
      ['channel 0: open failed: connect failed: Connection refused\nstdio forwarding failed', 'REFUSED', /corp/],
      ['channel 0: open failed: connect failed: No route to host\nstdio forwarding failed', 'UNREACHABLE', /No route/],
    ] as const
    for (const [says, code, text] of refusals) {
      await inPlaceOfSsh(`console.error(${JSON.stringify(says)}); process.exitCode = 255`, async (program) => {
        await using via = openSshJumpHost('corp', { program })
        await assert.rejects(transport.readHostKey(target(22), { via }), hasCode(code, text))
      })
    }
    await using via = openSshJumpHost('corp', { program: '/nowhere/ssh' })
    await assert.rejects(transport.readHostKey(target(22), { via }), hasCode('JUMP_HOST_FAILED', /cannot be started/))
  })

  it('ends a program that hangs, at the time limit and when it is stopped', async () => {
    await using silent = await rawServer(() => undefined)
    await inPlaceOfSsh(passOn, async (program) => {
      await using via = openSshJumpHost('corp', { program })
      const limits = { connectMs: 200, identificationMs: 200 }
      await assert.rejects(
        transport.readHostKey(target(silent.port), { via, limits }),
        hasCode('TIMED_OUT', /said nothing/),
      )
      const controller = new AbortController()
      const reading = transport.readHostKey(target(silent.port), { via, signal: controller.signal })
      for (let tries = 0; tries < 500 && silent.openSockets() < 1; tries++) await new Promise((r) => setTimeout(r, 5))
      controller.abort(new Error('enough'))
      await assert.rejects(reading, /enough/)
      for (let tries = 0; tries < 500 && silent.openSockets() > 0; tries++) await new Promise((r) => setTimeout(r, 5))
      assert.equal(silent.openSockets(), 0)
    })
  })
})
