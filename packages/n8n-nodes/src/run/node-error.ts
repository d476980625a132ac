import { type INode, NodeOperationError } from 'n8n-workflow'
import { wording } from './wording.ts'

/** What a workflow's owner reads: what happened, and how to go on. Holds names, never a secret. */
export function nodeError(node: INode, error: unknown, itemIndex?: number): NodeOperationError {
  const { message, description } = wording(error)
  return new NodeOperationError(node, message, {
    description,
    ...(itemIndex !== undefined && { itemIndex }),
    // Retrying, and asking for a report, help against neither wrong input nor a locked vault.
    level: 'warning',
  })
}
