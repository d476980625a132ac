import { markdownText } from '@netlatch/core'
import {
  type IDataObject,
  type IExecuteFunctions,
  type INodeExecutionData,
  type NodeExecutionHint,
  NodeOperationError,
} from 'n8n-workflow'
import { nodeError } from './node-error.ts'
import type { OutItem } from './node-items.ts'
import { isToolRun } from './tool-run.ts'
import { wording } from './wording.ts'

/** Bad input ends the node, or becomes items where the node is to go on. Of a node that ended, n8n tells an agent nothing. */
export function failed(
  context: IExecuteFunctions,
  error: unknown,
  items: readonly number[],
  outputs: INodeExecutionData[][],
): void {
  const isTool = isToolRun(context)
  if (!(isTool || context.continueOnFail()) || context.getExecutionCancelSignal()?.aborted)
    throw error instanceof NodeOperationError ? error : nodeError(context.getNode(), error, items[0])
  const { message, description, code } = wording(error)
  // These three fields, and no others, are what n8n takes for an error; with a field `error` beside `json` it would keep the text only.
  const json: IDataObject = isTool
    ? { result: 'refused', code, message, advice: description }
    : { error: message, message, details: { code, advice: description } }
  for (const item of items) outputs.at(-1)?.push({ json, pairedItem: { item } })
}

/** One customer of many that could not be worked on: an item like a device's, with the text of a summary. */
export function notWorkedOn(error: unknown, workspace: string): OutItem {
  const { message, description, code } = wording(error)
  const text = [message, description].filter((part) => part !== '').join('. ')
  const json: IDataObject = {
    device: null,
    result: 'attention',
    code,
    workspace: workspace === '' ? null : workspace,
    message,
    advice: description,
    text,
    markdown: `**${markdownText(text)}**`,
  }
  return { json, needsAttention: true }
}

/** Which customers those were. */
export function hintOfLeft(workspaces: Iterable<string>): NodeExecutionHint {
  const names = [...workspaces].map((name) => (name === '' ? 'the workspace' : name))
  return { message: `Not worked on: ${names.join(', ')}`, type: 'warning', location: 'outputPane' }
}
