import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { NetlatchError } from '../../../packages/core/src/errors.ts'
import { matchExpression } from '../../../packages/core/src/inventory/match-expression.ts'
import {
  readNameLines,
  type SelectOptions,
  selectDevices,
} from '../../../packages/core/src/inventory/select-devices.ts'
import { inventoryOfText } from '../../support/inventory-of-text.ts'

const inventory = inventoryOfText(`groups:
  dc1: { site: fra, tags: [dc1] }
  core: {}
  hollow: {}
devices:
  fra-core-1: { host: 10.0.0.1, groups: [dc1], tags: [backbone], platform: cisco_ios, role: core }
  fra-core-2: { host: [10.1.0.2, "2001:db8::2"], groups: [dc1], tags: [backbone, lab], port: 2222 }
  fra-acc-07: { host: acc7.example.net, groups: [dc1], status: planned }
  lab: { host: 192.0.2.9, site: "Frankfurt 1" }
  x1: { host: 192.0.2.10, jump_host: bastion, groups: [core], tags: [core] }
  x2: { host: 192.0.2.11, tags: [core] }
`)
const now = new Date('2026-05-04T12:00:00Z')
const facts: SelectOptions['facts'] = ({ name }) =>
  name === 'x1'
    ? {
        results: ['opened'],
        credential: 'netops',
        testedAt: new Date('2026-05-01T00:00:00Z'),
        backups: ['good', 'held'],
        backedUpAt: new Date('2026-05-04T11:00:00Z'),
      }
    : { results: ['untested'], backups: ['none'] }

const names = async (selection: string, options: Partial<SelectOptions> = {}) => {
  const { devices } = await selectDevices(selection, inventory, { statuses: 'active', facts, now, ...options })
  return devices.map(({ name }) => name).join(' ')
}
const refusal = async (selection: string, options: Partial<SelectOptions> = {}) => {
  const error = await selectDevices(selection, inventory, { statuses: 'active', ...options }).catch((caught) => caught)
  assert.ok(error instanceof NetlatchError, `${selection} was not refused`)
  return `${error.code} ${error.message} ${error.advice ?? ''}`.trim()
}

