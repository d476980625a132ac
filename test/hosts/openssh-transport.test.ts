import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { after, before, describe, it } from 'mocha'
import { openSshJumpHost } from '../../packages/core/src/connection/openssh-jump-host.ts'
import { createSsh2Transport } from '../../packages/core/src/connection/ssh2-transport.ts'
import type {
  Connection,
  Handshake,
  LoginAnswer,
  LoginMethod,
  OpenOptions,
  Target,
} from '../../packages/core/src/connection/transport.ts'
import { NetlatchError } from '../../packages/core/src/errors.ts'
import type { AlgorithmProfile } from '../../packages/core/src/model.ts'
import { checkHostKey } from '../../packages/core/src/safety/host-keys.ts'
import { parseKnownHosts } from '../../packages/core/src/safety/known-hosts.ts'
import { Secret } from '../../packages/core/src/secret.ts'
import { rsaKeyPair } from '../support/ssh-keys.ts'
import { type RealHost, type RealHosts, startRealHosts } from './support/real-hosts.ts'

const transport = createSsh2Transport()

describe('the SSH transport on real servers', () => {
  let hosts: RealHosts
  before(async () => {
    hosts = await startRealHosts()
  })
  after(() => hosts?.stop())

  const target = (host: RealHost): Target => ({
    name: host.name,
    hosts: [host.address],
    port: host.port,
    algorithms: 'modern',
  })

  function open(host: RealHost, more: Partial<OpenOptions> = {}): Promise<Handshake> {
    const known = parseKnownHosts('known_hosts', `${host.knownHostsLine}\n`)
    return transport.open(target(host), {
      username: host.username,
      checkHostKey: (key) => checkHostKey(known, target(host), key),
      ...more,
    })
  }

  function send(handshake: Handshake, method: LoginMethod, secret: string): Promise<LoginAnswer> {
    const it = new Secret(secret)
    const sendBefore = performance.now() + 20_000
    return handshake.login(
      method === 'publickey' ? { method, privateKey: it, sendBefore } : { method, password: it, sendBefore },
    )
  }

  async function logIn(host: RealHost, more: Partial<OpenOptions> = {}): Promise<Connection> {
    const answer = await send(await open(host, more), 'publickey', host.privateKey)
    return answer.outcome === 'accepted' ? answer.connection : assert.fail(JSON.stringify(answer))
  }

  for (const name of ['linux-1', 'dropbear-1']) {
    it(`${name}: learns the methods, sends a wrong password once, and then the right one on the same connection`, async () => {
      const host = hosts.host(name)
      const earlier = (await host.attempts()).length
      await using handshake = await open(host)
      assert.ok(handshake.methods.includes('password'))
      assert.deepEqual(await send(handshake, 'password', 'certainly-wrong'), {
        outcome: 'rejected',
        code: 'AUTH_REJECTED',
        mayTryAgain: true,
      })
      const answer = await send(handshake, 'password', host.password)
      assert.equal(answer.outcome, 'accepted')
      if (answer.outcome === 'accepted') await answer.connection[Symbol.asyncDispose]()
      assert.deepEqual(
        (await host.attempts({ atLeast: earlier + 2 })).slice(earlier).map((each) => each.outcome),
        ['rejected', 'accepted'],
      )
    })
  }

  it('answers the one prompt of PAM, and reads the output of a shell', async () => {
    const host = hosts.host('linux-1')
    const answer = await send(await open(host), 'keyboard-interactive', host.password)
    if (answer.outcome !== 'accepted') assert.fail(JSON.stringify(answer))
    await using connection = answer.connection
    const shell = await connection.shell({ columns: 200, rows: 24 })
    let text = ''
    const found = new Promise<void>((resolve) => {
      shell.onData((chunk) => {
        text += chunk
        if (text.includes('sum is 42')) resolve()
      })
    })
    shell.write('echo sum is $((40 + 2))\n')
    await found
  })

  it('sends nothing to a host whose key has changed', async () => {
    const host = hosts.host('linux-1')
    const earlier = (await host.attempts()).length
    const other = rsaKeyPair()
    const known = parseKnownHosts('known_hosts', `${host.name} ssh-rsa ${other.publicKey}\n`)
    const check = (key: Parameters<OpenOptions['checkHostKey']>[0]) => checkHostKey(known, target(host), key)
    await assert.rejects(open(host, { checkHostKey: check }), (error) => {
      assert.ok(error instanceof NetlatchError)
      assert.equal(error.code, 'HOST_KEY_CHANGED')
      return true
    })
    assert.equal((await host.attempts()).length, earlier)
  })

  it('reaches a host through another one, and through the own ssh of the user', async () => {
    const [jump, device] = [hosts.host('linux-1'), hosts.host('dropbear-1')]
    await using via = await logIn(jump)
    await using behind = await logIn(device, { via })
    assert.ok(behind.isOpen)

    const folder = await mkdtemp(join(tmpdir(), 'netlatch-jump-'))
    try {
      await writeFile(join(folder, 'key'), jump.privateKey, { mode: 0o600 })
      await writeFile(join(folder, 'known_hosts'), `${jump.knownHostsLine}\n`)
      await writeFile(
        join(folder, 'config'),
        [
          ...['Host corp', `  HostName ${jump.address}`, `  Port ${jump.port}`, `  User ${jump.username}`],
          ...[`  IdentityFile ${folder}/key`, '  IdentitiesOnly yes', `  UserKnownHostsFile ${folder}/known_hosts`],
          '',
        ].join('\n'),
      )
      await using corp = openSshJumpHost('corp', { extraArguments: ['-F', join(folder, 'config')] })
      await using connection = await logIn(device, { via: corp })
      assert.ok(connection.isOpen)
      await using unknown = openSshJumpHost('nobody@corp', { extraArguments: ['-F', join(folder, 'config')] })
      await assert.rejects(transport.readHostKey(target(device), { via: unknown }), (error) => {
        assert.ok(error instanceof NetlatchError)
        assert.equal(error.code, 'JUMP_HOST_FAILED')
        assert.match(error.message, /Permission denied/)
        return true
      })
    } finally {
      await rm(folder, { recursive: true })
    }
  })

  it('ends in a clear answer when OpenSSH has had enough failures', async () => {
    const host = hosts.host('linux-1')
    const methods: readonly LoginMethod[] = ['password']
    const outcomes: string[] = []
    await using handshake = await open(host, { methods })
    for (const password of ['one', 'two', 'three']) {
      const answer = await send(handshake, 'password', `${password}-is-wrong`)
      outcomes.push(answer.outcome)
    }
    assert.deepEqual(outcomes, ['rejected', 'rejected', 'rejected'])
    assert.equal((await send(handshake, 'password', host.password)).outcome, 'unsent')
  })
})

