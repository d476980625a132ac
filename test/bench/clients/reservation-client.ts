import { setTimeout as sleep } from 'node:timers/promises'
import type { AttemptRequest } from '../../../packages/core/src/safety/attempt.ts'
import { openStateStore } from '../../../packages/core/src/state/open-state-store.ts'
import { percentile } from '../figures.ts'
import { type Measurement, measure, type ReservationJob } from './job.ts'

const devices = 500
const accounts = 20

export async function runReservations(job: ReservationJob): Promise<Measurement> {
  await using store = await openStateStore({
    url: `sqlite:${job.database}`,
    workspace: 'bench',
    program: { program: 'bench', user: 'bench' },
  })
  const latencies: number[] = []
  const pending = new Set<Promise<void>>()
  let refused = 0
  const one = async (index: number, isMeasured: boolean) => {
    const asked = performance.now()
    const verdict = await store.reserve(request(index))
    if (isMeasured) latencies.push(performance.now() - asked)
    if (verdict.granted) await store.finish(verdict.grant, 'ok')
    else refused += 1
  }
  return await measure(async () => {
    const start = performance.now()
    const measuredFrom = start + job.warmUpMs
    const end = measuredFrom + job.durationMs
    let stallMs = 0
    let asked = 0
    for (let before = start; before < end; ) {
      await sleep(1)
      const now = performance.now()
      if (now > measuredFrom) stallMs = Math.max(stallMs, now - before - 1)
      before = now
      for (const due = (dueAfter(now - start, job) * job.aSecond) / 1000; asked < due; asked += 1) {
        const running: Promise<void> = one(asked, now > measuredFrom).finally(() => pending.delete(running))
        pending.add(running)
      }
    }
    const behind = pending.size
    await Promise.all(pending)
    const more = {
      p50: percentile(latencies, 0.5),
      p99: percentile(latencies, 0.99),
      stallMs,
      behind,
      refused,
      perSecond: (latencies.length / job.durationMs) * 1000,
    }
    return { succeeded: latencies.length, more }
  })
}

/** How long it would take at full pace; programs start slowly, as they do where the first devices answer one by one. */
function dueAfter(ms: number, { warmUpMs }: ReservationJob): number {
  return ms < warmUpMs ? ms ** 2 / (2 * warmUpMs) : ms - warmUpMs / 2
}

/** Devices take turns; each process has its own, and each device counts for itself. */
function request(index: number): AttemptRequest {
  return {
    device: `device-${process.pid}-${index % devices}`,
    site: `site-${index % 10}`,
    platform: 'cisco_ios',
    credential: 'netops',
    purpose: 'login',
    secretId: `secret of netops-${index % accounts}`,
    charges: [
      {
        realm: 'on-device',
        username: `netops-${index % accounts}`,
        policy: { kind: 'device', threshold: 'none', thresholdIsAssumed: false, maxInFlight: 16 },
        secrets: 1,
      },
    ],
  }
}
