import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { after, before, describe, it } from 'mocha'
import { assertNoSecrets } from './support/canary.ts'
import { type Customers, canary, customerNames, openCustomers, workspaceCredential } from './support/customers.ts'
import { LanguageModel } from './support/language-model.ts'
import { N8nApi } from './support/n8n-api.ts'
import { type MailSink, Outside, openMailSink } from './support/outside.ts'
import { type Execution, openRealN8n, type RealN8n, type Workflow } from './support/real-n8n.ts'
import { readSample, type Settings, setUpSample } from './support/sample-workflows.ts'
import { until } from './support/until.ts'
import { netlatchNode, startByHand, workflowOf, workspaceByName } from './support/workflows.ts'

const files = [
  '1-all-customers-nightly-backup.json',
  '2-discovery-with-approval.json',
  '3-netbox-in-netbox-out.json',
  '4-configuration-changed.json',
  '5-new-device-form.json',
  '6-password-stopped-working.json',
  '7-weekly-access-report.json',
  '9-ask-your-network.json',
] as const

describe('the sample workflows', () => {
  let n8n: RealN8n
  let customers: Customers
  let outside: Outside
  let mail: MailSink
  let api: N8nApi

  before(async function () {
    this.timeout(900_000)
    n8n = await openRealN8n((line) => process.stderr.write(`${line}\n`))
    customers = await openCustomers(`${n8n.files}/netlatch`)
    outside = await new Outside().open()
    mail = await openMailSink()
    await n8n.importCredentials([workspaceCredential(customers.folder, customers.identity)])
  })
  after(async () => {
    await n8n?.[Symbol.asyncDispose]()
    await customers?.[Symbol.asyncDispose]()
    await outside?.[Symbol.asyncDispose]()
    await mail?.[Symbol.asyncDispose]()
  })

  const settings = (more: Partial<Settings> = {}): Settings => ({ outside: outside.url, workspace: 'acme', ...more })

  for (const file of files)
    it(`${file}: has one note that says what to set, and sends nothing until its last node is enabled`, async () => {
      const { nodes } = await readSample(file)
      const notes = nodes.filter(({ type }) => type === 'n8n-nodes-base.stickyNote')
      assert.equal(notes.length, 1)
      assert.match(String(notes[0]?.parameters.content), /\*\*Set two things\*\*\n1\. .*\n2\. /)
      if (!file.startsWith('9')) assert.equal(nodes.at(-1)?.disabled, true)
    })

  it('1 backs up every customer, and tells of those that need attention; run by the command line', async () => {
    const workflow = await setUpSample('1-all-customers-nightly-backup.json', settings())
    // The command line knows one trigger only: the manual one.
    const nodes = workflow.nodes.map((node) =>
      node.name === 'Every night' ? { ...node, type: startByHand.type, typeVersion: 1, parameters: {} } : node,
    )
    const run = await n8n.play({ ...workflow, nodes, id: 'nightly' })
    assert.equal(run.status, 'success', JSON.stringify(run.data.resultData.error))
    assert.deepEqual(
      outside.of('/hook').map(({ body }) => String(body.text).replace(/^(\w+: \d of \d saved).*/, '$1')),
      customerNames.map((name) => `${name}: 2 of 3 saved`),
    )
  })

  it('1 backs up the others when the files of one customer are broken and another has no device', async () => {
    const before = outside.of('/hook').length
    const broken = new Map([
      ['globex', 'devices: [\n'],
      ['initech', 'devices: {}\n'],
    ])
    const kept = new Map<string, string>()
    for (const [customer, text] of broken) {
      const file = join(customers.folder, customer, 'inventory.yaml')
      kept.set(file, await readFile(file, 'utf8'))
      await writeFile(file, text)
    }
    const run = await n8n.execute('nightly')
    for (const [file, text] of kept) await writeFile(file, text)
    assert.equal(run.status, 'success', JSON.stringify(run.data.resultData.error))
    const told = outside.of('/hook').slice(before)
    assert.deepEqual(
      told.map(({ body }) => String(body.text).replace(/^(\w+: \d+ \w+(?: \d saved)?).*/, '$1')).toSorted(),
      ['acme: 2 of 3 saved', 'globex: 1 mistakes', 'initech: 0 devices'],
    )
  })

  it('starts n8n for the others', async () => {
    api = new N8nApi(await n8n.start({ N8N_COMMUNITY_PACKAGES_ALLOW_TOOL_USAGE: 'true' }))
    await api.setUp()
  })

  const succeeded = (run: Execution) =>
    assert.equal(run.status, 'success', JSON.stringify(run.data.resultData.error ?? run.data.resultData.runData))

  it('2 asks before it discovers', async () => {
    const sample = await setUpSample('2-discovery-with-approval.json', settings({ workspace: 'globex' }))
    // All that can be opened has been opened a minute ago.
    const again = JSON.stringify(sample).replaceAll('"retest":"failed"', '"retest":"everything"')
    const workflow: Workflow = JSON.parse(again)
    const before = outside.of('/hook').length
    const execution = await api.start(await api.makeWorkflow(workflow), 'Every Monday')
    await until(
      () => outside.of('/hook').length > before,
      () => 'nothing came to the hook',
    )
    const asked = String(outside.of('/hook').at(-1)?.body.text)
    assert.match(asked, /netops.*: \d devices, \d failed now/)
    const link = /Start: (\S+)/.exec(asked)?.[1] ?? ''
    await until(
      async () => (await api.executionOf(execution)).status === 'waiting',
      () => 'it does not wait',
    )
    assert.ok((await fetch(link.replace('localhost', '127.0.0.1'))).ok)
    const isOver = async () => !['waiting', 'running'].includes(String((await api.executionOf(execution)).status))
    await until(isOver, () => 'it does not end')
    const run = await api.finish(execution)
    succeeded(run)
    assert.ok(run.data.resultData.runData['Discover credentials']?.[0])
  })

  it('3 reads NetBox page by page, and writes back what opened each device', async () => {
    const places = customers.fleet.places.filter(({ name }) => name.startsWith('initech-'))
    const devices = places.map(({ name, address }, index) => ({
      id: 100 + index,
      name,
      primary_ip4: { address: `${address}/32` },
      status: { value: 'active' },
    }))
    outside.answer('/api/dcim/devices/?status=active&limit=100&page=2', () => ({
      next: null,
      results: devices.slice(2),
    }))
    outside.answer('/api/dcim/devices/?', () => ({
      next: `${outside.url}/api/dcim/devices/?status=active&limit=100&page=2`,
      results: devices.slice(0, 2),
    }))
    const workflow = await setUpSample('3-netbox-in-netbox-out.json', settings({ workspace: 'initech' }))
    succeeded(await api.play(workflow, 'Every night'))
    const written = outside.heard.filter(({ method }) => method === 'PATCH')
    const credentials = written.map(({ path, body }) => {
      const { credential_name: name } = body.custom_fields as { credential_name: string | null }
      return [path, name]
    })
    assert.deepEqual(credentials.toSorted(), [
      ['/api/dcim/devices/100/', 'netops'],
      ['/api/dcim/devices/101/', 'netops'],
      ['/api/dcim/devices/102/', null],
    ])
  })

  it('4 posts what changed in a configuration', async () => {
    const text = await customers.fleet.ask('configuration', 'acme-core-2')
    const changed = text.replace(/^(hostname .*)$/m, '$1\n!\nip name-server 192.0.2.7')
    await customers.fleet.ask('setConfiguration', 'acme-core-2', changed)
    const backup = netlatchNode('Back up', 'netlatchRunBackup', { workspace: workspaceByName('acme') })
    succeeded(await api.play(workflowOf('backup', [startByHand, backup])))
    await sleep(2_500)
    const before = outside.of('/hook').length
    const workflow = await setUpSample('4-configuration-changed.json', settings())
    succeeded(await api.play(workflow, 'On device event'))
    const [told] = outside.of('/hook').slice(before)
    assert.match(String(told?.body.text), /^acme-core-2: \+2 -0\n```\n.*\+ip name-server 192\.0\.2\.7/s)
  })

  it('5 takes a new device from a form to its first backup, by way of a person who compares its key', async () => {
    const { address, port } = customers.fleet.place('globex-core-1')
    const id = await api.makeWorkflow(await setUpSample('5-new-device-form.json', settings()))
    await api.activate(id)
    const form = new FormData()
    for (const [index, value] of ['acme-new-1', address, String(port), 'hq', 'cisco_ios', 'net'].entries())
      form.append(`field-${index}`, value)
    const post = () => fetch(`${api.url}/form/netlatch-new-device`, { method: 'POST', body: form })
    let answer = await post()
    const isThere = async () => {
      if (answer.status === 404) answer = await post()
      return answer.status !== 404
    }
    await until(isThere, () => 'no form')
    const said = await answer.text()
    assert.ok(answer.ok, said)
    const next = (JSON.parse(said) as { formWaitingUrl: string }).formWaitingUrl.replace('localhost', '127.0.0.1')
    await until(
      async () => (await api.executionsOf(id))[0]?.status === 'waiting',
      () => 'it does not wait',
    )
    const page = await (await fetch(next)).text()
    assert.match(page, /ED25519 SHA256:/, page.slice(0, 3000))
    const agreed = new FormData()
    agreed.append('field-0', 'seen')
    assert.ok((await fetch(next, { method: 'POST', body: agreed })).ok)
    const run = await api.lastRunOf(id)
    succeeded(run)
    const [backup] = run.data.resultData.runData['Back up configurations'] ?? []
    assert.deepEqual(
      backup?.data?.main.flatMap((items) => items?.map(({ json }) => [json.device, json.result]) ?? []),
      [['acme-new-1', 'first']],
    )
  })

  it('6 opens a ticket when a password stops working', async () => {
    await customers.fleet.ask('changePassword', 'acme-core-1', 'netops', canary())
    const test = netlatchNode('Test', 'netlatchDiscoverCredentials', {
      workspace: workspaceByName('acme'),
      operation: 'testLogin',
      devices: 'name',
      device: { __rl: true, mode: 'name', value: 'acme-core-1' },
    })
    await api.play(workflowOf('stale', [startByHand, test]))
    await sleep(2_500)
    const workflow = await setUpSample('6-password-stopped-working.json', settings())
    succeeded(await api.play(workflow, 'On device event'))
    const titles = outside.of('/tickets').map(({ body }) => String(body.title))
    assert.ok(
      titles.some((title) => /^acme-core-1: netops stopped working; it had worked/.test(title)),
      titles.join('\n'),
    )
  })

  it('7 mails how many devices are opened, with the sites as CSV', async () => {
    const id = await api.makeCredential({
      name: 'Sink',
      type: 'smtp',
      data: {
        user: '',
        password: '',
        host: '127.0.0.1',
        port: mail.port,
        secure: false,
        disableStartTls: true,
        hostName: '',
      },
    })
    const credentials = { 'Send the report': { smtp: { id, name: 'Sink' } } }
    const workflow = await setUpSample('7-weekly-access-report.json', settings({ credentials }))
    succeeded(await api.play(workflow, 'Every Monday'))
    const [sent = ''] = mail.mails
    assert.match(sent, /^Subject: \d of \d opened\./m)
    assert.match(sent, /access\.csv/)
    assert.match(
      Buffer.from(/base64.*?\n\n(.*?)\n--/s.exec(sent)?.[1] ?? '', 'base64').toString('utf8'),
      /^.?site,devices,opened/,
    )
  })

  it('9 lets an agent ask for devices, and for nothing that logs in to find out', async () => {
    const model = new LanguageModel(outside)
    model.willCall(
      { name: 'Devices', arguments: '{}' },
      { name: 'Ask_a_device', arguments: '{"device":"acme-core-2","command":"show version"}' },
    )
    const credentials = { Model: await model.credential(api) }
    const sample = await setUpSample('9-ask-your-network.json', settings({ credentials }))
    const nodes = sample.nodes.map((node) =>
      node.name === 'Agent' ? { ...node, parameters: { ...node.parameters, text: 'Which devices are there?' } } : node,
    )
    const run = await api.play(
      {
        ...sample,
        nodes: [...nodes, { id: 'start', typeVersion: 1, position: [0, 0], parameters: {}, ...startByHand }],
        connections: { ...sample.connections, Start: { main: [[{ node: 'Agent', type: 'main', index: 0 }]] } },
      },
      'Start',
    )
    succeeded(run)
    assert.deepEqual(model.offered[0]?.toSorted(), ['Access', 'Ask_a_device', 'Devices'])
    assert.match(model.heard, /acme-core-1/)
    assert.match(model.heard, /Arista/)
  })

  it('leave no secret anywhere, and nothing of one went out', async () => {
    await n8n.stop()
    await assertNoSecrets(n8n, customers.secrets)
    const said = JSON.stringify(outside.heard) + mail.mails.join('\n')
    for (const secret of customers.secrets) assert.ok(!said.includes(secret))
  })
})
