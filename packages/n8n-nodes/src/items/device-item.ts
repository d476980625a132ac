import { type DeviceResult, resultCode, resultWord } from '@netlatch/core'
import type { IDataObject } from 'n8n-workflow'
import { type OutItem, plain } from '../run/node-items.ts'
import { adviceOf } from './advice.ts'

export interface ItemOptions {
  readonly simplify: boolean
  readonly workspace: string
  /** Under which the state keeps the result; null where there was no run. */
  readonly runId: string | null
}

/** The item of a login's result: ten fields, or all there is. */
export function deviceItem(result: DeviceResult, { simplify, workspace, runId }: ItemOptions): OutItem {
  const simple: IDataObject = {
    device: result.device,
    result: resultWord(result.code),
    credential: result.credential,
    privilege: result.privilege,
    host: result.host,
    site: result.site ?? null,
    platform: result.platform,
    message: messageOf(result),
    advice: adviceOf(result),
    testedAt: result.testedAt.toISOString(),
  }
  const { needsAttention } = resultCode(result.code)
  return { json: simplify ? simple : { ...simple, ...allOf(result, { workspace, runId }) }, needsAttention }
}

/** What Simplify leaves out of a result. */
export function allOf(result: DeviceResult, { workspace, runId }: Omit<ItemOptions, 'simplify'>): IDataObject {
  const { code, previousCredential, attempts, phases, deferredUntil } = result
  return plain({
    code,
    workspace,
    previousCredential: previousCredential ?? null,
    changed: previousCredential !== undefined,
    attempts: attempts.map(({ credential, outcome, at, durationMs, purpose }) => ({
      credential,
      purpose,
      outcome,
      at,
      durationMs,
    })),
    phases,
    deferredUntil: deferredUntil ?? null,
    runId,
  })
}

/** `fra-acc-07: no credential works. 1 try: legacy-admin`. */
export function messageOf(result: DeviceResult): string {
  const { code, device, credential, message } = result
  if (code === 'OPENED') return `${device}: opened with ${credential}`
  if (code === 'OPENED_UNPRIVILEGED') return `${device}: opened with ${credential}, not privileged`
  const sent = result.attempts.filter(({ outcome }) => outcome !== 'unsent')
  if (sent.length === 0 || !resultCode(code).needsAttention) return message
  const names = sent.map((attempt) => attempt.credential).join(', ')
  return `${message}. ${sent.length} ${sent.length === 1 ? 'try' : 'tries'}: ${names}`
}
