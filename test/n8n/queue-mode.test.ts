import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { after, before, describe, it } from 'mocha'
import { assertNoneIn, assertNoSecrets } from './support/canary.ts'
import { type Customers, openCustomers, workspaceCredential } from './support/customers.ts'
import { N8nApi } from './support/n8n-api.ts'
import type { N8nProcess } from './support/n8n-process.ts'
import { type QueueServers, startQueueServers } from './support/queue-servers.ts'
import { type NodeRun, openRealN8n, type RealN8n } from './support/real-n8n.ts'
import { jsons } from './support/running-n8n.ts'
import { until } from './support/until.ts'
import { netlatchNode, startByHand, workflowOf, workspaceByName } from './support/workflows.ts'

const oneHost = { NETLATCH_N8N_ONE_HOST: 'true' }

describe("n8n's queue mode, with Redis and PostgreSQL", () => {
  let servers: QueueServers
  let n8n: RealN8n
  let customers: Customers
  let api: N8nApi
  let worker: N8nProcess | undefined

  before(async function () {
    this.timeout(900_000)
    servers = await startQueueServers()
    n8n = await openRealN8n((line) => process.stderr.write(`${line}\n`), { env: servers.env })
    customers = await openCustomers(`${n8n.files}/netlatch`)
    await n8n.importCredentials([workspaceCredential(customers.folder, customers.identity)])
    api = new N8nApi(await n8n.start())
    await api.setUp()
    worker = await n8n.startWorker()
  })
  after(async () => {
    await worker?.[Symbol.asyncDispose]()
    await n8n?.[Symbol.asyncDispose]()
    await customers?.[Symbol.asyncDispose]()
    await servers?.[Symbol.asyncDispose]()
  })

  async function discover(more: object = {}, credentials?: object): Promise<NodeRun> {
    const parameters = { workspace: workspaceByName('acme'), options: { retest: 'everything' } }
    const node = netlatchNode(
      'Discover',
      'netlatchDiscoverCredentials',
      { ...parameters, ...more },
      { ...(credentials && { credentials }) },
    )
    const run = await api.play(workflowOf('queue', [startByHand, node]))
    const [result] = run.data.resultData.runData.Discover ?? []
    assert.ok(result, JSON.stringify(run.data.resultData.error))
    return result
  }

  const logins = async () => (await customers.fleet.ask('counters')).attempts

  it('is refused before anything is opened, until somebody says that all workers are on one host', async () => {
    const run = await discover()
    assert.match(
      run.error?.message ?? '',
      /^n8n runs in queue mode, where each worker could count login attempts for itself/,
    )
    assert.match(run.error?.description ?? '', /NETLATCH_N8N_ONE_HOST=true/)
    assert.deepEqual(await logins(), [])
    const said = await api.testCredential({
      ...workspaceCredential(customers.folder, customers.identity),
      id: 'netlatchws000001',
    })
    assert.deepEqual([said.status, said.message.includes('queue mode')], ['Error', true])
  })

  it('runs on a worker', async () => {
    await worker?.stop()
    worker = await n8n.startWorker(oneHost)
    const run = await discover()
    assert.equal(run.error, undefined, JSON.stringify(run.error))
    assert.deepEqual(
      jsons(run, 0).map(({ device, result }) => [device, result]),
      [
        ['acme-core-1', 'opened'],
        ['acme-core-2', 'opened'],
      ],
    )
    assert.match(worker.log, /Worker started execution/)
    assert.match(run.hints?.[0]?.message ?? '', /^2 of 3 opened · 1 need attention · 1 failed login/)
  })

  it('counts on another worker what the first one has sent: a refused password is not sent again', async () => {
    const before = await logins()
    assert.equal(await worker?.stop(), 0)
    worker = await n8n.startWorker(oneHost)
    const run = await discover()
    const sent = (await logins()).slice(before.length)
    assert.deepEqual(sent.map(({ device, outcome }) => [device, outcome]).toSorted(), [
      ['acme-core-1', 'accepted'],
      ['acme-core-2', 'accepted'],
    ])
    assert.deepEqual(
      jsons(run, 1).map(({ device, result }) => [device, result]),
      [['acme-acc-1', 'failed']],
    )
  })

  it('closes the connections of a worker within two seconds when the run is stopped', async () => {
    await customers.fleet.ask('setFault', 'globex-core-1', { stallsAt: 0.3 })
    const parameters = { workspace: workspaceByName('globex') }
    const id = await api.makeWorkflow(
      workflowOf('stalls', [startByHand, netlatchNode('Back up', 'netlatchRunBackup', parameters)]),
    )
    const execution = await api.start(id)
    const open = async () => {
      const { devices } = await customers.fleet.ask('counters')
      return devices['globex-core-1']?.openConnections ?? 0
    }
    await until(
      async () => (await open()) > 0,
      () => 'no connection to the device',
    )
    await api.stop(execution)
    const stoppedAt = performance.now()
    while ((await open()) > 0) {
      assert.ok(performance.now() - stoppedAt < 2_000, 'connections are still open')
      await sleep(50)
    }
  })

  it('refuses a shared state in PostgreSQL, which this version does not have, and tells nothing of its address', async () => {
    const state = `postgres://netlatch:${customers.password}@127.0.0.1/netlatch`
    const { type, data } = workspaceCredential(customers.folder, customers.identity, { state })
    const id = await api.makeCredential({ type, data, name: 'Shared' })
    const before = await logins()
    const run = await discover({}, { netlatchWorkspaceApi: { id, name: 'Shared' } })
    assert.match(run.error?.message ?? '', /^state: postgres is no database that this version knows/)
    assert.deepEqual(await logins(), before)
  })

  it('ends cleanly, and leaves no secret with n8n, its workers or their database', async () => {
    assert.equal(await worker?.stop(), 0)
    assert.equal(await n8n.stop(), 0)
    await assertNoSecrets(n8n, customers.secrets)
    const dump = await servers.dump()
    assert.match(dump, /acme-core-1/)
    assertNoneIn(dump, customers.secrets, "n8n's database")
  })
})
