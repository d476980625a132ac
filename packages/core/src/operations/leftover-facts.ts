import { formatTime } from '../ages.ts'
import type { Leftover } from '../credentials/discovery-schedule.ts'
import type { ResultFacts } from '../device-result.ts'
import type { ResultCode } from '../result-codes.ts'

type LeftoverFacts = Pick<ResultFacts, 'code'> & Partial<Pick<ResultFacts, 'details' | 'deferredUntil' | 'advice'>>

interface Failure {
  readonly code: ResultCode
  readonly reason?: string
}

/**
 * Why a device was not opened, as its one result with one command. `failed` is what its last try came to, when a secret was
 * sent; it is the reason where no candidate is left.
 */
export function leftoverFacts(leftover: Leftover, failed: Failure | undefined, now: Date): LeftoverFacts {
  const { device, credential, retryAt, reason } = leftover
  const details = { device: device.name, ...(credential && { credential: credential.name }) }
  const because: Record<string, string> = failed?.reason === undefined ? {} : { reason: failed.reason }
  switch (reason) {
    case 'no-candidate':
      return { code: 'NO_CANDIDATE', details }
    case 'all-rejected':
    case 'rejected-before':
      return { code: failed?.code ?? 'AUTH_REJECTED', details: { ...details, ...because } }
    case 'quarantined':
      return { code: 'QUARANTINED', details }
    case 'account-decision':
    case 'pair-decision':
    case 'cell-closed':
      return { code: 'NEEDS_DECISION', details }
    case 'not-reached':
      return { code: 'ABORTED', details }
    case 'account-busy':
    case 'account-window':
    case 'device-busy':
    case 'device-cap':
    case 'device-spacing':
    case 'pair-window':
    case 'recheck-first':
    case 'verify-first': {
      if (retryAt === undefined) return { code: 'DEFERRED', details: { ...details, until: 'the account is free' } }
      const deferredUntil = new Date(retryAt)
      return { code: 'DEFERRED', deferredUntil, details: { ...details, until: formatTime(deferredUntil, now) } }
    }
  }
}

const ofThisRun: readonly Leftover['reason'][] = [
  'not-reached',
  'account-busy',
  'device-busy',
  'recheck-first',
  'verify-first',
]

/** The device only waited for what this run would have brought, had nobody stopped it. */
export function wouldHaveEnded({ reason, retryAt }: Leftover): boolean {
  return ofThisRun.includes(reason) && retryAt === undefined
}
