import { type FleetProcess, startFleetProcess } from '../../support/simulated-fleet/fleet-process.ts'
import type { DevicePlace } from '../../support/simulated-fleet/place.ts'
import { type BenchWorkspace, bareDevices, benchFleet, benchWorkspace } from '../bench-fleet.ts'
import type { BenchOptions } from '../bench-options.ts'
import { runClient } from '../client-process.ts'
import type { BareJob } from '../clients/job.ts'
import { startDelayProxy } from '../delay-proxy-process.ts'
import { type Figure, median, ratio } from '../figures.ts'
import { tally } from '../fleet-tally.ts'
import { type Interleaved, interleave } from '../interleave.ts'
import { findPeers, type Peer, peerRuns } from '../peers.ts'

const suite = 'backup: 200 devices, 50 KB each, 64 at once'

/** The control, with each attempt and each configuration on the disk before the next step, in the plainest way. */
const durable = 'bare ssh2 with a ledger and a git repository'

type Runs = Interleaved<'netlatch' | 'shell' | 'durable' | 'exec', Peer>

/** The credentials are known, as after a discovery; the configurations are new to the archive. */
export async function* backupSuite(options: BenchOptions): AsyncGenerator<Figure> {
  const fleet = benchFleet({ devices: 200, credentials: 4, configurationBytes: 50_000 })
  await using process = await startFleetProcess(fleet.description)
  await using workspace = await benchWorkspace(fleet, process.places)
  const { folder, identity } = workspace
  await runClient({ client: 'netlatch', task: 'discover', folder, identity })
  const peers = await findPeers()
  const known = (places: readonly DevicePlace[]) => bareDevices(fleet, places, true)

  const near = await backUp(workspace, process, known(process.places), process.places, options, [])
  yield { suite, name: 'wall over bare ssh2 by shell, loopback', unit: 'x', target: 1.3, ...over(near, 'wallMs') }
  yield { suite, name: `of that, ${durable}`, unit: 'x', ...over(near, 'wallMs', { who: 'durable' }) }
  yield { suite, name: 'CPU over bare ssh2 by shell, loopback', unit: 'x', target: 1.35, ...over(near, 'cpuMs') }
  yield { suite, name: `of that, ${durable}`, unit: 'x', ...over(near, 'cpuMs', { who: 'durable' }) }
  const grown = (runs: typeof near.netlatch) => median(runs.map(({ grownMb }) => grownMb))
  const inAll = (runs: typeof near.netlatch) => `${median(runs.map(({ peakMb }) => peakMb)).toFixed(0)} MB in all`
  yield {
    suite,
    name: 'peak memory on top of the loaded program',
    unit: 'MB',
    target: 110,
    value: grown(near.netlatch),
    note: `${inAll(near.netlatch)}; bare ssh2 ${grown(near.shell).toFixed(0)} MB, ${inAll(near.shell)}`,
  }

  await using distant = await startDelayProxy(process.places, 50)
  const far = await backUp(workspace, process, known(distant.places), distant.places, options, peers.installed)
  yield { suite, name: 'wall over bare ssh2 by shell, 50 ms', unit: 'x', target: 1.1, ...over(far, 'wallMs') }
  yield { suite, name: `of that, ${durable}`, unit: 'x', ...over(far, 'wallMs', { who: 'durable' }) }
  yield { suite, name: 'wall over bare ssh2 by exec, 50 ms', unit: 'x', ...over(far, 'wallMs', { whom: 'exec' }) }
  const netmiko = { suite, name: 'wall over Netmiko, 64 threads, 50 ms', unit: 'x', target: 0.55 } as const
  const version = peers.versions.get('netmiko')
  const missing = peers.missing.get('netmiko') ?? (far.netmiko ? undefined : `${version} failed`)
  yield missing
    ? { ...netmiko, note: missing }
    : { ...netmiko, ...over(far, 'wallMs', { whom: 'netmiko', ...(version !== undefined && { version }) }) }
}

async function backUp(
  workspace: BenchWorkspace,
  process: FleetProcess,
  devices: BareJob['devices'],
  places: readonly DevicePlace[],
  { runs }: BenchOptions,
  peers: readonly Peer[],
): Promise<Runs> {
  const bare = (task: BareJob['task']) => () => runClient({ client: 'bare', task, devices, concurrency: 64 })
  const contestants = {
    netlatch: async () => {
      await using fresh = await workspace.copy(places)
      return await runClient({ client: 'netlatch', task: 'backup', folder: fresh.folder, identity: fresh.identity })
    },
    shell: bare('backup-shell'),
    durable: bare('backup-durably'),
    exec: bare('backup-exec'),
    ...peerRuns(
      peers.filter((peer) => peer === 'netmiko'),
      'backup',
      devices,
    ),
  }
  const results = await interleave(contestants, {
    runs,
    expected: places.length,
    mayFail: peers,
    around: (work) => tally(process, work),
  })
  for (const [name, all] of Object.entries(results))
    for (const { tally: counted } of all)
      if (counted.configurations !== places.length)
        throw new Error(`${name}: the devices served ${counted.configurations} configurations`)
  return results
}

interface Compared {
  /** @default 'netlatch' */
  readonly who?: keyof Runs
  /** @default 'shell' */
  readonly whom?: keyof Runs
  readonly version?: string
}

function over(runs: Runs, what: 'wallMs' | 'cpuMs', { who = 'netlatch', whom = 'shell', version }: Compared = {}) {
  const [ours, theirs] = [who, whom].map((name) => (runs[name] ?? []).map((run) => run[what])) as [number[], number[]]
  const seconds = (values: readonly number[]) => `${(median(values) / 1000).toFixed(2)} s`
  return {
    value: ratio(ours, theirs),
    note: `${seconds(ours)} over ${seconds(theirs)}${version === undefined ? '' : ` (${version})`}`,
  }
}
