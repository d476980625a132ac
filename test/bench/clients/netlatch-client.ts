import { setTimeout as sleep } from 'node:timers/promises'
import {
  backupConfigs,
  type DeviceResult,
  discoverCredentials,
  type Netlatch,
  openNetlatch,
  planDiscovery,
  runCommands,
} from '../../../packages/core/src/index.ts'
import { type Measurement, measure, type NetlatchJob } from './job.ts'

/** One task in one process, as the command line would do it. The workspace is open and the vault unlocked when the clock starts. */
export async function runNetlatch({ folder, identity, task }: NetlatchJob): Promise<Measurement> {
  await using netlatch = await openNetlatch({
    cwd: folder,
    workspace: folder,
    env: { NETLATCH_IDENTITY: identity },
    program: 'cli',
  })
  await netlatch.vault()
  const run = tasks[task as keyof typeof tasks]
  return await run(netlatch)
}

const tasks = { discover, backup, 'commands-twice': commandsTwice, idle }

function discover(netlatch: Netlatch): Promise<Measurement> {
  return measure(async () => {
    const plan = await planDiscovery(netlatch, netlatch.inventory.devices)
    return { succeeded: await countGood(discoverCredentials(netlatch, plan, { wait: false })) }
  })
}

function backup(netlatch: Netlatch): Promise<Measurement> {
  return measure(async () => ({ succeeded: await countGood(backupConfigs(netlatch, netlatch.inventory.devices)) }))
}

/** The second time over the connections of the first. */
async function commandsTwice(netlatch: Netlatch): Promise<Measurement> {
  const run = () => countGood(runCommands(netlatch, netlatch.inventory.devices, { commands: ['show clock'] }))
  let secondMs = 0
  const both = await measure(async () => {
    const first = await run()
    const between = performance.now()
    const second = await run()
    secondMs = performance.now() - between
    return { succeeded: Math.min(first, second) }
  })
  return { ...both, more: { firstMs: both.wallMs - secondMs, secondMs } }
}

/** Leaves a connection open on each device, and looks at the memory of the process. */
async function idle(netlatch: Netlatch): Promise<Measurement> {
  const measured = await measure(async () => ({
    succeeded: await countGood(runCommands(netlatch, netlatch.inventory.devices, { commands: ['show clock'] })),
  }))
  const { idle: connections } = netlatch.pool.counts
  // Once more after a pause: what the first collection freed for the second one.
  for (let round = 0; round < 3; round += 1) {
    globalThis.gc?.()
    await sleep(100)
  }
  const { rss, heapUsed, external } = process.memoryUsage()
  return { ...measured, more: { connections, rss, heap: heapUsed + external } }
}

async function countGood(results: AsyncIterable<DeviceResult>): Promise<number> {
  let good = 0
  const others = new Map<string, number>()
  for await (const { outcome, code } of results) {
    if (outcome === 'success') good += 1
    else others.set(code, (others.get(code) ?? 0) + 1)
  }
  if (others.size > 0) process.stderr.write(`not counted: ${JSON.stringify(Object.fromEntries(others))}\n`)
  return good
}
