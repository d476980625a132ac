import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BenchOptions } from '../bench-options.ts'
import { runClient } from '../client-process.ts'
import { type Figure, median } from '../figures.ts'

const suite = 'state: 3 processes, 1,000 reservations a second in all, each ended'
const processes = 3

/** How long a login waits for its permission, and for how long nothing else happens meanwhile. */
export async function* stateSuite({ runs }: BenchOptions): AsyncGenerator<Figure> {
  const rounds: Round[] = []
  for (let round = 0; round < runs; round += 1) rounds.push(await oneRound())
  const of = (pick: (round: Round) => number) => median(rounds.map(pick))
  const note = `each on the disk; half wait less than ${of((round) => round.p50).toFixed(1)} ms`
  yield { suite, name: 'a durable reservation, p99', unit: 'ms', target: 15, value: of((round) => round.p99), note }
  yield { suite, name: 'longest stall of the event loop', unit: 'ms', target: 30, value: of((round) => round.stallMs) }
  const behind = of((round) => round.behind)
  yield {
    suite,
    name: 'CPU for a reservation and its end',
    unit: 'ms',
    value: of((round) => round.cpuMs),
    ...(behind > 100 && { note: `could not keep up: ${behind} were waiting at the end` }),
  }
}

interface Round {
  readonly p50: number
  readonly p99: number
  readonly stallMs: number
  readonly behind: number
  readonly cpuMs: number
}

/** The slowest of the processes counts. */
async function oneRound(): Promise<Round> {
  const folder = await mkdtemp(join(tmpdir(), 'netlatch-bench-'))
  const warmUpMs = 3_000
  const durationMs = 4_000
  const aSecond = 1_000 / processes
  const job = { client: 'reservations', database: join(folder, 'state.db'), aSecond, warmUpMs, durationMs } as const
  try {
    const results = await Promise.all(Array.from({ length: processes }, () => runClient(job)))
    const worst = (name: string) => Math.max(...results.map(({ more }) => more[name] ?? Number.POSITIVE_INFINITY))
    const pairs = (aSecond * (warmUpMs / 2 + durationMs)) / 1_000
    return {
      p50: worst('p50'),
      p99: worst('p99'),
      stallMs: worst('stallMs'),
      behind: worst('behind'),
      cpuMs: median(results.map(({ cpuMs }) => cpuMs)) / pairs,
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
