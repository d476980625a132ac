import { startFleetProcess } from '../../support/simulated-fleet/fleet-process.ts'
import { benchFleet, benchWorkspace } from '../bench-fleet.ts'
import type { BenchOptions } from '../bench-options.ts'
import { runClient } from '../client-process.ts'
import type { Measurement, NetlatchTask } from '../clients/job.ts'
import { type Figure, median } from '../figures.ts'

const suite = 'memory'

export async function* memorySuite(options: BenchOptions): AsyncGenerator<Figure> {
  yield* idleConnections(options)
  yield* growth()
}

/** Two processes that differ in the number of their idle connections: what is the same in both falls out. */
async function* idleConnections({ runs }: BenchOptions): AsyncGenerator<Figure> {
  const few = await onFleet(200, 64, 'idle', runs)
  const many = await onFleet(1_200, 64, 'idle', runs)
  const kilobytes = (name: 'rss' | 'heap') => {
    const of = (measured: readonly Measurement[]) => median(measured.map(({ more }) => more[name] ?? 0))
    return (of(many) - of(few)) / 1_000 / 1_024
  }
  const note = 'resident memory of 1,200 less that of 200 in another process'
  yield { suite, name: 'an idle pooled connection', unit: 'KB', target: 45, value: kilobytes('rss'), note }
  yield { suite, name: 'of that, in the JavaScript heap and buffers', unit: 'KB', value: kilobytes('heap') }
}

/** Ten times the devices. One run of each: the large one takes a minute. */
async function* growth(): AsyncGenerator<Figure> {
  const [small] = await onFleet(1_000, 256, 'discover', 1)
  const [large] = await onFleet(10_000, 256, 'discover', 1)
  if (!small || !large) throw new Error('no measurement')
  const name = 'discovery of 10,000 devices over 1,000 (two accounts, 256 at once)'
  const memory = `${large.peakMb.toFixed(0)} MB over ${small.peakMb.toFixed(0)} MB`
  const time = `${(large.wallMs / 1000).toFixed(1)} s over ${(small.wallMs / 1000).toFixed(1)} s`
  yield {
    suite,
    name: `${name}: peak memory`,
    unit: 'x',
    target: 1.5,
    value: large.peakMb / small.peakMb,
    note: memory,
  }
  yield { suite, name: `${name}: wall`, unit: 'x', target: 11, value: large.wallMs / small.wallMs, note: time }
}

async function onFleet(devices: number, concurrency: number, task: NetlatchTask, runs: number): Promise<Measurement[]> {
  const fleet = benchFleet({ devices, credentials: 2, perSite: 100 })
  await using process = await startFleetProcess(fleet.description)
  await using workspace = await benchWorkspace(fleet, process.places, concurrency)
  if (task === 'idle') {
    const { folder, identity } = workspace
    await runClient({ client: 'netlatch', task: 'discover', folder, identity })
  }
  const measured: Measurement[] = []
  for (let round = 0; round < runs; round += 1) {
    await using fresh = await workspace.copy(process.places)
    const { folder, identity } = fresh
    const run = await runClient({ client: 'netlatch', task, folder, identity }, { nodeOptions: ['--expose-gc'] })
    if (run.succeeded !== devices) throw new Error(`${run.succeeded} of ${devices} devices came out well`)
    measured.push(run)
  }
  return measured
}
