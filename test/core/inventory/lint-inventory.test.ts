import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { lintInventory } from '../../../packages/core/src/inventory/lint-inventory.ts'
import { builtInPlatforms } from '../../../packages/core/src/platforms/platform-set.ts'
import { parseVault } from '../../../packages/core/src/vault/read-vault.ts'
import type { Workspace } from '../../../packages/core/src/workspace/workspace.ts'
import { parseYaml } from '../../../packages/core/src/workspace/yaml-file.ts'
import { inventoryOfText, shown } from '../../support/inventory-of-text.ts'

const source = parseYaml('jump_hosts:\n  bastion: { host: 192.0.2.10, credential: bastion-key }\n', 'netlatch.yaml')
const workspace: Workspace = {
  folder: '/net',
  problems: [],
  source,
  settings: {
    inventory: [],
    credentials: '/net/credentials.yaml',
    knownHosts: '',
    state: 'sqlite::memory:',
    backups: { repository: '' },
    realms: { 'on-device': { kind: 'device' }, 'tacacs-core': { kind: 'server' } },
    jumpHosts: { bastion: { host: '192.0.2.10', port: 22, credential: 'bastion-key' } },
    jobs: [],
    platforms: [],
    hostKeys: 'strict',
    limits: { concurrency: 1, perSite: 1, perDevice: 1, connectsPerSecond: 1 },
  },
}
const now = new Date('2026-05-04T12:00:00Z')

/** The public part of a vault with these credentials; what seals it plays no part here. */
function vaultOf(credentials: string, rest = '') {
  const sealed = `nl1:${'A'.repeat(16)}:${'A'.repeat(64)}`
  const text = `netlatch_vault: 1
id: ${'a'.repeat(24)}
epoch: 1
recipients:
  - { name: a, scrypt: 17, wrap: "-----BEGIN AGE ENCRYPTED FILE-----\\nYWdl\\n-----END AGE ENCRYPTED FILE-----\\n" }
${rest}redaction_key: ${sealed}
credentials:
${credentials.replaceAll('SEALED', sealed)}
mac: nl1m:1:${'A'.repeat(43)}=
`
  const vault = parseVault(text, '/net/credentials.yaml')
  assert.ok(vault.document, JSON.stringify(vault.problems))
  return vault
}

const lint = (devices: string, credentials?: string, rest?: string) =>
  lintInventory({
    workspace,
    inventory: inventoryOfText(devices),
    platforms: builtInPlatforms,
    vaultFile: credentials === undefined ? undefined : vaultOf(credentials, rest),
    now,
  })

const key = '  bastion-key: { username: j, tags: [none], hosts: [192.0.2.10], secret: "SEALED" }'

