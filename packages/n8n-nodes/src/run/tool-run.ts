import type { IExecuteFunctions } from 'n8n-workflow'

/** Whether an agent asks. As a tool a node has one output, and what comes out of any other is lost. */
export function isToolRun(context: Pick<IExecuteFunctions, 'getNode'>): boolean {
  return context.getNode().type.endsWith('Tool')
}
