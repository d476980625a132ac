import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { durationMs, durationPattern } from '../../../packages/core/src/jobs/duration.ts'
import {
  backoffMs,
  mayRetry,
  type Retry,
  retryClasses,
  retryClassNames,
} from '../../../packages/core/src/jobs/retry.ts'
import type { AttemptOutcome } from '../../../packages/core/src/model.ts'
import type { DeviceResult } from '../../../packages/core/src/progress.ts'
import { type ResultCode, resultCodes } from '../../../packages/core/src/result-codes.ts'

const everything: Retry = { attempts: 3, on: retryClassNames, backoffMs: 1_000, maxBackoffMs: 5_000, jitter: 0.5 }

function result(code: ResultCode, ...outcomes: readonly AttemptOutcome[]): DeviceResult {
  return { code, attempts: outcomes.map((outcome) => ({ outcome })) } as unknown as DeviceResult
}

describe('trying again', () => {
  it('is for what its class names, as often as it says', () => {
    const retry = { ...everything, on: ['busy'] } as const
    assert.deepEqual(
      [1, 2, 3].map((tries) => mayRetry(retry, result('DEVICE_BUSY'), tries)),
      [true, true, false],
    )
    assert.equal(mayRetry(retry, result('UNREACHABLE'), 1), false)
    assert.equal(mayRetry(undefined, result('DEVICE_BUSY'), 1), false)
  })

  it('never follows a secret that was refused or perhaps refused, whatever the result is called', () => {
    for (const code of Object.values(retryClasses).flat()) {
      assert.equal(mayRetry(everything, result(code, 'ok'), 1), true, code)
      for (const outcome of ['rejected', 'unclear'] as const)
        assert.equal(mayRetry(everything, result(code, 'ok', outcome), 1), false, code)
    }
  })

  it('has no class for what says something about a login', () => {
    const about = Object.keys(resultCodes).filter((code) =>
      /AUTH|ENABLE|PASSWORD|FACTOR|PROMPT$|QUARANTINED|DEFERRED|CANDIDATE|DECISION|SECRET|HOST_KEY|JUMP/.test(code),
    )
    assert.ok(about.length >= 12)
    for (const code of about) assert.equal(mayRetry(everything, result(code as ResultCode), 1), false, code)
  })

  it('waits twice as long each time, up to its limit, less what chance takes', () => {
    assert.deepEqual(
      [1, 2, 3, 4, 50].map((tries) => backoffMs(everything, tries, 0)),
      [1_000, 2_000, 4_000, 5_000, 5_000],
    )
    assert.equal(backoffMs(everything, 2, 1), 1_000)
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 }), fc.double({ min: 0, max: 1, noNaN: true }), (tries, chance) => {
        const ms = backoffMs(everything, tries, chance)
        assert.ok(ms >= 500 && ms <= 5_000)
      }),
    )
  })
})

describe('a duration', () => {
  it('is written in short or as ISO 8601 has it', () => {
    const known = { '30s': 30_000, '0.5s': 500, '2m': 120_000, '1h30m': 5_400_000, PT30S: 30_000, pt1h: 3_600_000 }
    for (const [text, ms] of Object.entries(known)) {
      assert.match(text, durationPattern)
      assert.equal(durationMs(text), ms)
    }
    for (const text of ['', '30', 'PT', 's', '30s2m', '-1s', '1.5m', '1d']) assert.doesNotMatch(text, durationPattern)
  })
})
