import type { AccountCharge, AttemptRequest } from '../../packages/core/src/safety/attempt.ts'

export const netops: AccountCharge = {
  realm: '',
  username: 'netops',
  policy: { kind: 'unknown', threshold: 3, thresholdIsAssumed: true, maxInFlight: 16 },
  secrets: 1,
}

/** A login of `netops` on an IOS device of site a. */
export function attemptRequest(device: string, changes: Partial<AttemptRequest> = {}): AttemptRequest {
  return {
    device,
    site: 'a',
    platform: 'cisco_ios',
    credential: 'core-admin',
    purpose: 'login',
    secretId: 'netops-secret',
    charges: [netops],
    ...changes,
  }
}
