import { startFleetProcess } from '../../support/simulated-fleet/fleet-process.ts'
import { bareDevices, benchFleet, benchWorkspace } from '../bench-fleet.ts'
import type { BenchOptions } from '../bench-options.ts'
import { runClient } from '../client-process.ts'
import { startDelayProxy } from '../delay-proxy-process.ts'
import { type Figure, median, ratio } from '../figures.ts'
import { tally } from '../fleet-tally.ts'
import { interleave } from '../interleave.ts'
import { findTool, type Tool, toolRun } from '../tools.ts'

const suite = 'backup: 48 devices, 50 KB each, beside other tools'

const rows = [
  { tool: 'rancid', name: 'wall over RANCID, 16, 50 ms', target: 0.08 },
  { tool: 'ansible', name: 'wall over Ansible, 16 forks, 50 ms', target: 0.02 },
] as const

/** Tools that take minutes for what the others do in seconds: fewer devices, one round that counts. */
export async function* backupToolsSuite({ runs }: BenchOptions): AsyncGenerator<Figure> {
  const found = new Map(await Promise.all(rows.map(async ({ tool }) => [tool, await findTool(tool)] as const)))
  const fleet = benchFleet({ devices: 48, credentials: 4, configurationBytes: 50_000, seed: 3 })
  await using process = await startFleetProcess(fleet.description)
  await using workspace = await benchWorkspace(fleet, process.places)
  await runClient({ client: 'netlatch', task: 'discover', folder: workspace.folder, identity: workspace.identity })
  await using distant = await startDelayProxy(process.places, 50)
  const devices = bareDevices(fleet, distant.places, true)
  const contestants = {
    netlatch: async () => {
      await using fresh = await workspace.copy(distant.places)
      return await runClient({ client: 'netlatch', task: 'backup', folder: fresh.folder, identity: fresh.identity })
    },
    ...Object.fromEntries(
      rows.flatMap(({ tool }) => {
        const program = found.get(tool)
        return program ? [[tool, toolRun(tool, program, devices)]] : []
      }),
    ),
  }
  const results: Partial<Record<'netlatch' | Tool, readonly { readonly wallMs: number }[]>> = await interleave(
    contestants,
    {
      runs: Math.min(runs, 1),
      expected: devices.length,
      mayFail: rows.map(({ tool }) => tool),
      around: (work) => tally(process, work),
    },
  )
  const ours = (results.netlatch ?? []).map(({ wallMs }) => wallMs)
  for (const { tool, name, target } of rows) {
    const theirs = results[tool]?.map(({ wallMs }) => wallMs)
    const version = found.get(tool)?.version
    const figure = { suite, name, unit: 'x', target } as const
    if (theirs === undefined) yield { ...figure, note: version === undefined ? 'not installed' : `${version} failed` }
    else {
      const seconds = (values: readonly number[]) => `${(median(values) / 1000).toFixed(1)} s`
      yield { ...figure, value: ratio(ours, theirs), note: `${seconds(ours)} over ${seconds(theirs)} (${version})` }
    }
  }
}
