import assert from 'node:assert/strict'
import { after, before, describe, it } from 'mocha'
import { type Customers, openCustomers, workspaceCredential } from './support/customers.ts'
import { openRealN8n, type RealN8n } from './support/real-n8n.ts'
import { netlatchNode, startByHand, workflowOf, workspaceByName } from './support/workflows.ts'

describe('Netlatch Discover Credentials by n8n execute', () => {
  let n8n: RealN8n
  let customers: Customers

  before(async function () {
    this.timeout(900_000)
    n8n = await openRealN8n((line) => process.stderr.write(`${line}\n`))
    customers = await openCustomers(`${n8n.files}/netlatch`)
    await n8n.importCredentials([workspaceCredential(customers.folder, customers.identity)])
  })
  after(async () => {
    await customers?.[Symbol.asyncDispose]()
    await n8n?.[Symbol.asyncDispose]()
  })

  it('gives one item per device, out of the output that says whether a person must look', async () => {
    const run = await n8n.play(
      workflowOf('discover', [
        startByHand,
        netlatchNode('Discover', 'netlatchDiscoverCredentials', { workspace: workspaceByName('acme') }),
      ]),
    )
    const [node] = run.data.resultData.runData.Discover ?? []
    assert.equal(node?.error, undefined, JSON.stringify(node?.error))
    const [done, attention] = node?.data?.main ?? []
    assert.deepEqual(done?.map(({ json }) => [json.device, json.result, json.credential]).toSorted(), [
      ['acme-core-1', 'opened', 'netops'],
      ['acme-core-2', 'opened', 'netops'],
    ])
    assert.deepEqual(
      attention?.map(({ json }) => [json.device, json.result, json.advice]),
      [['acme-acc-1', 'failed', "Run the operation 'Explain' for acme-acc-1"]],
    )
    assert.deepEqual(Object.keys(done?.[0]?.json ?? {}), [
      'device',
      'result',
      'credential',
      'privilege',
      'host',
      'site',
      'platform',
      'message',
      'advice',
      'testedAt',
    ])
    assert.deepEqual(done?.[0]?.pairedItem, [{ item: 0 }])
    assert.match(
      node?.hints?.[0]?.message ?? '',
      /^2 of 3 opened · 1 need attention · 1 failed login, no account at risk$/,
    )
  })
})
