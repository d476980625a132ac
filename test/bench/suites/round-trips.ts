import { startFleetProcess } from '../../support/simulated-fleet/fleet-process.ts'
import { type BenchWorkspace, benchFleet, benchWorkspace } from '../bench-fleet.ts'
import type { BenchOptions } from '../bench-options.ts'
import { runClient } from '../client-process.ts'
import type { NetlatchTask } from '../clients/job.ts'
import { startDelayProxy } from '../delay-proxy-process.ts'
import { type Figure, median } from '../figures.ts'

const suite = 'round trips: one device, what each of them adds to the time'
/** So long that what the machine itself takes is small beside it. */
const roundTripMs = 300

/** How much longer it takes when the way is longer, over the length of the way. */
export async function* roundTripSuite({ runs }: BenchOptions): AsyncGenerator<Figure> {
  const fleet = benchFleet({ devices: 1, credentials: 1, configurationBytes: 50_000 })
  await using process = await startFleetProcess(fleet.description)
  await using distant = await startDelayProxy(process.places, roundTripMs)
  await using start = await benchWorkspace(fleet, process.places)
  const near: Times[] = []
  const far: Times[] = []
  for (let round = 0; round < runs; round += 1) {
    near.push(await timesOf(await start.copy(process.places)))
    far.push(await timesOf(await start.copy(distant.places)))
  }
  const trips = (name: keyof Times) =>
    (median(far.map((times) => times[name])) - median(near.map((times) => times[name]))) / roundTripMs
  const unit = 'round trips'
  yield { suite, name: 'login at first contact', unit, target: 6, value: trips('first') }
  yield { suite, name: 'login', unit, target: 5, value: trips('again') }
  yield { suite, name: 'backup of 50 KB by shell, login included', unit, target: 11, value: trips('backup') }
}

interface Times {
  readonly first: number
  readonly again: number
  readonly backup: number
}

/** The whole story of one device in a workspace of its own, a process for each step. */
async function timesOf(workspace: BenchWorkspace): Promise<Times> {
  await using here = workspace
  const { folder, identity } = here
  const time = async (task: NetlatchTask, what: 'loginMs' | 'deviceMs') => {
    const { more, succeeded } = await runClient({ client: 'netlatch', task, folder, identity })
    if (succeeded !== 1) throw new Error(`${task}: the device did not come out well`)
    return more[what] ?? 0
  }
  return {
    first: await time('discover', 'loginMs'),
    again: await time('discover-again', 'loginMs'),
    backup: await time('backup', 'deviceMs'),
  }
}
