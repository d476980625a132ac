import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { assertNoSecrets } from './support/canary.ts'
import { customerNames } from './support/customers.ts'
import { jsons, runningN8n } from './support/running-n8n.ts'
import { itemsNode, netlatchNode, workspaceByName } from './support/workflows.ts'

describe('Discover Credentials in a running n8n', () => {
  const n8nNow = runningN8n()
  const acme = { workspace: workspaceByName('acme') }
  const codeOf = (details: unknown) => (details as { code?: string } | undefined)?.code

  it('opens each of three customers once, whatever items ask, and pairs what comes out with what went in', async () => {
    const { last } = n8nNow()
    const run = await last(
      netlatchNode('List', 'netlatchInventory', { resource: 'workspace', operation: 'getAll', returnAll: true }),
      netlatchNode('Discover', 'netlatchDiscoverCredentials', {
        workspace: workspaceByName('={{ $json.workspace }}'),
        devices: 'active',
        options: { output: 'summary' },
      }),
    )
    const out = run.data?.main[1] ?? []
    assert.deepEqual(
      out.map(({ json, pairedItem }) => [json.workspace, json.devices, json.opened, json.needAttention, pairedItem]),
      customerNames.map((name, index) => [name, 3, 2, 1, [{ item: index }]]),
    )
    assert.match(String(out[0]?.json.text), /^2 of 3 opened\. 1 need attention: 1 no credential works\.$/)
    assert.match(String(out[0]?.json.markdown), /^\*\*2 of 3 opened.*\n- 1 no credential works: acme-acc-1$/s)
  })

  it('tries nothing twice when it is run again', async () => {
    const { customers, last } = n8nNow()
    const before = (await customers.fleet.ask('counters')).attempts.length
    const run = await last(netlatchNode('Discover', 'netlatchDiscoverCredentials', acme))
    assert.deepEqual(
      jsons(run, 0).map(({ result }) => result),
      ['skipped', 'skipped'],
    )
    assert.equal((await customers.fleet.ask('counters')).attempts.length, before)
  })

  it('takes devices from items: by name from the inventory, with an address as they are, NetBox as it answers', async () => {
    const { customers, last } = n8nNow()
    const place = customers.fleet.place('acme-core-1')
    const run = await last(
      itemsNode('Items', [
        { id: 1, name: 'acme-core-1', primary_ip4: { address: '203.0.113.9/32' }, status: { value: 'active' } },
        {
          id: 2,
          name: 'fresh-1',
          primary_ip4: { address: `${place.address}/24` },
          platform: { slug: 'cisco-ios' },
          site: { slug: 'hq' },
          tags: [{ slug: 'net' }],
          status: { value: 'active' },
        },
        { id: 3, name: 'planned-1', primary_ip4: { address: '203.0.113.10/32' }, status: { value: 'planned' } },
        { id: 4, comment: 'no device at all' },
      ]),
      netlatchNode('Explain', 'netlatchDiscoverCredentials', {
        ...acme,
        operation: 'testLogin',
        devices: 'items',
      }),
    )
    const done = run.data?.main[0] ?? []
    assert.deepEqual(done.map(({ json, pairedItem }) => [json.device, json.result, json.host, pairedItem]).toSorted(), [
      ['acme-core-1', 'opened', place.address, [{ item: 0 }]],
      ['planned-1', 'skipped', '203.0.113.10', [{ item: 2 }]],
    ])
    const attention = run.data?.main[1] ?? []
    assert.deepEqual(
      attention.map(({ json, pairedItem }) => [json.device, json.code ?? json.result, pairedItem]).toSorted(),
      [
        [null, 'INPUT_INVALID', [{ item: 3 }]],
        // The port of a simulated device is not 22, and nobody said so: nothing of ours listens there.
        ['fresh-1', 'attention', [{ item: 1 }]],
      ].toSorted(),
    )
  })

  it('tells of each device that came in and is not active, whatever is asked', async () => {
    const { last } = n8nNow()
    const items = itemsNode('Items', [
      { name: 'acme-core-1' },
      { name: 'planned-1', primary_ip4: { address: '203.0.113.10/32' }, status: { value: 'planned' } },
    ])
    const asked = [
      ...['explain', 'plan', 'scanHostKeys', 'coverage'].map((operation) => ['netlatchDiscoverCredentials', operation]),
      ...['getConfiguration', 'getDiff', 'getStatus'].map((operation) => ['netlatchRunBackup', operation]),
    ] as const
    for (const [type = '', operation] of asked) {
      const run = await last(items, netlatchNode('Ask', type, { ...acme, operation, devices: 'items' }))
      const out = run.data?.main.flatMap((each) => each ?? []) ?? []
      assert.deepEqual(
        out
          .filter(({ json }) => json.device === 'planned-1')
          .map(({ json, pairedItem }) => [json.result, json.message, pairedItem]),
        [['skipped', 'planned-1: status planned', [{ item: 1 }]]],
        operation,
      )
    }
  })

  it('finds devices by filter, by name and by selection', async () => {
    const { last } = n8nNow()
    const explained = async (parameters: object) => {
      const node = netlatchNode('Explain', 'netlatchDiscoverCredentials', {
        ...acme,
        operation: 'explain',
        ...parameters,
      })
      return jsons(await last(node), 0).map(({ device }) => device)
    }
    assert.deepEqual(await explained({ devices: 'filter', sites: ['hq'], platforms: ['cisco_ios'] }), ['acme-core-1'])
    assert.deepEqual(
      await explained({ devices: 'filter', sites: ['branch'], platforms: ['arista_eos'], mustMatch: 'any' }),
      ['acme-core-2', 'acme-acc-1'],
    )
    assert.deepEqual(await explained({ devices: 'name', device: { __rl: true, mode: 'name', value: 'acme-acc-1' } }), [
      'acme-acc-1',
    ])
    assert.deepEqual(await explained({ devices: 'selection', selection: 'result:opened' }), [
      'acme-core-1',
      'acme-core-2',
    ])
  })

  it('plans account by account, explains, and counts coverage, without a login', async () => {
    const { customers, last } = n8nNow()
    const before = (await customers.fleet.ask('counters')).attempts.length
    const plan = await last(
      netlatchNode('Plan', 'netlatchDiscoverCredentials', {
        ...acme,
        operation: 'plan',
        options: { retest: 'everything' },
      }),
    )
    const [account] = [...jsons(plan, 0), ...jsons(plan, 1)]
    assert.equal(account?.account, 'netops')
    assert.match(String(account?.text), /netops .*locks at 3/)
    const coverage = await last(
      netlatchNode('Coverage', 'netlatchDiscoverCredentials', { ...acme, operation: 'coverage' }),
    )
    assert.match(String(jsons(coverage, 1)[0]?.text), /^2 of 3 opened\. 1 need attention\.$/)
    assert.equal((await customers.fleet.ask('counters')).attempts.length, before)
  })

  it('collects host keys without any login', async () => {
    const { customers, last } = n8nNow()
    const before = (await customers.fleet.ask('counters')).attempts.length
    const scan = await last(netlatchNode('Scan', 'netlatchDiscoverCredentials', { ...acme, operation: 'scanHostKeys' }))
    assert.deepEqual(
      jsons(scan, 0).map(({ result }) => result),
      ['known', 'known', 'known'],
    )
    assert.match(String(jsons(scan, 0)[0]?.fingerprint), /^ED25519 SHA256:/)
    assert.equal((await customers.fleet.ask('counters')).attempts.length, before)
  })

  it('ends with what happened and how to go on; under continue on fail it is an item, and the others go on', async () => {
    const { last } = n8nNow()
    const discover = (more: object) =>
      netlatchNode(
        'Discover',
        'netlatchDiscoverCredentials',
        { workspace: workspaceByName('={{ $json.customer }}') },
        more,
      )
    const stopped = await last(itemsNode('Items', [{ customer: 'acmee' }]), discover({}))
    assert.match(stopped.error?.message ?? '', /^Workspace 'acmee' was not found/)
    assert.match(stopped.error?.description ?? '', /^Nearest: acme\. 3 workspaces in /)
    const items = itemsNode('Items', [{ customer: 'acmee' }, { customer: 'acme' }])
    const went = await last(items, discover({ onError: 'continueRegularOutput' }))
    assert.deepEqual(
      jsons(went, 0).map(({ result }) => result),
      ['skipped', 'skipped'],
    )
    assert.deepEqual(
      jsons(went, 1).map(({ device, details }) => device ?? codeOf(details)),
      ['NOT_FOUND', 'acme-acc-1'],
    )
    const apart = await last(items, discover({ onError: 'continueErrorOutput' }))
    assert.deepEqual(
      jsons(apart, 2).map(({ details }) => codeOf(details)),
      ['NOT_FOUND'],
    )
    assert.equal(jsons(apart, 0).length, 2)
  })

  it('reads a selection like the command line, and says where it is wrong', async () => {
    const { last } = n8nNow()
    const run = await last(
      netlatchNode('Explain', 'netlatchDiscoverCredentials', {
        ...acme,
        operation: 'explain',
        devices: 'selection',
        selection: 'site:hq an not lab',
      }),
    )
    assert.match(run.error?.message ?? '', /^'Selection' could not be read at character \d+/)
    assert.match(run.error?.description ?? '', /Write a,b for either of them, or: a and b/)
  })

  it('keeps every secret out of executions, database, files and what it says', async () => {
    const { n8n, customers } = n8nNow()
    await assertNoSecrets(n8n, customers.secrets)
  })

  it('ends cleanly', async () => {
    const { n8n, customers } = n8nNow()
    assert.equal(await n8n.stop(), 0)
    await assertNoSecrets(n8n, customers.secrets)
  })
})
