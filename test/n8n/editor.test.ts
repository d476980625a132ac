import assert from 'node:assert/strict'
import { after, afterEach, before, describe, it } from 'mocha'
import { type Customers, openCustomers, workspaceCredential } from './support/customers.ts'
import { Editor } from './support/editor.ts'
import { N8nApi } from './support/n8n-api.ts'
import { openRealN8n, type RealN8n } from './support/real-n8n.ts'
import { keepScreenshot } from './support/screenshots.ts'
import { netlatchNode, startByHand, workflowOf, workspaceByName } from './support/workflows.ts'

/** In its panel n8n calls a trigger by what it is the trigger of. */
const displayNames = [
  'Netlatch',
  'Netlatch Discover Credentials',
  'Netlatch Inventory',
  'Netlatch Run Backup',
  'Netlatch Run Command',
] as const

describe("n8n's editor", () => {
  let n8n: RealN8n
  let customers: Customers
  let api: N8nApi
  let editor: Editor
  let workflow = ''

  before(async function () {
    this.timeout(900_000)
    n8n = await openRealN8n((line) => process.stderr.write(`${line}\n`))
    customers = await openCustomers(`${n8n.files}/netlatch`)
    await n8n.importCredentials([workspaceCredential(customers.folder, customers.identity)])
    api = new N8nApi(await n8n.start())
    await api.setUp()
    workflow = await api.makeWorkflow(
      workflowOf(
        'Access of one customer',
        [
          startByHand,
          netlatchNode('Discover credentials', 'netlatchDiscoverCredentials', { workspace: workspaceByName('acme') }),
          netlatchNode('Back up configurations', 'netlatchRunBackup', {
            workspace: workspaceByName('acme'),
            devices: 'items',
          }),
          { name: 'Somebody must look', type: 'n8n-nodes-base.noOp', position: [700, 220] },
        ],
        [
          ['Start', 0, 'Discover credentials'],
          ['Discover credentials', 0, 'Back up configurations'],
          ['Discover credentials', 1, 'Somebody must look'],
        ],
      ),
    )
    editor = await Editor.open(api)
  })
  after(async () => {
    await editor?.[Symbol.asyncDispose]()
    await n8n?.[Symbol.asyncDispose]()
    await customers?.[Symbol.asyncDispose]()
  })

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await keep(`failed-${Date.now()}`)
  })

  const keep = (name: string) => keepScreenshot(editor.page, name)

  it('finds the nodes by name and by what people search for', async () => {
    await editor.openWorkflow(workflow)
    const ours = (names: readonly string[]) => names.filter((name) => name.startsWith('Netlatch')).toSorted()
    const byName = await editor.searchNodes('netlatch', (names) => ours(names).length >= displayNames.length)
    assert.deepEqual(ours(byName), displayNames)
    await keep('search')
    await editor.closeSearch()
    for (const [word, name] of [
      ['router', 'Netlatch Discover Credentials'],
      ['ssh', 'Netlatch Run Command'],
      ['backup', 'Netlatch Run Backup'],
      ['netbox', 'Netlatch Inventory'],
    ] as const) {
      await editor.searchNodes(word, (names) => names.includes(name))
      await editor.closeSearch()
    }
  })

  it('shows the workflow with its two outputs', async () => {
    await editor.openWorkflow(workflow)
    const text = await editor.page.getByTestId('canvas-wrapper').innerText()
    for (const label of ['Done', 'Needs attention']) assert.ok(text.includes(label), `${label} in ${text}`)
    await keep('workflow')
  })

  it('shows what came out, and which item came of which', async () => {
    await editor.openWorkflow(workflow)
    await editor.execute()
    await keep('executed')
    await editor.openNode('Discover credentials')
    const { page } = editor
    const output = page.getByTestId('output-panel')
    await output.getByText('acme-core-1').first().waitFor()
    assert.match(await output.innerText(), /2 of 3 opened/)
    await keep('discover')
    await editor.closeNode()
    await editor.openNode('Back up configurations')
    const input = page.getByTestId('ndv-input-panel')
    await input.getByTestId('ndv-run-data-display-mode').getByText('Table', { exact: true }).click()
    await output.locator('tbody tr', { hasText: 'acme-core-2' }).hover()
    // n8n lights up, among the items that went in, those that what is pointed at belongs to.
    const lit = input.locator('tbody tr[class*="hoveringRow"]')
    await lit.first().waitFor()
    const texts = await lit.allInnerTexts()
    await keep('paired')
    assert.deepEqual(
      texts.map((text) => text.trim().split(/\s/)[0]),
      ['acme-core-2'],
    )
  })

  it('lists the real workspaces and devices in the panel', async () => {
    await editor.openWorkflow(workflow)
    await editor.openNode('Discover credentials')
    const { page } = editor
    const choose = async (locator: string) => {
      const box = page.getByTestId(`resource-locator-${locator}`)
      await box.getByTestId('rlc-mode-selector').click()
      await page.getByText('From list', { exact: true }).last().click()
      await box.getByTestId('rlc-input').click()
      await page.getByTestId('rlc-item').first().waitFor()
      return (await page.getByTestId('rlc-item').allInnerTexts()).map((text) => text.trim())
    }
    assert.deepEqual(await choose('workspace'), ['acme', 'globex', 'initech'])
    await keep('workspaces')
    await page.getByTestId('rlc-item').first().click()
    await page.getByTestId('parameter-input-devices').click()
    await page.getByText('By Name', { exact: true }).last().click()
    const devices = page.getByTestId('resource-locator-device')
    await devices.getByTestId('rlc-input').click()
    await page.getByText('acme-acc-1', { exact: true }).last().waitFor()
    await keep('devices')
  })
})
