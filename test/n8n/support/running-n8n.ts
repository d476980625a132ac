import assert from 'node:assert/strict'
import { after, before } from 'mocha'
import { type Customers, openCustomers, workspaceCredential } from './customers.ts'
import { N8nApi } from './n8n-api.ts'
import { type NodeRun, openRealN8n, type RealN8n } from './real-n8n.ts'
import { type NodeSpec, startByHand, workflowOf } from './workflows.ts'

/** n8n as a server, with three customers and the credential for them. */
export interface RunningN8n {
  readonly n8n: RealN8n
  readonly customers: Customers
  readonly api: N8nApi
  /** Plays nodes in a row; gives the run of the last one. */
  last(...nodes: readonly NodeSpec[]): Promise<NodeRun>
}

/** For the tests of a `describe`, with more in its environment. Call it there; the function gives it inside a test. */
export function runningN8n(env: NodeJS.ProcessEnv = {}): () => RunningN8n {
  let n8n: RealN8n | undefined
  let customers: Customers | undefined
  let api: N8nApi | undefined
  before(async function () {
    this.timeout(900_000)
    n8n = await openRealN8n((line) => process.stderr.write(`${line}\n`))
    customers = await openCustomers(`${n8n.files}/netlatch`)
    await n8n.importCredentials([workspaceCredential(customers.folder, customers.identity)])
    api = new N8nApi(await n8n.start(env))
    await api.setUp()
  })
  after(async () => {
    await n8n?.[Symbol.asyncDispose]()
    await customers?.[Symbol.asyncDispose]()
  })
  return () => {
    if (!n8n || !customers || !api) throw new Error('n8n is not running yet')
    const server = api
    return { n8n, customers, api, last: (...nodes) => playLast(server, nodes) }
  }
}

async function playLast(api: N8nApi, nodes: readonly NodeSpec[]): Promise<NodeRun> {
  const run = await api.play(workflowOf('test', [startByHand, ...nodes]))
  const name = nodes.at(-1)?.name ?? ''
  const [node] = run.data.resultData.runData[name] ?? []
  assert.ok(node, `${name} ran: ${JSON.stringify(run.data.resultData.error)}`)
  return node
}

/** What came out of one output. */
export function jsons(run: NodeRun, output: number): readonly Readonly<Record<string, unknown>>[] {
  return run.data?.main[output]?.map(({ json }) => json) ?? []
}
