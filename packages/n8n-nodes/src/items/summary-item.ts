import { accountsAtRisk, type DeviceResult, type Netlatch, summariseResults, summaryMarkdown } from '@netlatch/core'
import type { IDataObject, NodeExecutionHint } from 'n8n-workflow'
import { type OutItem, plain } from '../run/node-items.ts'

interface NodeSummary {
  readonly json: IDataObject
  readonly needsAttention: boolean
  readonly hint: NodeExecutionHint
}

interface SummaryOptions {
  readonly workspace: string
  /** Under which the state keeps the results. */
  readonly runId: string | null
  /** In place of the summary's own sentence. */
  readonly headline?: string
}

const shownDevices = 100

/** What a run came to, as one item made for a message, and as the hint below the node's output. */
export async function summaryOf(
  netlatch: Netlatch,
  results: readonly DeviceResult[],
  { workspace, runId, headline }: SummaryOptions,
): Promise<NodeSummary> {
  const summary = summariseResults(results, netlatch.now())
  const atRisk = await accountsAtRisk(netlatch)
  const failedLogins = Object.values(summary.failedLogins).reduce((sum, count) => sum + count, 0)
  const { devices, opened, needAttention, changed, causes } = summary
  const quarantined = summary.byCode.QUARANTINED ?? 0
  const text = headline ?? summary.text
  const accounts = atRisk.length === 0 ? 'no account at risk' : `${count(atRisk.length, 'account')} at risk`
  const done = headline?.replace(/\.$/, '') ?? `${opened} of ${devices} opened`
  const logins =
    failedLogins === 0 && atRisk.length === 0 ? '' : ` · ${count(failedLogins, 'failed login')}, ${accounts}`
  return {
    needsAttention: needAttention > 0,
    json: plain({
      workspace,
      devices,
      opened,
      needAttention,
      changed,
      failedLogins,
      accountsAtRisk: atRisk.length,
      causes: causes.map((cause) => ({
        code: cause.code,
        text: cause.text,
        count: cause.devices.length,
        devices: cause.devices.slice(0, shownDevices),
      })),
      text,
      markdown: summaryMarkdown(text, summary),
      runId,
    }),
    hint: {
      message: `${done}${needAttention === 0 ? '' : ` · ${needAttention} need attention`}${logins}`,
      type: atRisk.length > 0 || quarantined > 0 ? 'warning' : 'info',
      location: 'outputPane',
    },
  }
}

/** Comes out of the second output when anything in it would. */
export function summaryItem({ json, needsAttention }: NodeSummary): OutItem {
  return { json, needsAttention }
}

function count(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? '' : 's'}`
}
