import type { FleetProcess } from '../support/simulated-fleet/fleet-process.ts'
import type { Measurement } from './clients/job.ts'

/** What the devices themselves counted while somebody did something. */
export interface Tally {
  readonly connections: number
  /** Secrets that came in. */
  readonly attempts: number
  readonly logins: number
  readonly configurations: number
}

export type Run = Measurement & { readonly tally: Tally }

export async function tally<T>(fleet: FleetProcess, work: () => Promise<T>): Promise<T & { readonly tally: Tally }> {
  const before = await fleet.ask('counters')
  const result = await work()
  const after = await fleet.ask('counters')
  return {
    ...result,
    tally: {
      connections: after.connections - before.connections,
      attempts: after.secretsSeen - before.secretsSeen,
      logins: after.logins - before.logins,
      configurations: after.configurationsServed - before.configurationsServed,
    },
  }
}
