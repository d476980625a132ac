import assert from 'node:assert/strict'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, it } from 'mocha'
import { generateIdentity } from '../../packages/core/src/vault/age-wrap.ts'
import { assertNoSecrets, filesWithSecrets } from './support/canary.ts'
import { type Customers, customerNames, openCustomers, workspaceCredential } from './support/customers.ts'
import { N8nApi } from './support/n8n-api.ts'
import { type NodeRun, openRealN8n, type RealN8n } from './support/real-n8n.ts'
import {
  itemsNode,
  type NodeSpec,
  netlatchNode,
  startByHand,
  workflowOf,
  workspaceByName,
} from './support/workflows.ts'

describe('the nodes in a running n8n', () => {
  let n8n: RealN8n
  let customers: Customers
  let api: N8nApi

  before(async function () {
    this.timeout(900_000)
    n8n = await openRealN8n((line) => process.stderr.write(`${line}\n`))
    customers = await openCustomers(`${n8n.files}/netlatch`)
    await n8n.importCredentials([workspaceCredential(customers.folder, customers.identity)])
    api = new N8nApi(await n8n.start())
    await api.setUp()
  })
  after(async () => {
    await n8n?.[Symbol.asyncDispose]()
    await customers?.[Symbol.asyncDispose]()
  })

  /** Plays nodes in a row; gives the run of the last one. */
  async function last(...nodes: readonly NodeSpec[]): Promise<NodeRun> {
    const run = await api.play(workflowOf('test', [startByHand, ...nodes]))
    const name = nodes.at(-1)?.name ?? ''
    const [node] = run.data.resultData.runData[name] ?? []
    assert.ok(node, `${name} ran: ${JSON.stringify(run.data.resultData.error)}`)
    return node
  }

  const acme = { workspace: workspaceByName('acme') }
  const codeOf = (details: unknown) => (details as { code?: string } | undefined)?.code
  const jsons = (run: NodeRun, output: number) => run.data?.main[output]?.map(({ json }) => json) ?? []

  it('opens each of three customers once, whatever items ask, and pairs what comes out with what went in', async () => {
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
    const before = (await customers.fleet.ask('counters')).attempts.length
    const run = await last(netlatchNode('Discover', 'netlatchDiscoverCredentials', acme))
    assert.deepEqual(
      jsons(run, 0).map(({ result }) => result),
      ['skipped', 'skipped'],
    )
    assert.equal((await customers.fleet.ask('counters')).attempts.length, before)
  })

  it('takes devices from items: by name from the inventory, with an address as they are, NetBox as it answers', async () => {
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

  it('finds devices by filter, by name and by selection', async () => {
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
    const before = (await customers.fleet.ask('counters')).attempts.length
    const scan = await last(netlatchNode('Scan', 'netlatchDiscoverCredentials', { ...acme, operation: 'scanHostKeys' }))
    assert.deepEqual(
      jsons(scan, 0).map(({ result }) => result),
      ['known', 'known', 'known'],
    )
    assert.match(String(jsons(scan, 0)[0]?.fingerprint), /^ED25519 SHA256:/)
    assert.equal((await customers.fleet.ask('counters')).attempts.length, before)
  })

  it('backs up over the connections that are open, with the file, and the diff of what changed', async () => {
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

  it('sends nothing that writes', async () => {
    const before = (await customers.fleet.ask('counters')).attempts.length
    const run = await last(netlatchNode('Run', 'netlatchRunCommand', { ...acme, commands: 'reload' }))
    assert.match(run.error?.message ?? '', /"reload" is not read-only/)
    assert.equal((await customers.fleet.ask('counters')).attempts.length, before)
  })

  it('runs a job of the workspace', async () => {
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

  it('writes devices into the inventory, and only their lines', async () => {
    const file = join(customers.folder, 'initech', 'inventory.yaml')
    const before = await readFile(file, 'utf8')
    const upsert = () =>
      last(
        itemsNode('Form', [
          { name: 'initech-new-1', host: '127.77.9.9' },
          { name: 'initech-core-1', host: '' },
          { name: '', host: '127.77.9.10' },
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

  it('says what is wrong in the files, with its line', async () => {
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

  it('ends with what happened and how to go on; under continue on fail it is an item, and the others go on', async () => {
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

  it('stays inside the folders that n8n may use', async () => {
    const id = await api.makeCredential({
      name: 'Outside',
      type: 'netlatchWorkspaceApi',
      data: workspaceCredential('/etc', customers.identity).data,
    })
    const credentials = { netlatchWorkspaceApi: { id, name: 'Outside' } }
    const run = await last(netlatchNode('Discover', 'netlatchDiscoverCredentials', {}, { credentials }))
    assert.equal(run.error?.message, "n8n may not use '/etc'")
    assert.match(run.error?.description ?? '', /N8N_RESTRICT_FILE_ACCESS_TO/)
    const { status, message } = await api.testCredential({
      id,
      name: 'Outside',
      type: 'netlatchWorkspaceApi',
      data: workspaceCredential('/etc', customers.identity).data,
    })
    assert.deepEqual([status, message.includes("n8n may not use '/etc'")], ['Error', true])
  })

  it('says at the Test button what it found', async () => {
    const { status, message } = await api.testCredential({
      ...workspaceCredential(customers.folder, customers.identity),
      id: 'netlatchws000001',
    })
    assert.equal(status, 'OK')
    assert.match(
      message,
      /^3 workspaces, 10 devices, 6 credentials\. \d problems: acme\/credentials\.yaml:\d+ retired /,
    )
  })

  it('makes the folder and an empty inventory where it is told so', async () => {
    const { data } = workspaceCredential(join(n8n.files, 'fresh'), customers.identity)
    const id = await api.makeCredential({ name: 'Fresh', type: 'netlatchWorkspaceApi', data })
    const credentials = { netlatchWorkspaceApi: { id, name: 'Fresh' } }
    const parameters = { resource: 'workspace', operation: 'getAll' }
    const run = await last(netlatchNode('List', 'netlatchInventory', parameters, { credentials }))
    assert.deepEqual(
      jsons(run, 0).map(({ workspace, devices }) => [workspace, devices]),
      [['fresh', 0]],
    )
    const missing = workspaceCredential(join(n8n.files, 'missing'), '', { createIfMissing: false })
    const { status, message } = await api.testCredential({ ...missing, id: '' })
    assert.equal(status, 'Error')
    assert.match(message, /^Folder '.*missing' is not there\. /)
  })

  it('turns answers into rows, by the templates of the workspace', async () => {
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

  it('says that an identity opens no vault of these', async () => {
    const { identity } = await generateIdentity()
    const { data } = workspaceCredential(customers.folder, identity)
    const { status, message } = await api.testCredential({ id: '', name: 'Other', type: 'netlatchWorkspaceApi', data })
    assert.equal(status, 'Error')
    assert.match(message, /^The identity does not open this vault\. Its recipients are n8n-test\./)
  })

  it('would be caught with a secret in a file', async () => {
    const leak = join(n8n.files, 'leak.txt')
    await writeFile(leak, Buffer.from(`x${customers.password}`).toString('base64'))
    assert.deepEqual(await filesWithSecrets([n8n.files], customers.secrets), [leak])
    await rm(leak)
  })

  it('keeps every secret out of executions, database, files and what it says', async () => {
    await assertNoSecrets(n8n, customers.secrets)
  })

  it('ends cleanly', async () => {
    assert.equal(await n8n.stop(), 0)
    await assertNoSecrets(n8n, customers.secrets)
  })
})
