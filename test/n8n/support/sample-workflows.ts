import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { Workflow } from './real-n8n.ts'
import { workspaceByName } from './workflows.ts'

const folder = new URL('../../../packages/n8n-nodes/workflows/', import.meta.url)

export interface SampleNode {
  readonly name: string
  readonly type: string
  readonly disabled?: boolean
  readonly parameters: Readonly<Record<string, unknown>>
}

export interface Sample extends Workflow {
  readonly nodes: readonly SampleNode[]
}

/** A sample as it is shipped. */
export async function readSample(file: string): Promise<Sample> {
  return JSON.parse(await readFile(fileURLToPath(new URL(file, folder)), 'utf8'))
}

export interface Settings {
  /** Stands for example.com. @default as shipped, and nodes that are disabled stay so */
  readonly outside?: string
  readonly workspace: string
  /** Of other services, by node. */
  readonly credentials?: Readonly<Record<string, object>>
}

/** A sample as its user sets it up: the credential chosen, addresses filled in, the last node enabled. */
export async function setUpSample(file: string, settings: Settings): Promise<Sample> {
  const sample = await readSample(file)
  return {
    ...sample,
    id: file,
    nodes: sample.nodes.map(({ disabled, ...node }) => {
      const { outside } = settings
      const isOurs = node.type.startsWith('n8n-nodes-netlatch.')
      const shipped = JSON.stringify(node.parameters)
      const text = outside === undefined ? shipped : shipped.replaceAll(/https:\/\/(?:\w+\.)?example\.com/g, outside)
      const parameters = JSON.parse(text)
      const isOfFolder = parameters.resource === 'workspace' || node.type.endsWith('.netlatchTrigger')
      return {
        ...node,
        ...(outside === undefined && disabled !== undefined && { disabled }),
        parameters:
          isOurs && !isOfFolder && parameters.workspace === undefined
            ? { ...parameters, workspace: workspaceByName(settings.workspace) }
            : parameters,
        ...(isOurs && { credentials: { netlatchWorkspaceApi: { id: 'netlatchws000001', name: 'Customers' } } }),
        ...(settings.credentials?.[node.name] && { credentials: settings.credentials[node.name] }),
      }
    }),
  }
}
