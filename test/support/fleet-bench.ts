import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openNetlatch } from '../../packages/core/src/open-netlatch.ts'
import type { Netlatch } from '../../packages/core/src/operations/netlatch.ts'
import { selectTargets } from '../../packages/core/src/operations/select-targets.ts'
import { Secret } from '../../packages/core/src/secret.ts'
import type { Clock } from '../../packages/core/src/state/store-clock.ts'
import { generateIdentity } from '../../packages/core/src/vault/age-wrap.ts'
import { createVault } from '../../packages/core/src/vault/create-vault.ts'
import { addCredential, type CredentialFields } from '../../packages/core/src/vault/edit-credentials.ts'
import type { FleetDescription } from './simulated-fleet/description.ts'
import { type SimulatedFleet, startFleet } from './simulated-fleet/fleet.ts'
import { fleetWorkspace, type WorkspaceOptions } from './simulated-fleet/workspace.ts'

/** A credential of a test: its public fields, and its secrets in clear. Tags or `match` as the test needs them. */
export type BenchCredential = Partial<CredentialFields> & {
  readonly username: string
  readonly password?: string
  readonly enable?: string
  readonly privateKey?: string
}

export interface BenchOptions extends WorkspaceOptions {
  readonly fleet: FleetDescription
  readonly credentials: Readonly<Record<string, BenchCredential>>
}

/** The machine's clocks, moved by what a test lets pass. Deadlines go on meanwhile, as in life. */
export class MovedClock implements Clock {
  #movedMs = 0

  wall(): number {
    return Date.now() + this.#movedMs
  }

  monotonic(): number {
    return performance.now() + this.#movedMs
  }

  move(ms: number): void {
    this.#movedMs += ms
  }
}

/** A simulated fleet and a workspace for it in a temporary folder, with a vault. All of it is gone with the bench. */
export class FleetBench implements AsyncDisposable {
  readonly fleet: SimulatedFleet
  readonly folder: string
  readonly identity: string
  readonly clock = new MovedClock()

  constructor(fleet: SimulatedFleet, folder: string, identity: string) {
    this.fleet = fleet
    this.folder = folder
    this.identity = identity
  }

  /** As the next start of a program sees the workspace. */
  open(env: Readonly<Record<string, string>> = this.env): Promise<Netlatch> {
    const { folder, clock } = this
    return openNetlatch({ cwd: folder, workspace: folder, env, program: 'cli', clock })
  }

  get env(): Readonly<Record<string, string>> {
    return { NETLATCH_IDENTITY: this.identity }
  }

  /** Opens the workspace for one piece of work. */
  async use<T>(work: (netlatch: Netlatch) => Promise<T>): Promise<T> {
    await using netlatch = await this.open()
    return await work(netlatch)
  }

  /** Time passes for Netlatch and for the fleet. */
  async pass(ms: number): Promise<void> {
    this.clock.move(ms)
    await this.fleet.advanceClock(ms)
  }

  /** Secrets that devices have received, of every kind. */
  get secretsSeen(): number {
    return this.fleet.counters().secretsSeen
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.fleet[Symbol.asyncDispose]()
    await rm(this.folder, { recursive: true, force: true })
  }
}

export async function openBench({ fleet: description, credentials, ...workspace }: BenchOptions): Promise<FleetBench> {
  const folder = await mkdtemp(join(tmpdir(), 'netlatch-bench-'))
  const fleet = await startFleet(description)
  await fleetWorkspace(fleet, folder, workspace)
  const identity = await writeBenchVault(folder, credentials)
  return new FleetBench(fleet, folder, identity)
}

/** Makes the vault of a folder; gives the identity that opens it. */
export async function writeBenchVault(
  folder: string,
  credentials: Readonly<Record<string, BenchCredential>>,
): Promise<string> {
  const { identity, recipient } = await generateIdentity()
  let vault = await createVault(join(folder, 'credentials.yaml'), [{ name: 'bench', age: recipient }])
  for (const [name, { password, enable, privateKey, ...fields }] of Object.entries(credentials)) {
    const secrets = Object.entries({ password, enable, privateKey }).flatMap(([kind, text]) =>
      text === undefined ? [] : [[kind, new Secret(text)] as const],
    )
    vault = await addCredential(
      vault,
      name,
      { priority: 100, hosts: ['127.0.0.0/8'], ...fields },
      { secret: Object.fromEntries(secrets) },
    )
  }
  vault.close()
  return identity
}

/** The devices of a selection, in the inventory's order. */
export async function devicesOf(netlatch: Netlatch, selection = 'all') {
  return (await selectTargets(netlatch, { selection })).devices
}
