import { setTimeout as sleep } from 'node:timers/promises'
import { keepNurserySmall } from '../../../packages/cli/src/small-nursery.ts'
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
  keepNurserySmall()
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

const tasks = { discover, 'discover-again': discoverAgain, backup, 'commands-twice': commandsTwice, idle }

function discover(netlatch: Netlatch, force = false): Promise<Measurement> {
  return measure(async () => {
    const plan = await planDiscovery(netlatch, netlatch.inventory.devices, { force })
    return tell(discoverCredentials(netlatch, plan, { wait: false }))
  })
}

/** What is known by now is used: the credential, the login methods. */
function discoverAgain(netlatch: Netlatch): Promise<Measurement> {
  return discover(netlatch, true)
}

function backup(netlatch: Netlatch): Promise<Measurement> {
  return measure(() => tell(backupConfigs(netlatch, netlatch.inventory.devices)))
}

/** The second time over the connections of the first. */
async function commandsTwice(netlatch: Netlatch): Promise<Measurement> {
  const run = async () => {
    const { succeeded } = await tell(runCommands(netlatch, netlatch.inventory.devices, { commands: ['show clock'] }))
    return succeeded
  }
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
  const measured = await measure(() =>
    tell(runCommands(netlatch, netlatch.inventory.devices, { commands: ['show clock'] })),
  )
  const { idle: connections } = netlatch.pool.counts
  // Once more after a pause: what the first collection freed for the second one. Then pages go back to the system.
  for (let round = 0; round < 3; round += 1) {
    await globalThis.gc?.({ type: 'major', execution: 'async', flavor: 'last-resort' })
    await sleep(100)
  }
  const { rss, heapUsed, external } = process.memoryUsage()
  return { ...measured, more: { connections, rss, heap: heapUsed + external } }
}

/** How many came out well; of the last device how long its login and all of its work took. */
async function tell(
  results: AsyncIterable<DeviceResult>,
): Promise<{ readonly succeeded: number; readonly more: Readonly<Record<string, number>> }> {
  let succeeded = 0
  let more = {}
  const others = new Map<string, number>()
  for await (const { outcome, code, phases, durationMs } of results) {
    if (outcome === 'success') succeeded += 1
    else others.set(code, (others.get(code) ?? 0) + 1)
    more = { loginMs: loginPhases.reduce((sum, phase) => sum + (phases[phase] ?? 0), 0), deviceMs: durationMs }
  }
  if (others.size > 0) process.stderr.write(`not counted: ${JSON.stringify(Object.fromEntries(others))}\n`)
  return { succeeded, more }
}

/** The check of the host key is part of the key exchange. */
const loginPhases = ['tcp', 'identification', 'key-exchange', 'methods', 'authentication'] as const
