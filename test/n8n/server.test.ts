import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { after, before, describe, it } from 'mocha'
import { assertNoSecrets } from './support/canary.ts'
import { type Customers, openCustomers, workspaceCredential } from './support/customers.ts'
import { N8nApi } from './support/n8n-api.ts'
import { openRealN8n, type RealN8n } from './support/real-n8n.ts'
import { until } from './support/until.ts'
import { netlatchNode, startByHand, workflowOf, workspaceByName } from './support/workflows.ts'

/** n8n lets nobody poll more often than once a minute; this one soon. */
function everyMinuteIn(seconds: number): string {
  return `${(new Date().getSeconds() + seconds) % 60} * * * * *`
}

describe('n8n as a server', () => {
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

  const acme = { workspace: workspaceByName('acme') }

  it('lists workspaces and devices for the panel, page by page and by what is typed', async () => {
    const list = async (methodName: string, more: object = {}) => {
      const { data } = await api.post('/rest/dynamic-node-parameters/resource-locator-results', {
        path: 'parameters.list',
        nodeTypeAndVersion: { name: 'n8n-nodes-netlatch.netlatchDiscoverCredentials', version: 1 },
        currentNodeParameters: acme,
        methodName,
        credentials: { netlatchWorkspaceApi: { id: 'netlatchws000001', name: 'Customers' } },
        ...more,
      })
      return (data as { results: { name: string }[] }).results.map(({ name }) => name)
    }
    assert.deepEqual(await list('searchWorkspaces'), ['acme', 'globex', 'initech'])
    assert.deepEqual(await list('searchWorkspaces', { filter: 'glo' }), ['globex'])
    assert.deepEqual(await list('searchDevices'), ['acme-acc-1', 'acme-core-1', 'acme-core-2'])
    assert.deepEqual(await list('searchDevices', { filter: 'core' }), ['acme-core-1', 'acme-core-2'])
    const { data } = await api.post('/rest/dynamic-node-parameters/options', {
      path: 'parameters.sites',
      nodeTypeAndVersion: { name: 'n8n-nodes-netlatch.netlatchDiscoverCredentials', version: 1 },
      currentNodeParameters: acme,
      methodName: 'getSites',
      credentials: { netlatchWorkspaceApi: { id: 'netlatchws000001', name: 'Customers' } },
    })
    assert.deepEqual(
      (data as { value: string }[]).map(({ value }) => value),
      ['branch', 'hq'],
    )
  })

  it('answers a webhook with what devices say', async () => {
    const id = await api.makeWorkflow(
      workflowOf('hook', [
        {
          name: 'Webhook',
          type: 'n8n-nodes-base.webhook',
          typeVersion: 2,
          webhookId: 'netlatch-hook',
          parameters: { path: 'netlatch-hook', responseMode: 'lastNode', responseData: 'allEntries' },
        },
        netlatchNode('Run', 'netlatchRunCommand', {
          workspace: workspaceByName('={{ $json.query.customer }}'),
          devices: 'filter',
          sites: ['hq'],
          commands: 'show version',
        }),
      ]),
    )
    await api.activate(id)
    const ask = () => fetch(`${api.url}/webhook/netlatch-hook?customer=acme`)
    let response = await ask()
    const happened = async () => {
      if (response.status === 404) response = await ask()
      return response.status !== 404
    }
    await until(happened, () => `no webhook: ${n8n.log.slice(-2000)}`)
    const answer = await response.text()
    assert.ok(response.ok, `${answer} ${n8n.log.slice(-2000)}`)
    const items = JSON.parse(answer) as { device: string; result: string }[]
    assert.deepEqual(items.map(({ device, result }) => [device, result]).toSorted(), [
      ['acme-core-1', 'ok'],
      ['acme-core-2', 'ok'],
    ])
  })

  it('closes its connections within two seconds when it is stopped', async () => {
    await customers.fleet.ask('setFault', 'globex-core-1', { stallsAt: 0.3 })
    const id = await api.makeWorkflow(
      workflowOf('stalls', [
        startByHand,
        netlatchNode('Back up', 'netlatchRunBackup', { workspace: workspaceByName('globex') }),
      ]),
    )
    const execution = await api.start(id)
    await until(
      async () => (await sessionsOf('globex-core-1')) > 0,
      () => 'no connection to the device',
    )
    // The others are done by then, and their connections idle; one device has fallen silent in the middle.
    await sleep(1_500)
    assert.ok((await sessionsOf('globex-core-1')) > 0)
    await api.stop(execution)
    const stoppedAt = performance.now()
    while ((await sessionsOf('globex')) > 0) {
      assert.ok(performance.now() - stoppedAt < 2_000, 'connections are still open')
      await sleep(50)
    }
    await customers.fleet.ask('setFault', 'globex-core-1', {})
    const again = await api.play(
      workflowOf('again', [
        startByHand,
        netlatchNode('Discover', 'netlatchDiscoverCredentials', { workspace: workspaceByName('globex') }),
      ]),
    )
    assert.equal(again.status, 'success')
  })

  async function sessionsOf(prefix: string): Promise<number> {
    const { devices } = await customers.fleet.ask('counters')
    const own = Object.entries(devices).filter(([name]) => name.startsWith(prefix))
    return own.reduce((sum, [, { openConnections }]) => sum + openConnections, 0)
  }

  it('starts workflows when something happened, and reports nothing old', async () => {
    await api.play(workflowOf('first', [startByHand, netlatchNode('Back up', 'netlatchRunBackup', acme)]))
    const id = await api.makeWorkflow(
      workflowOf('watch', [
        netlatchNode('On device event', 'netlatchTrigger', {
          events: [
            'backupHeld',
            'configurationChanged',
            'credentialFound',
            'credentialStoppedWorking',
            'hostKeyChanged',
          ],
          pollTimes: { item: [{ mode: 'custom', cronExpression: everyMinuteIn(15) }] },
        }),
        { name: 'Seen', type: 'n8n-nodes-base.noOp' },
      ]),
    )
    await api.activate(id)
    // Its first poll says from when on it is to tell.
    await until(
      async () => Boolean(await api.memoryOf(id)),
      () => `no poll: ${n8n.log.slice(-3000)}`,
    )
    assert.deepEqual(await api.executionsOf(id), [], 'nothing old')
    const text = await customers.fleet.ask('configuration', 'acme-core-2')
    await customers.fleet.ask(
      'setConfiguration',
      'acme-core-2',
      text.replace(/^(hostname .*)$/m, '$1\n!\nip name-server 192.0.2.99'),
    )
    await customers.fleet.ask('setConfiguration', 'acme-core-1', 'hostname acme-core-1\n!\nend\n')
    await customers.fleet.ask('changeHostKey', 'initech-core-1')
    const initech = { workspace: workspaceByName('initech') }
    await api.play(workflowOf('other', [startByHand, netlatchNode('Back up', 'netlatchRunBackup', initech)]))
    await api.play(workflowOf('second', [startByHand, netlatchNode('Back up', 'netlatchRunBackup', acme)]))
    const told: string[] = []
    const read = new Set<string>()
    const wanted = [
      'backupHeld acme acme-core-1',
      'configurationChanged acme acme-core-2',
      'credentialFound initech initech-core-2',
      'hostKeyChanged initech initech-core-1',
    ]
    // A busy machine may need several polls for it.
    const happened = async () => {
      for (const { id: execution } of (await api.executionsOf(id)).filter((each) => !read.has(each.id))) {
        read.add(execution)
        const [node] = (await api.finish(execution)).data.resultData.runData['On device event'] ?? []
        for (const { json } of node?.data?.main[0] ?? []) told.push(`${json.event} ${json.workspace} ${json.device}`)
      }
      return wanted.every((each) => told.includes(each))
    }
    await until(happened, () => `${told} ${n8n.log.slice(-3000)}`)
    // What the test before left to be found may end in this window too.
    assert.deepEqual(told.filter((each) => !each.includes(' globex ')).toSorted(), wanted)
  })

  it('shows by hand the latest event of each kind', async () => {
    const run = await api.play(
      workflowOf('by-hand', [
        netlatchNode('On device event', 'netlatchTrigger', { events: ['configurationChanged', 'credentialFound'] }),
        { name: 'Seen', type: 'n8n-nodes-base.noOp' },
      ]),
      'On device event',
    )
    const [node] = run.data.resultData.runData['On device event'] ?? []
    assert.deepEqual(node?.data?.main[0]?.map(({ json }) => json.event).toSorted(), [
      'configurationChanged',
      'credentialFound',
    ])
  })

  it('ends at once, with devices connected, and leaves no secret', async () => {
    await api.play(
      workflowOf('last', [
        startByHand,
        netlatchNode('Run', 'netlatchRunCommand', { ...acme, commands: 'show version' }),
      ]),
    )
    const started = performance.now()
    assert.equal(await n8n.stop(), 0)
    assert.ok(performance.now() - started < 10_000)
    await assertNoSecrets(n8n, customers.secrets)
  })
})
