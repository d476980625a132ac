/** A client process of the bench: reads a ClientJob, does it, says what it cost. */
import { createInterface } from 'node:readline'
import { runBare } from './bare-client.ts'
import type { ClientJob, Measurement } from './job.ts'
import { runNetlatch } from './netlatch-client.ts'
import { runReservations } from './reservation-client.ts'
import { runResolve, runYaml } from './resolve-client.ts'

function run(job: ClientJob): Promise<Measurement> {
  if (job.client === 'bare') return runBare(job)
  if (job.client === 'yaml') return runYaml(job)
  if (job.client === 'resolve') return runResolve(job)
  if (job.client === 'reservations') return runReservations(job)
  return runNetlatch(job)
}

const line = await createInterface({ input: process.stdin })[Symbol.asyncIterator]().next()
process.stdout.write(`${JSON.stringify(await run(JSON.parse(line.value ?? '')))}\n`)
process.exit(0)
