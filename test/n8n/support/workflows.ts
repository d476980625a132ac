import type { Workflow } from './real-n8n.ts'

export interface NodeSpec {
  readonly name: string
  readonly type: string
  readonly typeVersion?: number
  readonly parameters?: object
  readonly credentials?: object
  readonly [key: string]: unknown
}

/** A workflow of nodes in a row, started by hand. Connections from `from`'s output `output` when given. */
export function workflowOf(
  id: string,
  nodes: readonly NodeSpec[],
  wires?: readonly (readonly [from: string, output: number, to: string])[],
): Workflow {
  const all = nodes.map((node, index) => ({
    id: `${index}`,
    typeVersion: 1,
    position: [index * 220, 0],
    parameters: {},
    ...node,
  }))
  const row = wires ?? nodes.slice(1).map((node, index) => [nodes[index]?.name ?? '', 0, node.name] as const)
  const connections: Record<string, { main: { node: string; type: string; index: number }[][] }> = {}
  for (const [from, output, to] of row) {
    const own = connections[from] ?? { main: [] }
    connections[from] = own
    while (own.main.length <= output) own.main.push([])
    own.main[output]?.push({ node: to, type: 'main', index: 0 })
  }
  return { id, name: id, active: false, settings: { executionOrder: 'v1' }, nodes: all, connections }
}

export const startByHand: NodeSpec = { name: 'Start', type: 'n8n-nodes-base.manualTrigger' }

/** One of our nodes, with the credential of customers.ts. */
export function netlatchNode(name: string, type: string, parameters: object, more: object = {}): NodeSpec {
  return {
    name,
    type: `n8n-nodes-netlatch.${type}`,
    parameters,
    credentials: { netlatchWorkspaceApi: { id: 'netlatchws000001', name: 'Customers' } },
    ...more,
  }
}

/** Items out of nothing: one per object. */
export function itemsNode(name: string, items: readonly object[]): NodeSpec {
  return {
    name,
    type: 'n8n-nodes-base.code',
    typeVersion: 2,
    parameters: { jsCode: `return ${JSON.stringify(items.map((json) => ({ json })))}` },
  }
}

export function workspaceByName(name: string) {
  return { __rl: true, mode: 'name', value: name }
}
