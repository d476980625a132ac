import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'mocha'
import { readHostKeyBlob } from '../../../packages/core/src/connection/host-key.ts'
import { judgeHostKey } from '../../../packages/core/src/safety/host-keys.ts'
import { parseKnownHosts } from '../../../packages/core/src/safety/known-hosts.ts'
import { addHostKey, type HostKeyOwner } from '../../../packages/core/src/safety/known-hosts-edit.ts'
import { readKnownHosts, updateKnownHosts } from '../../../packages/core/src/safety/known-hosts-file.ts'
import { ecdsaKeyPair, ed25519KeyPair, rsaKeyPair, type SshKeyPair } from '../../support/ssh-keys.ts'

const options = { by: 'scan', on: new Date('2026-05-04'), ownsAddress: () => true } as const
const owners: readonly (HostKeyOwner & { readonly pair: SshKeyPair })[] = [
  { name: 'sw-1', hosts: ['10.0.0.1'], port: 22, pair: ed25519KeyPair() },
  { name: 'sw-2', hosts: ['10.0.0.2', '2001:db8::2'], port: 2222, pair: rsaKeyPair() },
  { name: 'SW-3', hosts: ['sw-3.example.net'], port: 22, pair: ecdsaKeyPair() },
]

function hostKey(pair: SshKeyPair) {
  return readHostKeyBlob(Buffer.from(pair.publicKey, 'base64')) ?? assert.fail()
}

function filled(): string {
  return owners.reduce(
    (known, owner) => addHostKey(known, owner, hostKey(owner.pair), options),
    parseKnownHosts('k', ''),
  ).text
}

describe('known_hosts file', () => {
  let folder = ''
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'netlatch-known-hosts-'))
  })
  after(() => rmSync(folder, { recursive: true }))

  it('is empty where there is none, and made at the first key', async () => {
    const path = join(folder, 'new')
    assert.equal((await readKnownHosts(path, 'new')).text, '')
    const [owner] = owners
    if (!owner) return assert.fail()
    await updateKnownHosts(path, 'new', (known) => addHostKey(known, owner, hostKey(owner.pair), options))
    assert.match(readFileSync(path, 'utf8'), /^sw-1,10\.0\.0\.1 ssh-ed25519 /)
  })

  it('loses no key when many are added at once', async () => {
    const path = join(folder, 'busy')
    const many = Array.from({ length: 12 }, (_, index) => ({ name: `sw-${index}`, hosts: [], port: 22 }))
    const pair = hostKey(ed25519KeyPair())
    await Promise.all(
      many.map((owner) => updateKnownHosts(path, 'busy', (known) => addHostKey(known, owner, pair, options))),
    )
    assert.equal((await readKnownHosts(path, 'busy')).keyLines.length, 12)
  })

  const sshKeygen = spawnSync('ssh-keygen', ['-?']).error === undefined
  describe('under ssh-keygen', () => {
    before(function () {
      if (!sshKeygen) this.skip()
    })

    it('is found by name, address and port, with the same fingerprints', () => {
      const path = join(folder, 'find')
      writeFileSync(path, filled())
      for (const { name, hosts, port, pair } of owners) {
        for (const host of [name, ...hosts.map((each) => (port === 22 ? each : `[${each}]:${port}`))]) {
          const found = execFileSync('ssh-keygen', ['-l', '-F', host, '-f', path], { encoding: 'utf8' })
          assert.ok(found.includes(pair.fingerprint), `${host}: ${found}`)
        }
      }
    })

    it('is understood after ssh-keygen hashed it', () => {
      const path = join(folder, 'hash')
      writeFileSync(path, filled())
      execFileSync('ssh-keygen', ['-H', '-f', path], { stdio: 'ignore' })
      const known = parseKnownHosts('hash', readFileSync(path, 'utf8'))
      assert.ok(known.keyLines.every((line) => line.hosts.startsWith('|1|')))
      for (const owner of owners) {
        const found = judgeHostKey(known, owner, hostKey(owner.pair))
        assert.equal(found.verdict, 'ok', owner.name)
        assert.deepEqual(found.verdict === 'ok' && found.line.vouched, { by: 'scan', on: '2026-05-04' })
      }
    })

    it('is understood after ssh-keygen removed a host', () => {
      const path = join(folder, 'remove')
      writeFileSync(path, filled())
      execFileSync('ssh-keygen', ['-R', 'sw-1', '-f', path], { stdio: 'ignore' })
      const known = parseKnownHosts('remove', readFileSync(path, 'utf8'))
      const verdicts = owners.map((owner) => judgeHostKey(known, owner, hostKey(owner.pair)).verdict)
      assert.deepEqual(verdicts, ['unknown', 'ok', 'ok'])
    })
  })
})
