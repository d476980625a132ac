import { type ListedWorkspace, NetlatchError } from '@netlatch/core'
import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow'
import { failed } from '../run/bad-input.ts'
import type { OutItem } from '../run/node-items.ts'
import { isToolRun } from '../run/tool-run.ts'
import { wording } from '../run/wording.ts'
import { accessOf } from '../workspace/file-access.ts'
import { findWorkspaces, leaseWorkspace } from '../workspace/find-workspaces.ts'
import { readSurroundings, type Surroundings } from '../workspace/surroundings.ts'

/** One item per workspace of the folder; once, however many items come in. */
export async function listAll(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
  const isAll = context.getNodeParameter('returnAll', 0, false) === true
  const limit = isAll ? undefined : Number(context.getNodeParameter('limit', 0, 50))
  const inputs = context.getInputData().map((_, item) => item)
  const pairedItem = inputs.map((item) => ({ item }))
  const outputs: INodeExecutionData[][] = isToolRun(context) ? [[]] : [[], []]
  try {
    const surroundings = await readSurroundings(context, accessOf(context))
    const { workspaces } = await findWorkspaces(surroundings)
    for (const place of workspaces.slice(0, limit)) {
      const { json, needsAttention } = await lookInto(place, surroundings).catch((error: unknown) =>
        unopened(place, error),
      )
      outputs[needsAttention ? outputs.length - 1 : 0]?.push({ json, pairedItem })
    }
  } catch (error) {
    failed(context, error, inputs, outputs)
  }
  return outputs
}

async function lookInto(place: ListedWorkspace, surroundings: Surroundings): Promise<OutItem> {
  await using lease = await leaseWorkspace(place, surroundings, { allowProblems: true })
  const { inventory, credentials, problems } = lease.netlatch
  const errors = problems.filter(({ severity }) => severity === 'error').length
  return {
    json: {
      workspace: place.name,
      devices: inventory.devices.length,
      credentials: credentials.length,
      problems: problems.length,
      message: errors === 0 ? `${inventory.devices.length} devices` : `${errors} mistakes in its files`,
    },
    needsAttention: errors > 0,
  }
}

/** One customer's broken folder does not hide the others. */
function unopened({ name }: ListedWorkspace, error: unknown): OutItem {
  if (!(error instanceof NetlatchError)) throw error
  const { code, message, description } = wording(error)
  return { json: { workspace: name, code, message, advice: description }, needsAttention: true }
}
