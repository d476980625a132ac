import { adviceFor } from '../result-codes.ts'
import { shellWord } from '../shell-word.ts'
import { accountBudget, pairFailureLimit } from './account-budget.ts'
import type { AccountCharge, AttemptRequest, Verdict } from './attempt.ts'

export interface Explanation {
  /** `DEFERRED` has a time or ends by itself; `NEEDS_DECISION` and `QUARANTINED` wait for a person. */
  readonly code: 'DEFERRED' | 'NEEDS_DECISION' | 'QUARANTINED' | 'AUTH_REJECTED' | 'DEVICE_BUSY'
  /** `deferred until 14:35`, `a person decides`. At most 30 characters. */
  readonly text: string
  /** One sentence: what holds the login back. */
  readonly because: string
  /** What one more failure would make of the count; where a person decides about it and the count is known. */
  readonly oneMore?: string
  /** The next command, or what to wait for where no command helps. */
  readonly advice: string
}

export interface ExplainOptions {
  /** Failures that count now on the first account. @default unknown: `oneMore` is left out */
  readonly failed?: number
  /** Writes a time of day. @default 14:35, local */
  readonly formatTime?: (at: Date) => string
}

type Refusal = Extract<Verdict, { granted: false }>

/** Puts a refusal of the ledger into words. Nothing was sent, whatever the reason. */
export function explainRefusal(
  { reason, retryAt }: Refusal,
  request: Pick<AttemptRequest, 'device' | 'credential' | 'charges'>,
  { failed, formatTime = timeOfDay }: ExplainOptions = {},
): Explanation {
  const { device, credential, charges } = request
  const [charge] = charges
  const { username } = charge
  const release = `netlatch creds release ${shellWord(credential)}`
  const test = `netlatch creds test ${shellWord(device)} --credential ${shellWord(credential)}`
  const deferred = (because: string, next = 'run again then'): Explanation => ({
    code: 'DEFERRED',
    text: retryAt ? `deferred until ${formatTime(retryAt)}` : 'deferred',
    because,
    advice: next,
  })
  const decision = (because: string, advice: string): Explanation => ({
    code: 'NEEDS_DECISION',
    text: 'a person decides',
    because,
    ...(failed !== undefined && { oneMore: whatOneMoreMeans(charge, failed) }),
    advice,
  })
  switch (reason) {
    case 'quarantined':
      return {
        code: 'QUARANTINED',
        text: 'credential quarantined',
        because: `${credential} was refused where it had worked`,
        advice: adviceFor('QUARANTINED', { credential }),
      }
    case 'rejected-before':
      return {
        code: 'AUTH_REJECTED',
        text: 'refused here before',
        because: `${device} has refused ${credential}, and its secret is unchanged since`,
        advice: `${test} --retry-rejected`,
      }
    case 'device-busy':
      return {
        code: 'DEVICE_BUSY',
        text: 'another login is in flight',
        because: `another login on ${device} has not ended`,
        advice: 'run again later',
      }
    case 'device-spacing':
      return deferred(`a login failed on ${device} a moment ago`)
    case 'device-cap':
      return deferred(`too many logins failed on ${device}`)
    case 'pair-window':
      return deferred(`${username} failed on ${device}`, `wait, or ${release}`)
    case 'pair-decision':
      return decision(`${username} failed ${pairFailureLimit} times on ${device}`, release)
    case 'verify-first':
      return deferred(
        `${username} failed elsewhere: a device that ${username} had opened is asked first`,
        `wait, or ${release}`,
      )
    case 'recheck-first':
      return deferred(`${credential} is checked first on a device where it had worked`)
    case 'account-busy':
      return deferred(`${username} logs in elsewhere at this moment`, 'run again later')
    case 'account-window':
      return deferred(`${username} was refused once; goes on then`, `wait, or ${release}`)
    case 'cell-closed':
      return decision(`${credential} was refused by a device of the same site and platform`, release)
    case 'account-decision':
      return decision(`${username} was refused, and one more failure could lock it`, release)
  }
}

/** `one more failure makes 3 failed logins of 4 allowed for netops, locks at 5`. */
export function whatOneMoreMeans({ username, policy }: AccountCharge, failed: number): string {
  const { threshold, thresholdIsAssumed, kind } = policy
  if (threshold === 'none') return `${username}: nothing counts failed logins`
  const after = failed + 1
  const assumed = thresholdIsAssumed ? ' (assumed)' : ''
  const where = kind === 'device' ? ' on this device' : ''
  const logins = after === 1 ? 'failed login' : 'failed logins'
  const allowed = accountBudget(policy).total
  if (after >= threshold)
    return `one more failure locks ${username}${where}: ${after} ${logins}, locks at ${threshold}${assumed}`
  return `one more failure makes ${after} ${logins} of ${allowed} allowed for ${username}${where}, locks at ${threshold}${assumed}`
}

function timeOfDay(at: Date): string {
  return `${String(at.getHours()).padStart(2, '0')}:${String(at.getMinutes()).padStart(2, '0')}`
}