describe('key exchanges of old OpenSSH', () => {
  let folder = ''
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'netlatch-sshd-'))
    await writeFile(join(folder, 'rsa'), rsaKeyPair().privateKey, { mode: 0o600 })
  })
  after(() => rm(folder, { recursive: true }))

  const cases: readonly {
    readonly profile: AlgorithmProfile
    readonly needs: string
    readonly offers: readonly string[]
  }[] = [
    { profile: 'modern', needs: 'museum', offers: ['KexAlgorithms=diffie-hellman-group-exchange-sha256'] },
    { profile: 'legacy-sha1', needs: 'museum', offers: ['KexAlgorithms=diffie-hellman-group-exchange-sha1'] },
    { profile: 'modern', needs: 'legacy-sha1', offers: ['HostKeyAlgorithms=ssh-rsa'] },
    { profile: 'modern', needs: 'legacy-sha1', offers: ['Ciphers=aes128-cbc', 'MACs=hmac-sha1'] },
    {
      profile: 'legacy-sha1',
      needs: 'museum',
      offers: ['KexAlgorithms=diffie-hellman-group1-sha1', 'Ciphers=3des-cbc', 'MACs=hmac-md5'],
    },
    { profile: 'museum', needs: 'none', offers: ['KexAlgorithms=sntrup761x25519-sha512@openssh.com'] },
  ]
  for (const { profile, needs, offers } of cases) {
    it(`${offers.join(' ')} needs ${needs}`, async () => {
      await using server = await sshdFor(folder, offers)
      const target = (algorithms: AlgorithmProfile): Target => ({
        name: 'old',
        hosts: ['127.0.0.1'],
        port: server.port,
        algorithms,
      })
      if (needs !== profile) {
        await assert.rejects(transport.readHostKey(target(profile)), (error) => {
          assert.ok(error instanceof NetlatchError)
          assert.equal(error.code, 'ALGORITHMS')
          assert.equal(error.details.profile, needs)
          return true
        })
      }
      if (needs === 'none') return
      assert.equal((await transport.readHostKey(target(needs as AlgorithmProfile))).hostKey.type, 'ssh-rsa')
    })
  }
})

/** One `sshd -i` for each connection, in a mount namespace that has the folder sshd wants; the machine keeps its own. */
async function sshdFor(folder: string, offers: readonly string[]) {
  const options = [`HostKey=${folder}/rsa`, 'UsePAM=no', ...offers].flatMap((option) => ['-o', option])
  const script = 'mount -t tmpfs tmpfs /run && mkdir /run/sshd && exec /usr/sbin/sshd "$@"'
  const server = createServer((socket: Socket) => {
    socket.on('error', () => undefined)
    const child = spawn('unshare', ['-m', 'sh', '-c', script, 'sshd', '-i', '-e', '-f', '/dev/null', ...options], {
      stdio: ['pipe', 'pipe', 'ignore'],
    })
    child.stdin.on('error', () => undefined)
    socket.pipe(child.stdin)
    child.stdout.pipe(socket)
    socket.on('close', () => child.kill())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    [Symbol.asyncDispose]: async () => {
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
