/**
 * A fleet as a process of its own. The description (FleetDescription as JSON) is the file named as argument, or the
 * first line of standard input. Says `{"ready":true,"places":[…]}` when all ports are open, then answers one request a
 * line (FleetRequest, FleetReply), and ends when standard input ends.
 */
import { readFile } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import type { FleetDescription } from './description.ts'
import { type SimulatedFleet, startFleet } from './fleet.ts'
import { type FleetReply, type FleetRequest, fleetRequests } from './fleet-requests.ts'

function reply(message: FleetReply): void {
  process.stdout.write(`${JSON.stringify(message)}\n`)
}

async function answer(fleet: SimulatedFleet, line: string): Promise<void> {
  const { id, op, args } = JSON.parse(line) as FleetRequest
  const requests = fleetRequests(fleet)
  try {
    if (!Object.hasOwn(requests, op)) throw new Error(`no request ${op}`)
    const run = requests[op] as (...values: readonly unknown[]) => unknown
    reply({ id, result: (await run(...args)) ?? null })
  } catch (error) {
    reply({ id, error: error instanceof Error ? error.message : String(error) })
  }
}

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]()
const file = process.argv[2]
const description = file === undefined ? ((await lines.next()).value ?? '') : await readFile(file, 'utf8')
{
  await using fleet = await startFleet(JSON.parse(description) as FleetDescription)
  reply({ ready: true, places: fleet.places })
  for (let line = await lines.next(); !line.done; line = await lines.next()) await answer(fleet, line.value)
}
// Whatever a client has left open: this process ends when it is told to.
process.exit(0)
