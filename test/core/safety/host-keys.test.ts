import assert from 'node:assert/strict'
import { createHmac, randomBytes } from 'node:crypto'
import { describe, it } from 'mocha'
import { readHostKeyBlob } from '../../../packages/core/src/connection/host-key.ts'
import type { HostKey } from '../../../packages/core/src/connection/transport.ts'
import { NetlatchError } from '../../../packages/core/src/errors.ts'
import { checkHostKey, judgeHostKey, knownTypes } from '../../../packages/core/src/safety/host-keys.ts'
import { KnownHosts, parseKnownHosts } from '../../../packages/core/src/safety/known-hosts.ts'
import {
  addHostKey,
  forgetHostKeys,
  type HostKeyOwner,
  replaceHostKeys,
} from '../../../packages/core/src/safety/known-hosts-edit.ts'
import { ecdsaKeyPair, ed25519KeyPair, rsaKeyPair, type SshKeyPair } from '../../support/ssh-keys.ts'

const one = ed25519KeyPair()
const two = ed25519KeyPair()
const rsa = rsaKeyPair(1024)
const ecdsa = ecdsaKeyPair()

const sw1: HostKeyOwner = { name: 'sw-1', hosts: ['10.0.0.1', 'sw-1.example.net'], port: 22 }
const options = { by: 'scan', on: new Date('2026-05-04T10:00:00Z'), ownsAddress: () => true } as const

function hostKey(pair: SshKeyPair): HostKey {
  return readHostKeyBlob(Buffer.from(pair.publicKey, 'base64')) ?? assert.fail()
}

function line(hosts: string, pair: SshKeyPair): string {
  return `${hosts} ${pair.type} ${pair.publicKey}`
}

function known(...lines: readonly string[]): KnownHosts {
  return parseKnownHosts('known_hosts', lines.map((each) => `${each}\n`).join(''))
}

function hashed(host: string): string {
  const salt = randomBytes(20)
  return `|1|${salt.toString('base64')}|${createHmac('sha1', salt).update(host).digest('base64')}`
}

function verdict(file: KnownHosts, owner: HostKeyOwner, pair: SshKeyPair): string {
  return judgeHostKey(file, owner, hostKey(pair)).verdict
}

