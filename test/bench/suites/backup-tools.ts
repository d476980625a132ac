import { startFleetProcess } from '../../support/simulated-fleet/fleet-process.ts'
import { bareDevices, benchFleet, benchWorkspace } from '../bench-fleet.ts'
import type { BenchOptions } from '../bench-options.ts'
import { runClient } from '../client-process.ts'
import { startDelayProxy } from '../delay-proxy-process.ts'
import { type Figure, median, ratio } from '../figures.ts'
import { tally } from '../fleet-tally.ts'
import { interleave } from '../interleave.ts'
import { type FoundTool, findTool, toolRun } from '../tools.ts'

const suite = 'backup: 50 KB each, beside other tools'

/** With as many devices as the targets were set with. */
const rows = [
  { tool: 'rancid', devices: 200, name: 'wall over RANCID, 16, 50 ms, 200 devices', target: 0.08 },
  { tool: 'ansible', devices: 48, name: 'wall over Ansible, 16 forks, 50 ms, 48 devices', target: 0.02 },
] as const

/** Tools that take minutes for what the others do in seconds: one round counts. */
export async function* backupToolsSuite({ runs }: BenchOptions): AsyncGenerator<Figure> {
  for (const row of rows) {
    const { tool, name, target } = row
    const figure = { suite, name, unit: 'x', target } as const
    const program = await findTool(tool)
    yield program
      ? { ...figure, ...(await compare(row, program, Math.min(runs, 1))) }
      : { ...figure, note: 'not installed' }
  }
}

async function compare({ tool, devices: count }: (typeof rows)[number], program: FoundTool, runs: number) {
  const fleet = benchFleet({ devices: count, credentials: 4, configurationBytes: 50_000, seed: 3 })
  await using process = await startFleetProcess(fleet.description)
  await using workspace = await benchWorkspace(fleet, process.places)
  await runClient({ client: 'netlatch', task: 'discover', folder: workspace.folder, identity: workspace.identity })
  await using distant = await startDelayProxy(process.places, 50)
  const devices = bareDevices(fleet, distant.places, true)
  const netlatch = async () => {
    await using fresh = await workspace.copy(distant.places)
    return await runClient({ client: 'netlatch', task: 'backup', folder: fresh.folder, identity: fresh.identity })
  }
  const contestants = { netlatch, tool: toolRun(tool, program, devices) }
  const results = await interleave<Partial<typeof contestants>>(contestants, {
    runs,
    expected: devices.length,
    mayFail: ['tool'],
    around: (work) => tally(process, work),
  })
  const [ours = [], theirs = []] = [results.netlatch, results.tool].map((all) => all?.map(({ wallMs }) => wallMs))
  if (theirs.length === 0) return { note: `${program.version} failed` }
  const seconds = (values: readonly number[]) => `${(median(values) / 1000).toFixed(1)} s`
  return { value: ratio(ours, theirs), note: `${seconds(ours)} over ${seconds(theirs)} (${program.version})` }
}
