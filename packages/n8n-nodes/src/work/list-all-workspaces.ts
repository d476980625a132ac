import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow'
import { nodeError } from '../run/node-error.ts'
import { findWorkspaces, leaseWorkspace, type Surroundings } from '../workspace/find-workspaces.ts'

/** One item per workspace of the folder; once, however many items come in. */
export async function listAll(context: IExecuteFunctions, surroundings: Surroundings): Promise<INodeExecutionData[][]> {
  const isAll = context.getNodeParameter('returnAll', 0, false) === true
  const limit = isAll ? undefined : Number(context.getNodeParameter('limit', 0, 50))
  const pairedItem = context.getInputData().map((_, item) => ({ item }))
  const isTool = context.getNode().type.endsWith('Tool')
  const done: INodeExecutionData[] = []
  const attention: INodeExecutionData[] = []
  try {
    const { workspaces } = await findWorkspaces(surroundings)
    for (const place of workspaces.slice(0, limit)) {
      await using lease = await leaseWorkspace(place, surroundings, { allowProblems: true })
      const { inventory, credentials, problems } = lease.netlatch
      const errors = problems.filter(({ severity }) => severity === 'error').length
      const json = {
        workspace: place.name,
        devices: inventory.devices.length,
        credentials: credentials.length,
        problems: problems.length,
        message: errors === 0 ? `${inventory.devices.length} devices` : `${errors} mistakes in its files`,
      }
      const output = errors === 0 || isTool ? done : attention
      output.push({ json, pairedItem })
    }
  } catch (error) {
    throw nodeError(context.getNode(), error, 0)
  }
  return isTool ? [done] : [done, attention]
}
