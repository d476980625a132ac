import assert from 'node:assert/strict'
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, it } from 'mocha'
import { type FleetProcess, startFleetProcess } from '../support/simulated-fleet/fleet-process.ts'
import { fleetWorkspace } from '../support/simulated-fleet/workspace.ts'
import { assertNoSecrets } from './support/canary.ts'
import { canary, workspaceCredential } from './support/customers.ts'
import { N8nApi } from './support/n8n-api.ts'
import { openRealN8n, type RealN8n } from './support/real-n8n.ts'
import { netlatchNode, startByHand, workflowOf } from './support/workflows.ts'

describe('logins that live in n8n only', () => {
  const first = canary()
  const second = canary()
  let n8n: RealN8n
  let fleet: FleetProcess
  let api: N8nApi
  let folder = ''

  before(async function () {
    this.timeout(900_000)
    n8n = await openRealN8n((line) => process.stderr.write(`${line}\n`))
    folder = join(n8n.files, 'lab')
    const device = (name: string, username: string, password: string) => ({
      name,
      platform: 'arista_eos' as const,
      accounts: [{ username, password, privileged: true }],
      inventory: { site: name.startsWith('a') ? 'one' : 'two', realm: 'on-device' },
    })
    fleet = await startFleetProcess({ devices: [device('a-1', 'ann', first), device('b-1', 'bob', second)] })
    await mkdir(folder, { recursive: true })
    await fleetWorkspace(fleet, folder)
    api = new N8nApi(await n8n.start())
    await api.setUp()
    workspaceId = await api.makeCredential({
      ...workspaceCredential(folder, '', { unlock: 'nothing' }),
      name: 'Lab',
    })
  })
  after(async () => {
    await n8n?.[Symbol.asyncDispose]()
    await fleet?.[Symbol.asyncDispose]()
  })

  let workspaceId = ''
  const slots = (hosts = '127.0.0.0/8') => ({
    count: 2,
    name1: 'ann',
    username1: 'ann',
    method1: 'password',
    password1: first,
    use1: 'site:one',
    hosts1: hosts,
    threshold1: 3,
    name2: 'bob',
    username2: 'bob',
    method2: 'password',
    password2: second,
    use2: 'site:two',
    hosts2: hosts,
    threshold2: 3,
  })

  async function play(data: object, operation = 'testLogin', type = 'netlatchDiscoverCredentials') {
    const id = await api.makeCredential({ name: 'Logins', type: 'netlatchLoginsApi', data })
    const node = netlatchNode(
      'Node',
      type,
      { operation },
      {
        credentials: {
          netlatchWorkspaceApi: { id: workspaceId, name: 'Lab' },
          netlatchLoginsApi: { id, name: 'Logins' },
        },
      },
    )
    const run = await api.play(workflowOf('logins', [startByHand, node]))
    return run.data.resultData.runData.Node?.[0]
  }

  it('open what they say they are for, without any vault', async () => {
    const run = await play(slots())
    assert.deepEqual(
      run?.data?.main[0]?.map(({ json }) => [json.device, json.result, json.credential]),
      [
        ['a-1', 'opened', 'ann'],
        ['b-1', 'opened', 'bob'],
      ],
    )
  })

  it('back up, with fingerprints that are the same the next time', async () => {
    const one = await play(slots(), 'backup', 'netlatchRunBackup')
    assert.deepEqual(
      one?.data?.main[0]?.map(({ json }) => json.result),
      ['first', 'first'],
    )
    await n8n.stop()
    api = new N8nApi(await n8n.start())
    await api.logIn()
    const two = await play(slots(), 'backup', 'netlatchRunBackup')
    assert.deepEqual(
      two?.data?.main[0]?.map(({ json }) => json.result),
      ['unchanged', 'unchanged'],
    )
  })

  it('are offered by name where single ones are chosen', async () => {
    const id = await api.makeCredential({ name: 'Logins', type: 'netlatchLoginsApi', data: slots() })
    const { data } = await api.post('/rest/dynamic-node-parameters/options', {
      path: 'parameters.options.credentials',
      nodeTypeAndVersion: { name: 'n8n-nodes-netlatch.netlatchDiscoverCredentials', version: 1 },
      currentNodeParameters: {},
      methodName: 'getCredentialNames',
      credentials: {
        netlatchWorkspaceApi: { id: workspaceId, name: 'Lab' },
        netlatchLoginsApi: { id, name: 'Logins' },
      },
    })
    assert.deepEqual(
      (data as { value: string }[]).map(({ value }) => value),
      ['ann', 'bob'],
    )
  })

  it('go nowhere outside their fence', async () => {
    const before = (await fleet.ask('counters')).secretsSeen
    const run = await play(slots('10.0.0.0/8'))
    assert.deepEqual(
      run?.data?.main[1]?.map(({ json }) => json.result),
      ['failed', 'failed'],
    )
    assert.equal((await fleet.ask('counters')).secretsSeen, before)
  })

  it('are refused without a fence, and without a username', async () => {
    const none = await play({ ...slots(), hosts1: '*' })
    assert.match(none?.error?.message ?? '', /^Login ann: "\*" means every name: write any/)
    const { status, message } = await api.testCredential({
      id: '',
      name: 'Logins',
      type: 'netlatchLoginsApi',
      data: { ...slots(), username2: '' },
    })
    assert.deepEqual([status, /Login bob: it has no username/.test(message)], ['Error', true])
  })

  it('count for nothing in slots that are not in use', async () => {
    const run = await play({ ...slots(), count: 1 })
    assert.deepEqual(
      run?.data?.main[1]?.map(({ json }) => json.device),
      ['b-1'],
    )
  })

  it('keep each name with its own password, however the slots are edited', async () => {
    const id = await api.makeCredential({ name: 'Edited', type: 'netlatchLoginsApi', data: slots() })
    const edit = async (change: object) => {
      // As the editor does: what it was shown masked goes back masked.
      const { data } = await api.get(`/rest/credentials/${id}?includeData=true`)
      const shown = (data as { data: Record<string, unknown> }).data
      assert.notEqual(shown.password1, first)
      await api.patch(`/rest/credentials/${id}`, {
        name: 'Edited',
        type: 'netlatchLoginsApi',
        data: { ...shown, ...change },
      })
    }
    // The first slot is taken away and used again, then both change places.
    await edit({ count: 1 })
    await edit({ count: 2 })
    await edit({ name1: 'bob', username1: 'bob', password1: second, use1: 'site:two' })
    await edit({ name2: 'ann', username2: 'ann', password2: first, use2: 'site:one' })
    const node = netlatchNode(
      'Node',
      'netlatchDiscoverCredentials',
      { operation: 'testLogin' },
      {
        credentials: {
          netlatchWorkspaceApi: { id: workspaceId, name: 'Lab' },
          netlatchLoginsApi: { id, name: 'Edited' },
        },
      },
    )
    const before = (await fleet.ask('counters')).attempts.length
    const run = await api.play(workflowOf('edited', [startByHand, node]))
    assert.deepEqual(
      run.data.resultData.runData.Node?.[0]?.data?.main[0]?.map(({ json }) => [json.device, json.credential]),
      [
        ['a-1', 'ann'],
        ['b-1', 'bob'],
      ],
    )
    const sent = (await fleet.ask('counters')).attempts.slice(before)
    assert.deepEqual(new Set(sent.map(({ outcome }) => outcome)), new Set(['accepted']))
  })

  it('leave no secret anywhere', async () => {
    const key = (await readFile(join(folder, '.netlatch', 'logins.key'), 'utf8')).trim()
    assert.equal(Buffer.from(key, 'base64').length, 32)
    await n8n.stop()
    await assertNoSecrets(n8n, [first, second])
  })
})
