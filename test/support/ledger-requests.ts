import type { AccountCharge, AccountPolicy, AttemptRequest } from '../../packages/core/src/safety/attempt.ts'
import type { MemoryLedger } from '../../packages/core/src/safety/memory-ledger.ts'
import { accountPolicy } from '../../packages/core/src/safety/realms.ts'

export interface RequestOptions {
  readonly username?: string
  readonly secret?: string
  readonly secrets?: number
  readonly policy?: Partial<AccountPolicy>
  readonly charges?: AttemptRequest['charges']
}

/** `fra-3 ios` reads: the third device of site fra, an ios. */
export function requestOn(place: string, options: RequestOptions & Partial<AttemptRequest> = {}): AttemptRequest {
  const [device = place, platform = 'ios'] = place.split(' ')
  const { username = 'netops', secret = 'right', secrets = 1, policy, charges, ...rest } = options
  const charge: AccountCharge = {
    realm: '',
    username,
    policy: { ...accountPolicy({ kind: 'unknown' }), ...policy },
    secrets,
  }
  return {
    device,
    site: device.split('-')[0] ?? device,
    platform,
    credential: username,
    purpose: 'login',
    secretId: `${username} ${secret}`,
    charges: charges ?? [charge],
    ...rest,
  }
}

/** A login that is granted and ends at once. */
export function logIn(
  ledger: MemoryLedger,
  request: AttemptRequest,
  outcome: 'ok' | 'rejected' | 'unclear' | 'unsent',
  now: number,
) {
  const answer = ledger.reserve(request, now)
  if (!answer.granted) throw new TypeError(`${request.device}: refused, ${answer.reason}`)
  ledger.finish(answer.grant.id, outcome, now + 1)
  return answer.grant
}

/** The ground that a request would be granted on, or the reason against it. */
export function answerTo(ledger: MemoryLedger, request: AttemptRequest, now: number): string {
  const answer = ledger.preview(request, now)
  return answer.granted ? answer.grant.charges.map(({ ground }) => ground).join('+') : answer.reason
}