describe('selectDevices', () => {
  it('takes a bare word for the device, group or tag of that name', async () => {
    assert.equal(await names('fra-core-1,X2'), 'fra-core-1 x2')
    assert.equal(await names('backbone'), 'fra-core-1 fra-core-2')
    assert.equal(await names('fra-core-[1-9]'), 'fra-core-1 fra-core-2')
    assert.equal(
      (await selectDevices('backbone and not fra-core-2', inventory, { statuses: 'all' })).understood,
      'tag:backbone and not name:fra-core-2',
    )
  })

  it('takes a word that is several things only where all of them mean the same devices', async () => {
    assert.equal(await names('dc1'), 'fra-core-1 fra-core-2')
    assert.equal(await refusal('core'), 'SELECTION_INVALID core is a group and a tag: write group:core or tag:core')
    assert.equal(
      await refusal('x1 and not lab'),
      'SELECTION_INVALID lab is a device and a tag: write name:lab or tag:lab',
    )
  })

  it('knows every key of the inventory', async () => {
    assert.equal(await names('site:fra and role:core'), 'fra-core-1')
    assert.equal(await names('site:"frankfurt 1"'), 'lab')
    assert.equal(await names('platform:cisco_*'), 'fra-core-1')
    assert.equal(await names('group:core or tag:lab'), 'fra-core-2 x1')
    assert.equal(await names('host:10.0.0.0/15'), 'fra-core-1 fra-core-2')
    assert.equal(await names('host:2001:0DB8:0::2'), 'fra-core-2')
    assert.equal(await names('host:192.0.2.*'), 'lab x1 x2')
    assert.equal(await names('host:*.example.net', { statuses: 'all' }), 'fra-acc-07')
    assert.equal(await names('port:2222,830'), 'fra-core-2')
    assert.equal(await names('jump:bastion'), 'x1')
  })

  it('knows the keys that read the state, and refuses them where there is none', async () => {
    assert.equal(await names('result:opened'), 'x1')
    assert.equal(await names('credential:net*'), 'x1')
    assert.equal(await names('older:3d and tag:core'), 'x1 x2')
    assert.equal(await names('older:4d and tag:core'), 'x2')
    assert.equal(await names('backup:held'), 'x1')
    assert.equal(await names('not backup-older:2h'), 'x1')
    assert.match(await refusal('result:opened'), /^SELECTION_INVALID .*result: reads the state/)
    assert.match(await refusal('older:30', { facts }), /older:30 is no age\. Write older:30d/)
    assert.match(
      await refusal('x1 or host:10.0.0.0/33'),
      /column 7: host:10\.0\.0\.0\/33 is no network\. Write host:10\.20/,
    )
    assert.match(await refusal('result:open', { facts }), /unknown result "open"\. Did you mean opened\?/)
    assert.match(await refusal('status:actve'), /unknown status "actve"\. Did you mean active\?/)
  })

  it('leaves out devices that are not active, unless the selection says status', async () => {
    assert.equal(await names('all'), 'fra-core-1 fra-core-2 lab x1 x2')
    assert.equal(await names('all', { statuses: 'all' }), 'fra-core-1 fra-core-2 fra-acc-07 lab x1 x2')
    assert.equal(await names('site:fra and status:planned,active'), 'fra-core-1 fra-core-2 fra-acc-07')
    assert.equal(
      await refusal('fra-acc-07'),
      'NOTHING_SELECTED 0 devices: name:fra-acc-07 selects 1, none of them active (planned). Add: and status:planned',
    )
  })

  it('says what was understood and what is near when nothing is found', async () => {
    assert.match(
      await refusal('fra-core'),
      /^NOTHING_SELECTED 0 devices: fra-core is no device, group or tag\. Nearest: /,
    )
    assert.match(await refusal('tag:fra-core'), /tag fra-core exists on none\. Nearest: .*site:fra \(3\)/)
    assert.match(await refusal('tag:labb'), /Nearest: tag:lab \(1\)/)
    assert.match(
      await refusal('site:fra and tag:core'),
      /site:fra and tag:core selects none \(site:fra 3, tag:core 2\)/,
    )
    assert.match(await refusal('hollow'), /group:hollow selects none/)
  })

  it('refuses an unknown bare word also where it would only take devices away', async () => {
    assert.match(await refusal('all and not labb'), /labb is no device, group or tag\. Nearest: .*lab/)
    assert.match(await refusal('x1,x9'), /x9 is no device, group or tag/)
  })

  it('notes a keyed value that exists nowhere, and the two meanings of failed', async () => {
    const { notes } = await selectDevices('site:fra and not tag:labb', inventory, { statuses: 'active' })
    assert.deepEqual(notes, ['tag labb exists on none. Nearest: tag:lab (1), name:lab.'])
    const both = await selectDevices('all and not status:failed', inventory, { statuses: 'active' })
    assert.deepEqual(both.notes, ['status:failed is the life cycle; the last test is result:failed'])
  })

  it('reads names from the last run, a file and standard input', async () => {
    assert.equal(await names('@failed and not x2', { lastAttention: ['x2', 'x1', 'gone'] }), 'x1')
    const asked: string[] = []
    const readNames = async (source: string) => {
      asked.push(source)
      return readNameLines('# those\nx1  # note\n\r\nlab\r\n')
    }
    assert.equal(await names('@list.txt', { readNames }), 'lab x1')
    assert.equal(await names('@-', { readNames }), 'lab x1')
    assert.deepEqual(asked, ['list.txt', '@-'])
    assert.match(await refusal('@failed'), /@failed needs the last run/)
    assert.match(await refusal('@x'), /@x needs a file/)
  })
})

describe('matchExpression', () => {
  const matching = (text: string) =>
    inventory.devices
      .filter(matchExpression(text).matches)
      .map(({ name }) => name)
      .join(' ')

  it('holds for devices one by one; a bare word is a name, a group or a tag', () => {
    assert.equal(matching('core and not x2'), 'x1')
    assert.equal(matching('lab'), 'fra-core-2 lab')
    assert.equal(matching('all'), inventory.devices.map(({ name }) => name).join(' '))
    assert.equal(matching('site:fra and host:10.0.0.0/8'), 'fra-core-1 fra-core-2')
  })

  it('counts its terms, the more the more specific', () => {
    assert.equal(matchExpression('all').terms, 0)
    assert.equal(matchExpression('site:fra and not lab').terms, 2)
  })

  it('refuses what changes by itself: status, state, files and runs', () => {
    for (const text of [
      'status:active',
      'not result:failed',
      'older:3d',
      'host:10.0.0.0/33',
      '@failed',
      '@list',
      'a and',
    ])
      assert.throws(() => matchExpression(text), { code: 'SELECTION_INVALID' }, text)
  })
})
