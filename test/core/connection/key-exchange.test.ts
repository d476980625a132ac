import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import type { Algorithms } from 'ssh2'
import { neededProfile, profileOffers } from '../../../packages/core/src/connection/algorithm-profiles.ts'
import { NetlatchError } from '../../../packages/core/src/errors.ts'
import type { AlgorithmProfile } from '../../../packages/core/src/model.ts'
import { rawServer, scriptedSshServer } from '../../support/hostile-ssh-server.ts'
import { dsaKeyPair, rsaKeyPair } from '../../support/ssh-keys.ts'
import {
  acceptAnyPassword,
  connectTo,
  hasCode,
  hurried,
  openOptions,
  shortLimits,
  targetAt,
  transport,
  until,
} from '../../support/ssh-login.ts'

describe('key exchange', () => {
  it('ends one that never goes on', async () => {
    await using server = await rawServer((socket) => socket.write('SSH-2.0-Silent\r\n'))
    await assert.rejects(transport.open(targetAt(server.port), hurried), hasCode('TIMED_OUT', /key exchange/))
    await until(() => server.openSockets() === 0)
  })

  it('ends one that is cut off or makes no sense', async () => {
    for (const rest of [Buffer.alloc(0), Buffer.alloc(400, 0x55)]) {
      await using server = await rawServer((socket) => {
        socket.write('SSH-2.0-Odd\r\n')
        socket.end(rest)
      })
      await assert.rejects(transport.open(targetAt(server.port), openOptions), hasCode('SESSION_LOST'))
    }
  })

  it('ends a server that floods it before the login', async () => {
    await using server = await rawServer((socket) => {
      socket.write('SSH-2.0-Flood\r\n')
      // SSH_MSG_IGNORE, 32 KB each: legal, endless.
      const packet = Buffer.alloc(4 + 32_764)
      packet.writeUInt32BE(32_764)
      packet.writeUInt8(4, 4)
      packet.writeUInt8(2, 5)
      packet.writeUInt32BE(32_764 - 6 - 4, 6)
      const write = () => {
        while (!socket.destroyed && socket.write(packet));
      }
      socket.on('drain', write)
      write()
    })
    const limits = { ...shortLimits, keyExchangeMs: 8_000 }
    await assert.rejects(transport.open(targetAt(server.port), { ...openOptions, limits }), hasCode('SESSION_LOST'))
    await until(() => server.openSockets() === 0)
  })

  const devices: readonly { readonly offers: Algorithms; readonly needs: string; readonly kind: string }[] = [
    { offers: { kex: ['diffie-hellman-group14-sha1'] }, needs: 'legacy-sha1', kind: 'key exchange' },
    { offers: { kex: ['diffie-hellman-group1-sha1'] }, needs: 'museum', kind: 'key exchange' },
    { offers: { cipher: ['3des-cbc'] }, needs: 'museum', kind: 'cipher' },
    { offers: { cipher: ['aes128-ctr'], hmac: ['hmac-sha1'] }, needs: 'legacy-sha1', kind: 'MAC' },
    { offers: { kex: ['diffie-hellman-group14-sha1'], cipher: ['3des-cbc'] }, needs: 'museum', kind: 'key exchange' },
    { offers: { cipher: ['aes256-gcm'] }, needs: 'none', kind: 'cipher' },
  ]
  for (const { offers, needs, kind } of devices) {
    it(`names the profile for a device with ${JSON.stringify(offers)}: ${needs}`, async () => {
      await using server = await scriptedSshServer({ algorithms: offers, hostKeys: [rsaKeyPair()] })
      await assert.rejects(transport.open(targetAt(server.port), openOptions), (error) => {
        assert.ok(error instanceof NetlatchError)
        assert.equal(error.code, 'ALGORITHMS')
        assert.equal(error.details.profile, needs)
        assert.equal(error.details.kind, kind)
        return true
      })
      assert.deepEqual(server.arrived, [])
      if (needs === 'none') return
      const algorithms = needs as AlgorithmProfile
      const shown = await transport.readHostKey(targetAt(server.port, { algorithms }))
      assert.equal(shown.hostKey.type, 'ssh-rsa')
    })
  }

  it('logs in with every algorithm of every profile', async () => {
    const { keyExchange, hostKey, cipher, mac } = profileOffers.museum
    const rsa = rsaKeyPair()
    const offers: Algorithms[] = [
      // ssh2's server cannot do the group exchange; OpenSSH's is used in test/hosts.
      ...keyExchange.filter((name) => !name.includes('group-exchange')).map((name) => ({ kex: [name] }) as Algorithms),
      ...cipher.map((name) => ({ cipher: [name] }) as Algorithms),
      ...mac.map((name) => ({ cipher: ['aes128-ctr'], hmac: [name] }) as Algorithms),
      ...hostKey.filter((name) => /rsa/.test(name)).map((name) => ({ serverHostKey: [name] }) as Algorithms),
    ]
    for (const algorithms of offers) {
      await using server = await scriptedSshServer({ algorithms, hostKeys: [rsa], onLogin: acceptAnyPassword })
      await using connection = await connectTo(server.port, { algorithms: 'museum' }).catch((error) =>
        assert.fail(`${JSON.stringify(algorithms)}: ${error}`),
      )
      assert.ok(connection.isOpen)
    }
  }).timeout(20_000)

  it('checks a DSA host key in the museum profile only', async () => {
    const dsa = dsaKeyPair()
    await using server = await scriptedSshServer({ hostKeys: [dsa], algorithms: { serverHostKey: ['ssh-dss'] } })
    await assert.rejects(
      transport.readHostKey(targetAt(server.port, { algorithms: 'legacy-sha1' })),
      hasCode('ALGORITHMS'),
    )
    const shown = await transport.readHostKey(targetAt(server.port, { algorithms: 'museum' }))
    assert.equal(shown.hostKey.fingerprint, dsa.fingerprint)
  })

  it('lets no server choose a prime that the event loop would stand still for, outside the museum', () => {
    for (const profile of ['modern', 'legacy-sha1'] as const) {
      assert.ok(!profileOffers[profile].keyExchange.some((name) => name.includes('group-exchange')))
    }
  })

  it('needs the museum for a group exchange only where there is nothing else', () => {
    const rest = { hostKey: ['ssh-rsa'], cipher: ['aes128-ctr', '3des-cbc'], mac: ['hmac-sha1'] }
    const needed = (...keyExchange: string[]) => neededProfile({ ...rest, keyExchange })
    const sha256 = 'diffie-hellman-group-exchange-sha256'
    assert.equal(needed(sha256, 'diffie-hellman-group14-sha1'), 'legacy-sha1')
    assert.equal(
      needed('diffie-hellman-group-exchange-sha1', 'diffie-hellman-group14-sha1', 'diffie-hellman-group1-sha1'),
      'legacy-sha1',
    )
    assert.equal(needed(sha256), 'museum')
    assert.equal(needed('sntrup761x25519-sha512'), undefined)
  })

  it('prefers AES-GCM', () => {
    for (const offer of Object.values(profileOffers)) assert.equal(offer.cipher[0], 'aes128-gcm@openssh.com')
  })
})
