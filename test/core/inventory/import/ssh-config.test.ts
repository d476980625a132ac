import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { importSshConfig } from '../../../../packages/core/src/inventory/import/ssh-config.ts'
import { importFile, inventoryOf, shownNotes } from '../../../support/imported-inventory.ts'

describe('importing an OpenSSH client configuration', () => {
  const imported = importSshConfig(importFile('ssh_config'), 'config')

  it('gives each named host the first value that applies to it', () => {
    const inventory = inventoryOf(imported)
    assert.deepEqual(inventory.problems, [])
    assert.deepEqual(
      inventory.devices.map(({ name, hosts: [host], port, jumpHost, ssh }) => [
        name,
        host,
        port,
        jumpHost,
        ssh.algorithms,
      ]),
      [
        ['by-hand', 'by-hand', 22, 'bastion', 'modern'],
        ['core1', '10.20.0.1', 2222, undefined, 'modern'],
        ['fra-acc-1', 'fra-acc-1', 22, 'bastion', 'legacy-sha1'],
        ['fra-core-1', '10.20.0.1', 2222, 'bastion', 'modern'],
        ['fra-old-1', 'fra-old-1.example.net', 22, 'bastion', 'museum'],
      ],
    )
    assert.deepEqual(imported.jumpHosts, ['bastion'])
  })

  it('says what is no device, and what it did not read', () => {
    assert.deepEqual(shownNotes(imported), [
      'skipped: the way to others, not a device: it is a jump host (bastion)',
      'skipped: the jump host "ops@first:2022,second" is more than a name (two-hops)',
      'skipped: User git: a git server (github.example)',
      'platform: no platform given (fra-core-1 core1 fra-old-1 fra-acc-1 by-hand)',
      'left-out: a Match block is not read (line 22)',
      'left-out: an included file is not read (line 21)',
      'login: login as netops (fra-core-1 core1 fra-acc-1 by-hand)',
      'login: login as old (fra-old-1)',
    ])
  })
})
