import assert from 'node:assert/strict'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it } from 'mocha'
import { assertNoneIn, assertNoSecrets } from './support/canary.ts'
import { jsons, runningN8n } from './support/running-n8n.ts'
import { itemsNode, netlatchNode, workspaceByName } from './support/workflows.ts'

describe('backups, commands and the inventory in a running n8n', () => {
  const n8nNow = runningN8n()
  const acme = { workspace: workspaceByName('acme') }

  it('backs up over the connections that are open, with the file, and the diff of what changed', async () => {
    const { customers, last } = n8nNow()
    const first = await last(
      netlatchNode('Back up', 'netlatchRunBackup', { ...acme, options: { binaryField: 'file' } }),
    )
    assert.deepEqual(
      jsons(first, 0)
        .map(({ device, result }) => [device, result])
        .toSorted(),
      [
        ['acme-core-1', 'first'],
        ['acme-core-2', 'first'],
      ],
    )
    const file = first.data?.main[0]?.[0]?.binary?.file
    assert.match(file?.fileName ?? '', /^acme-core-\d\.cfg$/)
    assert.deepEqual(
      jsons(first, 1).map(({ device, result, lastGoodAt }) => [device, result, lastGoodAt]),
      [['acme-acc-1', 'failed', null]],
    )
    const text = await customers.fleet.ask('configuration', 'acme-core-2')
    const changed = text.replace(/^(hostname .*)$/m, '$1\n!\nip name-server 192.0.2.53')
    await customers.fleet.ask('setConfiguration', 'acme-core-2', changed)
    const second = await last(netlatchNode('Back up', 'netlatchRunBackup', acme))
    const [item] = jsons(second, 0).filter(({ result }) => result === 'changed')
    assert.match(String(item?.diff), /^\+ip name-server 192\.0\.2\.53$/m)
    assert.equal(item?.linesAdded, 2)
    assert.match(second.hints?.[0]?.message ?? '', /^2 of 3 saved: 1 changed, 1 unchanged/)
  })

  it('reads what was saved: configuration, diff and ages', async () => {
    const { last } = n8nNow()
    const read = (operation: string, more: object = {}) =>
      last(netlatchNode('Read', 'netlatchRunBackup', { ...acme, operation, ...more }))
    const configuration = await read('getConfiguration')
    assert.match(
      String(jsons(configuration, 0).find(({ device }) => device === 'acme-core-2')?.configuration),
      /name-server/,
    )
    assert.deepEqual(
      jsons(configuration, 1).map(({ device, result }) => [device, result]),
      [['acme-acc-1', 'missing']],
    )
    const diff = await read('getDiff', { devices: 'name', device: { __rl: true, mode: 'name', value: 'acme-core-2' } })
    assert.deepEqual(
      jsons(diff, 0).map(({ result, linesAdded }) => [result, linesAdded]),
      [['different', 2]],
    )
    const named = { devices: 'name', device: { __rl: true, mode: 'name', value: 'acme-core-2' } }
    const earlier = await read('getConfiguration', { ...named, version: '1' })
    assert.doesNotMatch(String(jsons(earlier, 0)[0]?.configuration), /192\.0\.2\.53/)
    const points = await read('getDiff', { ...named, from: '1', to: '1' })
    assert.equal(jsons(points, 0)[0]?.result, 'equal')
    const startup = await read('getDiff', { ...named, compare: 'startup' })
    assert.deepEqual(
      [...jsons(startup, 0), ...jsons(startup, 1)].map(({ device }) => device),
      ['acme-core-2'],
    )
    const status = await read('getStatus')
    assert.deepEqual(
      jsons(status, 0).map(({ result }) => result),
      ['good', 'good'],
    )
    assert.deepEqual(
      jsons(status, 1).map(({ result }) => result),
      ['never'],
    )
  })

  it('runs commands that read, one item a device or a command', async () => {
    const { last } = n8nNow()
    const run = (more: object) =>
      last(netlatchNode('Run', 'netlatchRunCommand', { ...acme, commands: 'show version', ...more }))
    const one = await run({ devices: 'filter', sites: ['hq'] })
    assert.deepEqual(
      jsons(one, 0).map(({ result, command }) => [result, command]),
      [
        ['ok', 'show version'],
        ['ok', 'show version'],
      ],
    )
    assert.ok(String(jsons(one, 0)[0]?.output).length > 20)
    const two = await run({
      devices: 'filter',
      sites: ['hq'],
      commands: 'show version\nshow clock',
      options: { output: 'commands' },
    })
    assert.equal(jsons(two, 0).length + jsons(two, 1).length, 4)
    const unmet = await run({
      devices: 'filter',
      sites: ['hq'],
      options: { expect: { expectations: [{ rule: 'contains', text: 'Solaris' }] } },
    })
    assert.deepEqual(jsons(unmet, 0), [])
    assert.match(String(jsons(unmet, 1)[0]?.message), /has no "Solaris"/)
  })

  it('hands configurations on without their secrets, whichever way a device is asked for them', async () => {
    const { customers, last } = n8nNow()
    const planted = await Promise.all(
      ['acme-core-1', 'acme-core-2'].map((name) => customers.fleet.ask('plantedSecrets', name)),
    )
    const jobs = join(customers.folder, 'acme', 'jobs')
    await mkdir(jobs, { recursive: true })
    await writeFile(join(jobs, 'configurations.yaml'), 'selection: site:hq\ncommands: [show running-config]\n')
    const ways = [
      { devices: 'filter', sites: ['hq'], commands: 'show running-config' },
      { operation: 'runJob', job: { __rl: true, mode: 'name', value: 'configurations' } },
      // Two commands, the second refused: what comes out of Needs attention.
      { devices: 'filter', sites: ['hq'], commands: 'show running-config\nshow nonsense', simplify: false },
    ]
    for (const parameters of ways) {
      const run = await last(netlatchNode('Run', 'netlatchRunCommand', { ...acme, ...parameters }))
      const items = JSON.stringify(run)
      assertNoneIn(items, planted.flat(), 'the items')
      assert.match(items, /hostname acme-core-1/)
      assert.match(items, /snmp-server community <nl:/)
    }
  })

  it('sends nothing that writes', async () => {
    const { customers, last } = n8nNow()
    const before = (await customers.fleet.ask('counters')).attempts.length
    const run = await last(netlatchNode('Run', 'netlatchRunCommand', { ...acme, commands: 'reload' }))
    assert.match(run.error?.message ?? '', /"reload" is not read-only/)
    assert.equal((await customers.fleet.ask('counters')).attempts.length, before)
  })

  it('runs a job of the workspace', async () => {
    const { customers, last } = n8nNow()
    const jobs = join(customers.folder, 'acme', 'jobs')
    await mkdir(jobs, { recursive: true })
    await writeFile(join(jobs, 'versions.yaml'), 'selection: site:hq\ncommands: [show version]\n')
    const run = await last(
      netlatchNode('Run', 'netlatchRunCommand', {
        ...acme,
        operation: 'runJob',
        job: { __rl: true, mode: 'name', value: 'versions' },
      }),
    )
    assert.equal(run.error?.message, undefined)
    assert.deepEqual(
      jsons(run, 0).map(({ job, result }) => [job, result]),
      [
        ['versions', 'ok'],
        ['versions', 'ok'],
      ],
    )
  })

  it('turns answers into rows, by the templates of the workspace', async () => {
    const { customers, last } = n8nNow()
    const folder = join(customers.folder, 'acme')
    await mkdir(join(folder, 'templates'), { recursive: true })
    await writeFile(join(folder, 'netlatch.yaml'), 'textfsm: templates\n')
    await writeFile(
      join(folder, 'templates', 'index'),
      'Template, Hostname, Platform, Command\nanything.textfsm, .*, .*, sh[[ow]] ver[[sion]]\n',
    )
    await writeFile(
      join(folder, 'templates', 'anything.textfsm'),
      ['Value FIRST (\\S+)', '', 'Start', '  ^$'.concat('{FIRST} -> Record End'), ''].join('\n'),
    )
    const run = await last(
      netlatchNode('Run', 'netlatchRunCommand', {
        ...acme,
        devices: 'filter',
        sites: ['hq'],
        commands: 'show version',
        parseOutput: true,
      }),
    )
    assert.equal(run.error?.message, undefined)
    const rows = [...jsons(run, 0), ...jsons(run, 1)].map(
      (json) => json.rows as unknown as readonly object[] | undefined,
    )
    assert.deepEqual(
      rows.map((each) => each?.length),
      [1, 1],
      JSON.stringify(run.data?.main),
    )
  })

  it('writes devices into the inventory, and only their lines', async () => {
    const { customers, last } = n8nNow()
    const file = join(customers.folder, 'initech', 'inventory.yaml')
    const before = await readFile(file, 'utf8')
    const upsert = () =>
      last(
        itemsNode('Form', [
          { name: 'initech-new-1', host: '127.77.9.9' },
          { name: 'initech-core-1', host: '' },
          { name: '', host: '127.77.9.10' },
          { name: 'initech-new-1', host: '127.77.9.9' },
        ]),
        netlatchNode('Write', 'netlatchInventory', {
          workspace: workspaceByName('initech'),
          resource: 'device',
          operation: 'upsert',
          name: '={{ $json.name }}',
          host: '={{ $json.host }}',
          fields: { role: 'access' },
        }),
      )
    const run = await upsert()
    assert.deepEqual(
      jsons(run, 0).map(({ device, result }) => [device, result]),
      [
        ['initech-new-1', 'created'],
        ['initech-core-1', 'updated'],
      ],
    )
    assert.deepEqual(
      jsons(run, 1).map(({ device, result }) => [device, result]),
      [['', 'refused']],
    )
    assert.deepEqual(
      run.data?.main[0]?.map(({ pairedItem }) => pairedItem?.map(({ item }) => item)),
      [[0, 3], [1]],
    )
    const after = await readFile(file, 'utf8')
    for (const line of before.split('\n')) assert.ok(after.includes(line), line)
    const many = await last(
      netlatchNode('Many', 'netlatchInventory', {
        workspace: workspaceByName('initech'),
        resource: 'device',
        operation: 'getAll',
        filters: { selection: 'role:access' },
      }),
    )
    assert.deepEqual(
      jsons(many, 0)
        .map(({ device }) => device)
        .toSorted(),
      ['initech-core-1', 'initech-new-1'],
    )
  })

  it('gets one device of the inventory, with what is known of it', async () => {
    const { last } = n8nNow()
    const device = { __rl: true, mode: 'name', value: 'acme-core-1' }
    const get = { ...acme, resource: 'device', operation: 'get', device, simplify: false }
    const [found, ...others] = jsons(await last(netlatchNode('Get', 'netlatchInventory', get)), 0)
    assert.deepEqual(others, [])
    assert.deepEqual([found?.device, found?.site, found?.at], ['acme-core-1', 'hq', found?.at])
    assert.match(String(found?.at), /^inventory\.yaml:\d+$/)
  })

  it('says of each device whether it has changed', async () => {
    const { last } = n8nNow()
    const run = await last(
      itemsNode('Form', [{ name: 'initech-core-1' }, { name: 'initech-core-2' }]),
      netlatchNode('Write', 'netlatchInventory', {
        workspace: workspaceByName('initech'),
        resource: 'device',
        operation: 'upsert',
        name: '={{ $json.name }}',
        fields: { role: 'access' },
      }),
    )
    assert.deepEqual(
      jsons(run, 0).map(({ device, result }) => [device, result]),
      [
        ['initech-core-1', 'unchanged'],
        ['initech-core-2', 'updated'],
      ],
    )
  })

  it('says what is wrong in the files, with its line', async () => {
    const { customers, last } = n8nNow()
    const file = join(customers.folder, 'globex', 'inventory.yaml')
    const before = await readFile(file, 'utf8')
    await writeFile(file, before.replace('platform: cisco_ios', 'platform: cisco_iso'))
    const check = await last(
      netlatchNode('Check', 'netlatchInventory', {
        workspace: workspaceByName('globex'),
        resource: 'workspace',
        operation: 'check',
      }),
    )
    await writeFile(file, before)
    assert.match(String(jsons(check, 1)[0]?.message), /unknown platform "cisco_iso"/)
    assert.equal(jsons(check, 1)[0]?.file, 'inventory.yaml')
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
