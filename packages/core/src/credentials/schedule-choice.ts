import type { AttemptRequest } from '../safety/attempt.ts'
import type { Judgement } from '../safety/attempt-ledger.ts'
import { isPassing } from './forecast.ts'
import type { RankedCandidate } from './rank-candidates.ts'
import type { Leftover } from './schedule.ts'

/** A likely candidate that only waits for a window is worth waiting for. */
const worthWaiting = 0.5
/** Behind a likelier one that may not be tried now, others are tried from here on. */
const worthTryingBehind = 0.25

/** The candidate that is a device's turn; or what the device waits for, and until when where time alone helps. */
export type Choice =
  | { readonly candidate: RankedCandidate; readonly request: AttemptRequest }
  | { readonly candidate?: undefined; readonly waitsFor: Omit<Leftover, 'device'>; readonly wakeAt?: number }

export function chooseCandidate(
  candidates: readonly RankedCandidate[],
  isSpent: (candidate: RankedCandidate) => boolean,
  judge: (candidate: RankedCandidate) => { readonly request: AttemptRequest; readonly judgement: Judgement },
): Choice {
  let waitsFor: Omit<Leftover, 'device'> | undefined
  let wakeAt = Number.POSITIVE_INFINITY
  for (const candidate of candidates) {
    const { credential, confidence } = candidate
    if (isSpent(candidate)) continue
    if (waitsFor && confidence < worthTryingBehind) break
    const { request, judgement } = judge(candidate)
    if (judgement.granted || isPassing(judgement.reason)) return { candidate, request }
    const { reason, retryAt } = judgement
    if (reason === 'rejected-before') continue
    waitsFor ??= { reason, credential, ...(retryAt !== undefined && { retryAt }) }
    if (retryAt === undefined) continue
    wakeAt = Math.min(wakeAt, retryAt)
    const isWorthIt = reason === 'account-window' && confidence >= worthWaiting
    if (isWorthIt || reason === 'device-spacing' || reason === 'device-cap') break
  }
  waitsFor ??= { reason: candidates.length === 0 ? 'no-candidate' : 'all-rejected' }
  return { waitsFor, ...(wakeAt < Number.POSITIVE_INFINITY && { wakeAt }) }
}
