import { formatTime } from '../ages.ts'
import type { Leftover } from '../credentials/discovery-schedule.ts'
import type { ResultFacts } from '../device-result.ts'
import type { ResultCode } from '../result-codes.ts'
import type { AttemptRequest } from '../safety/attempt.ts'
import { explainRefusal } from '../safety/explain-refusal.ts'
import type { ChargeRule } from '../safety/realms.ts'
import { shellWord } from '../shell-word.ts'
import type { StateStore } from '../state/state-store.ts'
import type { Obstacle } from './obstacle-to.ts'

type LeftoverFacts = Pick<ResultFacts, 'code'> & Partial<Pick<ResultFacts, 'details' | 'deferredUntil' | 'advice'>>

interface Failure {
  readonly code: ResultCode
  readonly reason?: string
}

/** Whose counters a login of the leftover's credential is charged to, for saying what holds it back. */
export interface LeftoverAccount {
  readonly charges: AttemptRequest['charges']
  /** Failures that count now on the first of them, where that is known. */
  readonly failed?: number
}

export interface LeftoverHistory {
  /** What the device's last try came to, when a secret was sent: the reason where no candidate is left. */
  readonly failed?: Failure | undefined
  readonly account?: LeftoverAccount | undefined
  /** Why the plan had no candidate for it: the reason where its neighbours brought none. */
  readonly obstacle?: Obstacle | undefined
}

/** Why a device was not opened, as its one result with one command. */
export function leftoverFacts(
  leftover: Leftover,
  now: Date,
  { failed, account, obstacle }: LeftoverHistory = {},
): LeftoverFacts {
  const { device, credential, retryAt, reason } = leftover
  const details = { device: device.name, ...(credential && { credential: credential.name }) }
  switch (reason) {
    case 'no-candidate':
      return { code: 'NO_CANDIDATE', ...obstacle, details: { ...details, ...obstacle?.details } }
    case 'all-rejected':
    case 'rejected-before': {
      const because: Record<string, string> = failed?.reason === undefined ? {} : { reason: failed.reason }
      return { code: failed?.code ?? 'AUTH_REJECTED', details: { ...details, ...because } }
    }
    case 'quarantined':
      return { code: 'QUARANTINED', details }
    case 'not-reached':
      return { code: 'ABORTED', details }
    case 'account-decision':
    case 'pair-decision':
    case 'cell-closed':
      return explained({ code: 'NEEDS_DECISION', details }, leftover, account)
    case 'account-busy':
    case 'account-window':
    case 'device-busy':
    case 'device-cap':
    case 'device-spacing':
    case 'pair-window':
    case 'recheck-first':
    case 'verify-first': {
      const deferredUntil = retryAt === undefined ? undefined : new Date(retryAt)
      const until = deferredUntil ? formatTime(deferredUntil, now) : 'the account is free'
      const facts = {
        code: 'DEFERRED',
        ...(deferredUntil && { deferredUntil }),
        details: { ...details, until },
      } as const
      return explained(facts, leftover, account)
    }
  }
}

/** The account that holds a device back, with its count as it is stored; undefined where no account does. */
export async function accountOf(
  { device, credential, reason }: Leftover,
  charge: ChargeRule,
  state: Pick<StateStore, 'accounts'>,
): Promise<LeftoverAccount | undefined> {
  if (!credential || !isRefusal(reason)) return undefined
  const charges = charge(device, credential)
  const [standing] = await state.accounts([charges[0]])
  return { charges, ...(standing && { failed: standing.failed }) }
}

/** With what holds it back, what one more failure would mean, and the command that releases it. */
function explained(
  facts: LeftoverFacts & { readonly details: Readonly<Record<string, string>> },
  { device, credential, reason }: Leftover,
  account: LeftoverAccount | undefined,
): LeftoverFacts {
  if (!credential || !account || !isRefusal(reason)) return facts
  const { charges, failed } = account
  const request = { device: device.name, credential: credential.name, charges }
  const { because, oneMore, advice } = explainRefusal(
    { granted: false, reason },
    request,
    failed === undefined ? {} : { failed },
  )
  const why = [because, ...(oneMore === undefined ? [] : [oneMore])].join('; ')
  return { ...facts, details: { ...facts.details, because: why }, advice }
}

function isRefusal(
  reason: Leftover['reason'],
): reason is Exclude<Leftover['reason'], 'no-candidate' | 'all-rejected' | 'not-reached'> {
  return reason !== 'no-candidate' && reason !== 'all-rejected' && reason !== 'not-reached'
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

/**
 * The command that ends the wait for a window now, for the first of these devices that one ends for; undefined where only
 * time helps, as in a device's own quiet mode.
 */
export function releaseCommand(leftovers: readonly Leftover[], until: number): string | undefined {
  const waiting = leftovers.find(
    ({ reason, retryAt, credential }) =>
      credential !== undefined && retryAt !== undefined && retryAt <= until && liftedByRelease.includes(reason),
  )
  return waiting?.credential && `netlatch creds release ${shellWord(waiting.credential.name)}`
}

const liftedByRelease: readonly Leftover['reason'][] = ['account-window', 'pair-window', 'verify-first']
