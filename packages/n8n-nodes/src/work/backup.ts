import {
  type BackupResult,
  backupConfigs,
  backupStatus,
  type DeviceResult,
  diffSnapshots,
  type Netlatch,
  NetlatchError,
  pushBackups,
  resultCode,
  showSnapshot,
} from '@netlatch/core'
import type { NodeExecutionHint } from 'n8n-workflow'
import { type BackupFacts, backupItem, backupWord } from '../items/backup-item.ts'
import { summaryItem, summaryOf } from '../items/summary-item.ts'
import { chooseDevices } from '../run/device-choice.ts'
import type { Outcome, OutItem } from '../run/node-items.ts'
import { shaped } from '../run/output-shape.ts'
import type { Work } from '../run/run-node.ts'
import { wording } from '../run/wording.ts'
import type { BackupRequest } from './backup-request.ts'
import { collect } from './collect.ts'
import { textFile } from './text-file.ts'

/** Saves configurations, in one commit. A device that fails keeps its last good one. */
export async function backup(work: Work<BackupRequest>): Promise<Outcome> {
  const { context, netlatch, request, workspace, items, signal } = work
  const { options } = request
  const { limit, concurrency, timeoutSeconds = 120 } = options
  const chosen = await chooseDevices(context, {
    netlatch,
    choice: request.devices,
    items,
    ...(limit !== undefined && { limit }),
  })
  const { results: found, runId } = await collect(chosen.devices, (onProgress) =>
    backupConfigs(chosen.netlatch, chosen.devices, {
      selection: chosen.selection,
      acceptShrink: options.acceptShrink ?? false,
      timeoutMs: timeoutSeconds * 1000,
      wait: false,
      onProgress,
      ...(concurrency !== undefined && { concurrency }),
      ...(signal && { signal }),
    }),
  )
  const unpublished = options.push ? await publish(chosen.netlatch, signal) : undefined
  const results: readonly (BackupResult | DeviceResult)[] = [...chosen.skipped, ...found]
  const said = unpublished === undefined ? headline(results) : `${headline(results)} ${unpublished.json.message}`
  const summary = await summaryOf(netlatch, results, { workspace, runId, headline: said })
  const hint: NodeExecutionHint = unpublished ? { ...summary.hint, type: 'warning' } : summary.hint
  if (options.output === 'summary') {
    const needsAttention = summary.needsAttention || unpublished !== undefined
    return { items: [summaryItem({ ...summary, needsAttention }), ...chosen.unusable], hint }
  }
  const lastGood = await lastGoodTimes(chosen.netlatch, results)
  const out: OutItem[] = []
  for (const result of results) {
    const { device } = result
    const facts: BackupFacts = {
      ...(result.code === 'CHANGED' &&
        options.includeDiff !== false && { diff: (await diffSnapshots(chosen.netlatch, device)).text }),
      ...(lastGood.has(device) && { lastGoodAt: lastGood.get(device) }),
    }
    const from = chosen.itemsOf(device)
    const item = backupItem(result, facts, { simplify: request.shape.simplify, workspace, runId })
    const binary = await fileOf(work, chosen.netlatch, result)
    out.push(shaped({ ...item, ...(from && { from }), ...(binary && { binary }) }, request.shape))
  }
  return { items: [...out, ...(unpublished ? [unpublished] : []), ...chosen.unusable], hint }
}

/** What is saved stays saved: a remote that does not take it is an item, and the next push brings it. */
async function publish(netlatch: Netlatch, signal: AbortSignal | undefined): Promise<OutItem | undefined> {
  return pushBackups(netlatch, { push: true, ...(signal && { signal }) }).then(
    () => undefined,
    (error: unknown): OutItem => {
      if (!(error instanceof NetlatchError) || signal?.aborted) throw error
      const { code, message, description } = wording(error)
      return { json: { device: null, result: 'attention', code, message, advice: description }, needsAttention: true }
    },
  )
}

/** `340 of 346 saved: 3 changed, 336 unchanged, 1 first.` */
function headline(results: readonly DeviceResult[]): string {
  const words = ['changed', 'unchanged', 'first'] as const
  const counts = words.map((word) => [word, results.filter((result) => backupWord(result) === word).length] as const)
  const saved = counts.reduce((sum, [, count]) => sum + count, 0)
  const parts = counts.filter(([, count]) => count > 0).map(([word, count]) => `${count} ${word}`)
  return `${saved} of ${results.length} saved${parts.length > 0 ? `: ${parts.join(', ')}` : ''}.`
}

async function lastGoodTimes(netlatch: Netlatch, results: readonly DeviceResult[]): Promise<ReadonlyMap<string, Date>> {
  const names = new Set(results.filter(({ code }) => resultCode(code).needsAttention).map(({ device }) => device))
  if (names.size === 0) return new Map()
  const devices = netlatch.inventory.devices.filter(({ name }) => names.has(name))
  const status = await backupStatus(netlatch, devices)
  return new Map(status.devices.flatMap(({ device, lastGoodAt }) => (lastGoodAt ? [[device, lastGoodAt]] : [])))
}

async function fileOf({ context, request, isTool }: Work<BackupRequest>, netlatch: Netlatch, result: DeviceResult) {
  const field = request.options.binaryField?.trim() ?? ''
  if (field === '' || isTool || resultCode(result.code).needsAttention || !('path' in result)) return undefined
  return textFile(context, field, `${result.device}.cfg`, await showSnapshot(netlatch, result.device))
}
