import { type BackupResult, type DeviceResult, resultCode, resultWord } from '@netlatch/core'
import type { IDataObject } from 'n8n-workflow'
import type { OutItem } from '../run/node-items.ts'
import { adviceOf } from './advice.ts'
import { allOf, type ItemOptions, messageOf } from './device-item.ts'

const largestDiff = 64 * 1024

/** The word for what came of a backup: `changed`, `unchanged`, `first`, `held`, else as for logins. */
export function backupWord({ code }: Pick<DeviceResult, 'code'>): string {
  if (code === 'CHANGED' || code === 'UNCHANGED' || code === 'FIRST') return code.toLowerCase()
  if (code === 'CAPTURE_HELD') return 'held'
  const word = resultWord(code)
  return word === 'attention' ? 'failed' : word
}

export interface BackupFacts {
  /** What changed, secrets as fingerprints. */
  readonly diff?: string
  readonly lastGoodAt?: Date
}

/** The item of a backup. The configuration itself is never in it. */
export function backupItem(
  result: BackupResult | DeviceResult,
  { diff, lastGoodAt }: BackupFacts,
  { simplify, workspace, runId }: ItemOptions,
): OutItem {
  const { needsAttention } = resultCode(result.code)
  const saved = 'path' in result ? result : undefined
  const json: IDataObject = {
    device: result.device,
    result: backupWord(result),
    ...(saved?.unproven !== undefined && { unproven: saved.unproven }),
    linesAdded: saved?.linesAdded ?? 0,
    linesRemoved: saved?.linesRemoved ?? 0,
    ...(diff !== undefined && cutDiff(diff)),
    site: result.site ?? null,
    path: saved?.path ?? null,
    commit: saved?.commit?.slice(0, 7) ?? null,
    message: messageOf(result),
    ...(needsAttention && { advice: adviceOf(result), lastGoodAt: lastGoodAt?.toISOString() ?? null }),
    capturedAt: result.testedAt.toISOString(),
  }
  const more = simplify
    ? {}
    : {
        ...allOf(result, { workspace, runId }),
        host: result.host,
        platform: result.platform,
        credential: result.credential,
        bytes: saved?.bytes ?? 0,
        commitId: saved?.commit ?? null,
      }
  return { json: { ...json, ...more }, needsAttention }
}

/** 12,000 items of 60 KB kill an n8n. */
export function cutDiff(diff: string): IDataObject {
  if (Buffer.byteLength(diff) <= largestDiff) return { diff }
  const cut = Buffer.from(diff).subarray(0, largestDiff).toString('utf8')
  // Whole lines only.
  return { diff: cut.slice(0, cut.lastIndexOf('\n') + 1), diffTruncated: true }
}
