import { type FleetProcess, startFleetProcess } from '../../support/simulated-fleet/fleet-process.ts'
import type { DevicePlace } from '../../support/simulated-fleet/place.ts'
import { type BenchFleet, bareDevices, benchFleet, benchWorkspace } from '../bench-fleet.ts'
import type { BenchOptions } from '../bench-options.ts'
import { runClient } from '../client-process.ts'
import type { BareJob } from '../clients/job.ts'
import { startDelayProxy } from '../delay-proxy-process.ts'
import { type Figure, median, ratio } from '../figures.ts'
import { tally } from '../fleet-tally.ts'
import { type Interleaved, interleave } from '../interleave.ts'
import { findPeers, type Peer, peerRuns } from '../peers.ts'

const suite = 'discovery: 200 devices, 4 credentials, 64 at once'

type Runs = Interleaved<'netlatch' | 'bare' | 'login', Peer>

export async function* discoverySuite(options: BenchOptions): AsyncGenerator<Figure> {
  const fleet = benchFleet({ devices: 200, credentials: 4 })
  await using process = await startFleetProcess(fleet.description)
  const peers = await findPeers()

  const near = await discover(fleet, process, process.places, options, [])
  yield { suite, name: 'login attempts over the minimum', unit: 'x', target: 1, ...attemptsOver(near, fleet) }
  yield { suite, name: 'wall over bare ssh2, loopback', unit: 'x', target: 1.3, ...over(near, 'wallMs') }
  yield { suite, name: 'CPU over bare ssh2, loopback', unit: 'x', target: 1.35, ...over(near, 'cpuMs') }

  await using distant = await startDelayProxy(process.places, 50)
  const far = await discover(fleet, process, distant.places, options, peers.installed)
  yield { suite, name: 'wall over bare ssh2, 50 ms', unit: 'x', target: 1.1, ...over(far, 'wallMs') }
  yield { suite, name: 'wall over bare ssh2 that sees no prompt, 50 ms', unit: 'x', ...over(far, 'wallMs', 'login') }
  for (const { peer, name, target } of [
    { peer: 'netmiko', name: 'wall over Netmiko, 64 threads, 50 ms', target: 0.5 },
    { peer: 'paramiko', name: 'wall over paramiko, 64 threads, 50 ms', target: 0.75 },
  ] as const) {
    const note = peers.missing.get(peer) ?? (far[peer] ? undefined : `${peers.versions.get(peer)} failed`)
    if (note) yield { suite, name, unit: 'x', target, note }
    else yield { suite, name, unit: 'x', target, ...over(far, 'wallMs', peer, peers.versions.get(peer)) }
  }
  yield* sameUsername(options)
}

/** All contestants on one fleet, in turns. Whoever does not open all devices has no figures. */
async function discover(
  fleet: BenchFleet,
  process: FleetProcess,
  places: readonly DevicePlace[],
  { runs }: BenchOptions,
  peers: readonly Peer[],
): Promise<Runs> {
  await using workspace = await benchWorkspace(fleet, places)
  const devices = bareDevices(fleet, places)
  const bare = (task: BareJob['task']) => () => runClient({ client: 'bare', task, devices, concurrency: 64 })
  const contestants = {
    netlatch: async () => {
      await using fresh = await workspace.copy(places)
      return await runClient({ client: 'netlatch', task: 'discover', folder: fresh.folder, identity: fresh.identity })
    },
    bare: bare('discover'),
    login: bare('login'),
    ...peerRuns(peers, 'discover', devices),
  }
  return await interleave(contestants, {
    runs,
    expected: places.length,
    mayFail: peers,
    around: (work) => tally(process, work),
  })
}

function over(runs: Runs, what: 'wallMs' | 'cpuMs', whom: keyof Runs = 'bare', version?: string) {
  const ours = runs.netlatch.map((run) => run[what])
  const theirs = (runs[whom] ?? []).map((run) => run[what])
  const digits = (values: readonly number[]) => `${(median(values) / 1000).toFixed(2)} s`
  return {
    value: ratio(ours, theirs),
    note: `${digits(ours)} over ${digits(theirs)}${version === undefined ? '' : ` (${version})`}`,
  }
}

function attemptsOver(runs: Runs, { minimum }: BenchFleet) {
  const attempts = runs.netlatch.map((run) => run.tally.attempts)
  return { value: median(attempts) / minimum, note: `${median(attempts)} over ${minimum}` }
}

/** Several passwords of one username share a connection, where the budget allows more than one. */
async function* sameUsername(options: BenchOptions): AsyncGenerator<Figure> {
  const fleet = benchFleet({ devices: 200, credentials: 4, sameUsername: true, seed: 2 })
  await using process = await startFleetProcess(fleet.description)
  await using distant = await startDelayProxy(process.places, 50)
  const runs = await discover(fleet, process, distant.places, options, [])
  const connections = (whom: 'netlatch' | 'bare') => runs[whom].map((run) => run.tally.connections)
  yield {
    suite,
    name: 'one username: connections over one for each credential',
    unit: 'x',
    target: 0.55,
    value: ratio(connections('netlatch'), connections('bare')),
    note: `${median(connections('netlatch'))} over ${median(connections('bare'))}`,
  }
  yield { suite, name: 'one username: wall over one connection for each, 50 ms', unit: 'x', ...over(runs, 'wallMs') }
}
