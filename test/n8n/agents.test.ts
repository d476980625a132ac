import assert from 'node:assert/strict'
import { after, before, describe, it } from 'mocha'
import { assertNoneIn, assertNoSecrets } from './support/canary.ts'
import { LanguageModel } from './support/language-model.ts'
import { Outside } from './support/outside.ts'
import { jsons, runningN8n } from './support/running-n8n.ts'
import {
  itemsNode,
  type NodeSpec,
  netlatchNode,
  startByHand,
  workflowOf,
  workspaceByName,
} from './support/workflows.ts'

describe('an agent with our nodes as its tools', () => {
  const n8nNow = runningN8n({ N8N_COMMUNITY_PACKAGES_ALLOW_TOOL_USAGE: 'true' })
  const acme = { workspace: workspaceByName('acme') }
  let outside: Outside
  let model: LanguageModel
  let credentials: object

  before(async () => {
    outside = await new Outside().open()
    model = new LanguageModel(outside)
    credentials = await model.credential(n8nNow().api)
  })
  after(async () => {
    await outside?.[Symbol.asyncDispose]()
  })

  const tool = (name: string, type: string, parameters: object): NodeSpec =>
    netlatchNode(name, `${type}Tool`, {
      descriptionType: 'manual',
      toolDescription: `${name}.`,
      ...acme,
      ...parameters,
    })

  /** An agent calls a tool once; what it heard of it, and how many logins the devices saw meanwhile. */
  async function call(node: NodeSpec): Promise<{ readonly heard: string; readonly logins: number }> {
    const { api, customers } = n8nNow()
    const seen = (await customers.fleet.ask('counters')).attempts.length
    model.willCall({ name: node.name, arguments: '{}' })
    const nodes: NodeSpec[] = [
      startByHand,
      itemsNode('Item', [{}]),
      {
        name: 'Agent',
        type: '@n8n/n8n-nodes-langchain.agent',
        typeVersion: 1.7,
        parameters: { promptType: 'define', text: 'Go on.', options: {} },
      },
      {
        name: 'Model',
        type: '@n8n/n8n-nodes-langchain.lmChatOpenAi',
        typeVersion: 1.2,
        parameters: { model: { __rl: true, mode: 'id', value: 'test' }, options: {} },
        credentials,
      },
      node,
    ]
    const workflow = workflowOf('agent', nodes, [
      ['Start', 0, 'Item'],
      ['Item', 0, 'Agent'],
    ])
    const wire = (type: string) => ({ [type]: [[{ node: 'Agent', type, index: 0 }]] })
    const run = await api.play({
      ...workflow,
      connections: { ...workflow.connections, Model: wire('ai_languageModel'), [node.name]: wire('ai_tool') },
    })
    assert.ok(run.data.resultData.runData[node.name], JSON.stringify(run.data.resultData.error))
    return { heard: model.heard, logins: (await customers.fleet.ask('counters')).attempts.length - seen }
  }

  const show = (commands: string) =>
    tool('Ask', 'netlatchRunCommand', { operation: 'run', devices: 'filter', sites: ['hq'], commands })

  it('spends no login on a device that no credential has opened, and says who opens it', async () => {
    const { heard, logins } = await call(show('show version'))
    assert.equal(logins, 0)
    assert.match(heard, /acme-core-1: not opened yet/)
    assert.match(heard, /A person runs the operation 'Discover' for acme-core-1/)
  })

  for (const [type, parameters] of [
    ['netlatchDiscoverCredentials', { operation: 'discover' }],
    ['netlatchDiscoverCredentials', { operation: 'scanHostKeys' }],
    ['netlatchDiscoverCredentials', { operation: 'testLogin' }],
    ['netlatchRunBackup', { operation: 'backup' }],
    ['netlatchRunCommand', { operation: 'runJob', job: { __rl: true, mode: 'name', value: 'any' } }],
    ['netlatchInventory', { resource: 'device', operation: 'upsert', name: 'acme-new-1', host: '127.77.9.9' }],
  ] as const)
    it(`is refused ${parameters.operation} of a workflow that was written by hand`, async () => {
      const { heard, logins } = await call(tool('Go', type, parameters))
      assert.equal(logins, 0)
      assert.match(heard, new RegExp(`'(?:device )?${parameters.operation}' is not for agents`))
    })

  it('hears of an opened device what it shows, without the secrets of its configuration', async () => {
    const { customers, last } = n8nNow()
    const discovered = await last(
      netlatchNode('Discover', 'netlatchDiscoverCredentials', { ...acme, operation: 'discover' }),
    )
    assert.equal(jsons(discovered, 0).length, 2)
    const { heard } = await call(show('show running-config'))
    assertNoneIn(heard, customers.secrets, 'what the language model was told')
    assert.match(heard, /hostname acme-core-1/)
    assert.match(heard, /snmp-server community <nl:/)
    assert.doesNotMatch(heard, /not opened yet/)
  })

  it('hears the few fields that tell most from everything that only looks', async () => {
    const { last } = n8nNow()
    const saved = await last(netlatchNode('Back up', 'netlatchRunBackup', acme))
    assert.equal(jsons(saved, 0).length, 2)
    const asked = [
      ['netlatchDiscoverCredentials', 'explain', /"device":"acme-core-1","result":"explained",[^}]*"message":"/],
      ['netlatchDiscoverCredentials', 'plan', /"result":"(?:ok|attention)","message":"netops/],
      ['netlatchDiscoverCredentials', 'coverage', /"result":"attention","message":"2 of 3 opened\./],
      ['netlatchRunBackup', 'getConfiguration', /"device":"acme-core-1","result":"saved",[^}]*"message":"/],
      [
        'netlatchRunBackup',
        'getDiff',
        /"device":"acme-core-1","result":"(?:different|equal|missing)",[^}]*"message":"/,
      ],
      ['netlatchRunBackup', 'getStatus', /"device":"acme-core-1","result":"good",[^}]*"message":"/],
    ] as const
    for (const [type, operation, expected] of asked) {
      const parameters = { operation, devices: 'active', options: { retest: 'everything' }, toolOutput: 'fields' }
      const { heard, logins } = await call(tool('Look', type, parameters))
      assert.equal(logins, 0)
      assert.match(heard.replaceAll('\\', ''), expected, operation)
    }
  })

  it('leaves no secret anywhere, and told the language model none', async () => {
    const { n8n, customers } = n8nNow()
    await n8n.stop()
    await assertNoSecrets(n8n, customers.secrets)
    assertNoneIn(JSON.stringify(outside.heard), customers.secrets, 'what the language model was told')
  })
})