describe('host keys', () => {
  it('reads keys as OpenSSH prints them', () => {
    assert.equal(hostKey(one).fingerprint, one.fingerprint)
    assert.equal(hostKey(rsa).bits, 1024)
    assert.equal(hostKey(ecdsa).type, 'ecdsa-sha2-nistp256')
    assert.equal(readHostKeyBlob(Buffer.from('nonsense')), undefined)
  })

  describe('verdict', () => {
    it('is unknown for a device without a line', () => {
      assert.equal(verdict(known(line('sw-2,10.0.0.2', one)), sw1, one), 'unknown')
    })

    it('goes by the name of the device, whatever its letters', () => {
      assert.equal(verdict(known(line('SW-1', one)), sw1, one), 'ok')
      assert.equal(verdict(known(line('sw-1', one)), { ...sw1, name: 'SW-1' }, two), 'changed')
    })

    it('goes by the address where the name is not there, with the port', () => {
      const file = known(line('10.0.0.1', one), line('[10.0.0.1]:2222', two))
      assert.equal(verdict(file, sw1, one), 'ok')
      assert.equal(verdict(file, sw1, two), 'changed')
      assert.equal(verdict(file, { ...sw1, port: 2222 }, two), 'ok')
      assert.equal(verdict(file, { ...sw1, port: 830 }, two), 'unknown')
    })

    it('does not let an address overrule the name', () => {
      assert.equal(verdict(known(line('sw-1', one), line('10.0.0.1', two)), sw1, two), 'changed')
    })

    it('ignores addresses behind a jump host: they belong to somebody else', () => {
      assert.equal(verdict(known(line('10.0.0.1', one)), { ...sw1, jumpHost: 'bastion' }, one), 'unknown')
      assert.equal(verdict(known(line('sw-1', one)), { ...sw1, jumpHost: 'bastion' }, one), 'ok')
    })

    it('calls a key of another type changed', () => {
      assert.equal(verdict(known(line('sw-1', one)), sw1, rsa), 'changed')
    })

    it('takes any of several keys of a device', () => {
      const file = known(line('sw-1', one), line('sw-1', rsa))
      assert.equal(verdict(file, sw1, rsa), 'ok')
      assert.deepEqual(knownTypes(file, sw1), ['ssh-ed25519', 'ssh-rsa'])
    })

    it('understands wildcards, negation and hashes', () => {
      assert.equal(verdict(known(line('sw-*', one)), sw1, one), 'ok')
      assert.equal(verdict(known(line('sw-?', one)), { ...sw1, name: 'sw-11', hosts: [] }, one), 'unknown')
      assert.equal(verdict(known(line('*.example.net', one)), sw1, one), 'ok')
      assert.equal(verdict(known(line('*,!sw-1', one)), { ...sw1, hosts: [] }, one), 'unknown')
      assert.equal(verdict(known(line('!sw-1,*', one)), { ...sw1, name: 'sw-2' }, one), 'ok')
      assert.equal(verdict(known(line(hashed('sw-1'), one)), sw1, two), 'changed')
      assert.equal(verdict(known(line(hashed('10.0.0.1'), one)), sw1, one), 'ok')
      assert.equal(verdict(known(line(hashed('10.0.0.2'), one)), sw1, one), 'unknown')
    })

    it('stays quick on a pattern made of stars', () => {
      const file = known(line(`${'*a'.repeat(60)}*b`, one))
      const startedAt = process.cpuUsage().user
      assert.equal(verdict(file, { ...sw1, name: 'a'.repeat(200), hosts: [] }, one), 'unknown')
      assert.ok(process.cpuUsage().user - startedAt < 500_000)
    })

    it('refuses a revoked key by name, address or star, also beside a good line', () => {
      for (const hosts of ['sw-1', '10.0.0.1', '*', hashed('sw-1')]) {
        assert.equal(verdict(known(line('sw-1', one), `@revoked ${line(hosts, one)}`), sw1, one), 'revoked', hosts)
      }
      assert.equal(verdict(known(line('sw-1', one), `@revoked ${line('*', two)}`), sw1, one), 'ok')
    })

    it('does not take the key of a certificate authority for a host key', () => {
      const file = known(`@cert-authority ${line('*', one)}`)
      assert.equal(verdict(file, sw1, one), 'unknown')
      assert.equal(file.certificateAuthorities, 1)
      assert.throws(() => checkHostKey(file, sw1, hostKey(one)), /certificate authority/)
    })
  })

  describe('refusal', () => {
    function refusal(file: KnownHosts, pair: SshKeyPair): NetlatchError {
      try {
        checkHostKey(file, sw1, hostKey(pair))
      } catch (error) {
        if (error instanceof NetlatchError) return error
      }
      return assert.fail('not refused')
    }

    it('shows both fingerprints, where the old one stands, who vouched for it, and how to accept the new one', () => {
      const error = refusal(known('# ours', `${line('sw-1', one)} # netlatch import 2026-03-12`), rsa)
      assert.equal(error.code, 'HOST_KEY_CHANGED')
      assert.equal(error.message, `sw-1: host key changed (was ED25519 ${one.fingerprint}, now RSA ${rsa.fingerprint})`)
      assert.equal(error.advice, 'If expected: netlatch trust sw-1')
      assert.deepEqual(error.at, { file: 'known_hosts', line: 2, column: 1 })
      assert.equal(error.details.vouchedBy, 'import')
      assert.equal(error.details.since, '2026-03-12')
    })

    it('says how to collect an unknown key, and who may know about a revoked one', () => {
      assert.equal(refusal(known(), one).advice, 'netlatch trust --scan sw-1')
      const revoked = refusal(known(`@revoked ${line('*', one)}`), one)
      assert.equal(revoked.code, 'HOST_KEY_REVOKED')
      assert.match(revoked.advice ?? '', /known_hosts:1/)
    })
  })

  describe('edits', () => {
    it('adds a line with name, owned addresses and voucher', () => {
      const file = addHostKey(known(), sw1, hostKey(one), options)
      assert.equal(file.text, `${line('sw-1,10.0.0.1,sw-1.example.net', one)} # netlatch scan 2026-05-04\n`)
      assert.deepEqual(file.keyLines[0]?.vouched, { by: 'scan', on: '2026-05-04' })
      assert.equal(addHostKey(file, sw1, hostKey(one), options), file)
    })

    it('writes ports, leaves shared addresses out, and writes the name alone behind a jump host', () => {
      const shared = { ...options, ownsAddress: (host: string) => host !== '10.0.0.1' }
      const other = addHostKey(known(), { ...sw1, port: 2222 }, hostKey(one), shared)
      assert.match(other.text, /^sw-1,\[sw-1\.example\.net\]:2222 ssh-ed25519 /)
      const behind = addHostKey(known(), { ...sw1, jumpHost: 'bastion' }, hostKey(one), options)
      assert.match(behind.text, /^sw-1 ssh-ed25519 /)
    })

    it('hashes a name that would mean something else in the file', () => {
      const odd: HostKeyOwner = { name: 'rack 4, *left', hosts: ['10.0.0.9'], port: 22 }
      const file = addHostKey(known(), odd, hostKey(one), options)
      assert.match(file.text, /^\|1\|[^ ]+ ssh-ed25519 /)
      assert.equal(verdict(file, odd, one), 'ok')
      assert.equal(verdict(file, odd, two), 'changed')
      assert.equal(forgetHostKeys(file, odd, options).text, '')
    })

    it('replaces the keys of a device in place, and leaves every other byte', () => {
      const before = known(
        '# core',
        line('sw-0', two),
        `${line('sw-1,10.0.0.1', one)} note`,
        line('sw-1', rsa),
        line('*.net', two),
      )
      const after = replaceHostKeys(before, sw1, hostKey(ecdsa), { ...options, by: 'person' })
      assert.deepEqual(after.text.split('\n'), [
        '# core',
        line('sw-0', two),
        `${line('sw-1,10.0.0.1,sw-1.example.net', ecdsa)} # netlatch person 2026-05-04`,
        line('*.net', two),
        '',
      ])
      assert.equal(verdict(after, sw1, ecdsa), 'ok')
      assert.equal(replaceHostKeys(after, sw1, hostKey(ecdsa), options), after)
    })

    it('leaves other names of a line their key, and markers as they are', () => {
      const before = known(line('sw-0,,sw-1,sw-2', one), `@revoked ${line('sw-1', two)}`)
      const after = forgetHostKeys(before, sw1, options)
      assert.equal(after.text, `${line('sw-0,sw-2', one)}\n@revoked ${line('sw-1', two)}\n`)
    })

    it('keeps the ends of lines as the file has them', () => {
      const dos = new KnownHosts('known_hosts', `# ours\r\n${line('sw-0', one)}\r\n`)
      assert.match(addHostKey(dos, sw1, hostKey(two), options).text, /04\r\n$/)
      const open = new KnownHosts('known_hosts', line('sw-0', one))
      assert.equal(addHostKey(open, sw1, hostKey(two), options).text.split('\n').length, 3)
    })
  })

  describe('mistakes in the file', () => {
    it('are named with their lines, all of them', () => {
      const text = [
        line('sw-1', one),
        'sw-2 ssh-ed25519',
        '',
        line('sw-3', one).replace('ssh-ed25519', 'ssh-rsa'),
      ].join('\n')
      assert.throws(
        () => parseKnownHosts('known_hosts', text),
        (error) => {
          assert.ok(error instanceof NetlatchError)
          assert.equal(error.code, 'KNOWN_HOSTS_INVALID')
          assert.match(error.message, /^known_hosts:2: .* \(and 1 more\)$/)
          assert.deepEqual(
            error.problems.map((problem) => problem.at.line),
            [2, 4],
          )
          return true
        },
      )
    })

    for (const [what, text] of [
      ['an unknown marker', `@trusted ${line('sw-1', one)}`],
      ['a key that is not base64', 'sw-1 ssh-ed25519 ???'],
      ['a broken hash', line('|1|abc', one)],
      ['a cut key', line('sw-1', one).slice(0, -30)],
    ] as const) {
      it(`are found: ${what}`, () => {
        assert.equal(new KnownHosts('known_hosts', text).problems.length, 1, text)
      })
    }

    it('do not include comments, empty lines and keys of SSH version 1', () => {
      parseKnownHosts('known_hosts', `# a comment\n\n  \t\nsw-1 1024 35 1234567890\n${line('sw-1', one)} a comment\n`)
    })
  })
})
