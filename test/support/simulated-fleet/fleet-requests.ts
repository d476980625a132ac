import type { FleetCounters } from './counters.ts'
import type { Faults, HostKeyType } from './description.ts'
import type { SimulatedFleet } from './fleet.ts'
import type { DevicePlace } from './place.ts'

/** What may be asked of a fleet that runs as a process of its own; arguments and answers are plain JSON. */
export interface FleetRequests {
  places(): DevicePlace[]
  counters(): FleetCounters
  advanceClock(ms: number): Promise<void>
  changePassword(where: string, username: string, password: string): void
  unlock(where: string, username: string): void
  changeHostKey(name: string, types?: readonly HostKeyType[]): void
  configuration(name: string): string
  setConfiguration(name: string, text: string): void
  plantedSecrets(name: string): string[]
  setHostname(name: string, hostname: string): void
  setFault(name: string, faults: Faults): Promise<void>
  setFaults(name: string, faults: Faults): Promise<void>
}

/** One line of the process's standard input. */
export interface FleetRequest {
  readonly id: number
  readonly op: keyof FleetRequests
  readonly args: readonly unknown[]
}

/** One line of its standard output; the first one has no id and says where the devices are. */
export type FleetReply =
  | { readonly ready: true; readonly places: readonly DevicePlace[] }
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly error: string }

export function fleetRequests(fleet: SimulatedFleet): FleetRequests {
  return {
    places: () => fleet.places,
    counters: () => fleet.counters(),
    advanceClock: (ms) => fleet.advanceClock(ms),
    changePassword: (where, username, password) => fleet.changePassword(where, username, password),
    unlock: (where, username) => fleet.unlock(where, username),
    changeHostKey: (name, types) => fleet.changeHostKey(name, types),
    configuration: (name) => fleet.configuration(name),
    setConfiguration: (name, text) => fleet.setConfiguration(name, text),
    plantedSecrets: (name) => fleet.plantedSecrets(name),
    setHostname: (name, hostname) => fleet.setHostname(name, hostname),
    setFault: (name, faults) => fleet.setFault(name, faults),
    setFaults: (name, faults) => fleet.setFaults(name, faults),
  }
}