describe('lintInventory', () => {
  it('warns of one address twice only where it means one place', () => {
    const problems = lint(`devices:
  a: { host: 10.0.0.1 }
  b: { host: [10.9.9.9, 10.0.0.1] }
  c: { host: 10.0.0.1, port: 2222 }
  d: { host: 10.0.0.1, jump_host: bastion }
`)
    assert.deepEqual(problems.map(shown), [
      'inventory.yaml:3:14 10.0.0.1 port 22 of device b is also a (inventory.yaml:2:14). Correct one of them, unless both mean the same box.',
    ])
    assert.equal(problems[0]?.severity, 'warning')
  })

  it('warns of a serial number that the platform never shows', () => {
    const problems = lint(`devices:
  a: { host: 10.0.0.1, platform: frr, expect: { serial: ABC123 } }
  b: { host: 10.0.0.2, platform: arista_eos, expect: { serial: ABC124 } }
  c: { host: 10.0.0.3, platform: frr, expect: { hostname: c } }
  d: { host: 10.0.0.4, platform: autodetect, expect: { serial: ABC125 } }
`)
    assert.deepEqual(
      problems.map(({ code, message, at }) => [code, message, at?.line]),
      [['serial-never-seen', 'device a expects a serial number, which frr does not show: its backups will be held', 2]],
    )
  })

  it('finds a device that is its own jump host', () => {
    const problems = lint('devices:\n  bastion: { host: 192.0.2.10, jump_host: bastion }\n')
    assert.deepEqual(
      problems.map(({ code, severity }) => [code, severity]),
      [['jump-host-loop', 'error']],
    )
  })

  it('warns of names that differ in capital letters only', () => {
    assert.deepEqual(lint('devices:\n  r1: { host: 10.0.0.1 }\n  R1: { host: 10.0.0.2 }\n').map(shown), [
      'inventory.yaml:3:3 device R1 differs from r1 (inventory.yaml:2:3) in capital letters only. Rename one of them: selections and known_hosts take both names for one.',
    ])
  })

  it('names all devices of an expired SSH profile in one warning', () => {
    const devices = Array.from(
      { length: 30 },
      (_, index) =>
        `  old-${index + 10}: { host: 10.0.1.${index}, ssh: { algorithms: legacy-sha1, reason: old, until: 2026-05-0${index % 5} } }`,
    )
    const problems = lint(`devices:\n${devices.map((line) => line.replace('05-00', '04-30')).join('\n')}\n`)
    assert.deepEqual(
      problems.map(({ code, severity }) => [code, severity]),
      [['ssh-profile-expired', 'warning']],
    )
    assert.match(
      problems[0]?.message ?? '',
      /^SSH profile legacy-sha1 of 24 devices \(old-\[.*\) is past its end \(2026-04-30\)$/,
    )
  })

  it('asks why and until when an old SSH profile is spoken, in one warning for each profile', () => {
    const problems = lint(`devices:
  a: { host: 10.0.0.1, ssh: { algorithms: legacy-sha1, reason: old } }
  b: { host: 10.0.0.2, ssh: { algorithms: legacy-sha1, reason: old, until: 2099-01-01 } }
  c: { host: 10.0.0.3, ssh: { algorithms: museum } }
  d: { host: 10.0.0.4, ssh: { algorithms: museum, until: 2099-01-01 } }
  e: { host: 10.0.0.5, ssh: { algorithms: modern } }
`)
    assert.deepEqual(problems.map(shown), [
      'inventory.yaml:2:43 SSH profile legacy-sha1 of a has no end date. As: netlatch inventory set a ssh.reason="why" ssh.until=<date>',
      'inventory.yaml:4:43 SSH profile museum of 2 devices (c d) has no reason or no end date. As: netlatch inventory set c ssh.reason="why" ssh.until=<date>',
    ])
  })

  it('says which devices no credential can open, and which credentials can open none', () => {
    const problems = lint(
      `devices:
  a: { host: 10.0.0.1, tags: [core] }
  b: { host: 10.0.0.2, tags: [edge] }
  c: { host: 172.16.0.1, tags: [core] }
  d: { host: 10.0.0.4, tags: [edge], status: planned }
  e: { host: 10.0.0.5, transport: telnet }
  f: { host: f.example.net, credential: core }
`,
      `  core: { username: u, tags: [core], hosts: [10.0.0.0/8], secret: "SEALED" }
  far: { username: u, match: "name:a", hosts: [192.168.0.0/16], secret: "SEALED" }
  glass: { username: u, tags: [edge], hosts: [any], fallback: true, secret: "SEALED" }
  typo: { username: u, tags: [cor], hosts: [any], secret: "SEALED" }
${key}`,
    )
    assert.deepEqual(
      problems.map(({ code, message }) => `${code}: ${message}`),
      [
        'no-candidate: no credential applies to device b',
        'no-candidate: no credential applies to device c',
        'credential-unused: far can open no device: those it matches are outside 192.168.0.0/16, or there are none',
        'credential-unused: typo can open no device: no active device has the tag cor',
      ],
    )
    assert.ok(problems.every(({ severity }) => severity === 'warning'))
  })

  it('counts many devices without a credential in one line, and none where a default covers them', () => {
    const devices = `devices:\n${Array.from({ length: 21 }, (_, index) => `  sw-${index + 10}: { host: 10.0.2.${index} }`).join('\n')}\n`
    const all = `  any: { username: u, hosts: [10.0.0.0/8], tags: [x], secret: "SEALED" }\n${key}`
    assert.deepEqual(
      lint(devices, all)
        .map(({ code, message }) => [code, message])
        .at(0),
      ['no-candidate', 'no credential applies to 21 devices (sw-[10-30])'],
    )
    assert.deepEqual(lint(devices, all, 'default: any\n'), [])
  })

  it('warns when a local account would be tried on devices that ask a login server first', () => {
    const devices =
      'defaults: { realm: tacacs-core }\ndevices:\n  a: { host: 10.0.0.1, tags: [t] }\n  b: { host: 10.0.0.2, tags: [t] }\n'
    const local = `  local: { username: admin, realm: on-device, tags: [t], hosts: [any], secret: "SEALED" }\n${key}`
    assert.deepEqual(lint(devices, local).map(shown), [
      'credentials.yaml:8:3 local can be tried on 2 devices (a b) that ask tacacs-core first. Mark it fallback: true, or narrow its tags.',
    ])
    const spared = lint(devices, local.replace('hosts: [any]', 'hosts: [any], fallback: true'))
    assert.deepEqual(
      spared.map(({ code }) => code),
      ['no-candidate', 'no-candidate'],
    )
  })

  it('warns where one username has a realm in one credential and none in another', () => {
    const devices = 'devices:\n  a: { host: 10.0.0.1, tags: [t] }\n'
    const two = (first: string, second: string) =>
      lint(
        devices,
        `  one: { username: admin, ${first}tags: [t], hosts: [any], secret: "SEALED" }
  two: { username: 'CORP\\Admin', ${second}tags: [t], hosts: [any], secret: "SEALED" }
${key}`,
      )
    assert.deepEqual(two('realm: tacacs-core, ', '').map(shown), [
      'credentials.yaml:9:3 two names no realm, and one of the same username names tacacs-core: their failed logins are counted apart. netlatch vault set two --realm tacacs-core, or --realm on-device.',
    ])
    assert.deepEqual(two('', ''), [])
    assert.deepEqual(two('realm: on-device, ', ''), [])
    assert.deepEqual(two('realm: tacacs-core, ', 'realm: on-device, '), [])
  })

  it('names unknown credentials, realms and wrong match expressions where they stand', () => {
    const problems = lint(
      'devices:\n  a: { host: 10.0.0.1, tags: [t], credential: cores }\n',
      `  core: { username: u, realm: tacacs-cor, tags: [t], hosts: [any], secret: "SEALED" }
  bad: { username: u, match: "status:active", hosts: [any], secret: "SEALED" }`,
    )
    assert.deepEqual(problems.map(shown), [
      'credentials.yaml:9:30 match: of bad: "status:active", column 1: a credential cannot match by status. Match by tag, name, site, platform, role, group or host.',
      'inventory.yaml:2:47 unknown credential "cores". Did you mean core?',
      'netlatch.yaml:2:44 unknown credential "bastion-key". netlatch vault add bastion-key',
      'credentials.yaml:8:31 unknown realm "tacacs-cor" of core. Did you mean tacacs-core?',
    ])
    assert.ok(problems.every(({ severity }) => severity === 'error'))
  })
})
