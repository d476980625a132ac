import { startFleetProcess } from '../../support/simulated-fleet/fleet-process.ts'
import { benchFleet, benchWorkspace } from '../bench-fleet.ts'
import type { BenchOptions } from '../bench-options.ts'
import { runClient } from '../client-process.ts'
import type { NetlatchTask } from '../clients/job.ts'
import { startDelayProxy } from '../delay-proxy-process.ts'
import { type Figure, median } from '../figures.ts'
import { type Run, tally } from '../fleet-tally.ts'

const suite = 'commands: 200 devices, 64 at once, 50 ms'
const devices = 200

/** The same command twice in one process: the second time over the connections that the first one left open. */
export async function* commandsSuite({ runs }: BenchOptions): AsyncGenerator<Figure> {
  const fleet = benchFleet({ devices, credentials: 4 })
  await using process = await startFleetProcess(fleet.description)
  await using near = await benchWorkspace(fleet, process.places)
  const run = (task: NetlatchTask, { folder, identity }: typeof near) =>
    runClient({ client: 'netlatch', task, folder, identity })
  await run('discover', near)
  await using distant = await startDelayProxy(process.places, 50)
  const rounds: Run[] = []
  for (let round = 0; round < runs; round += 1) {
    await using fresh = await near.copy(distant.places)
    const twice = await tally(process, () => run('commands-twice', fresh))
    if (twice.succeeded !== devices) throw new Error(`${twice.succeeded} of ${devices} devices answered twice`)
    rounds.push(twice)
  }
  const times = (name: 'firstMs' | 'secondMs') => rounds.map(({ more }) => more[name] ?? 0)
  const logins = median(rounds.map((round) => round.tally.logins)) - devices
  yield { suite, name: 'logins of the second run, as the devices counted', unit: 'logins', target: 0, value: logins }
  yield {
    suite,
    name: 'wall of the second run over the first',
    unit: 'x',
    target: 0.35,
    value: median(rounds.map(({ more }) => (more.secondMs ?? 0) / (more.firstMs ?? 1))),
    note: `${(median(times('secondMs')) / 1000).toFixed(2)} s over ${(median(times('firstMs')) / 1000).toFixed(2)} s`,
  }
}
