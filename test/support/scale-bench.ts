import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { openNetlatch } from '../../packages/core/src/open-netlatch.ts'
import type { Netlatch } from '../../packages/core/src/operations/netlatch.ts'
import type { DeviceResult } from '../../packages/core/src/progress.ts'
import { type BenchCredential, MovedClock, writeBenchVault } from './fleet-bench.ts'
import { createRandom, pick } from './ledger-fleets/random.ts'
import type { DeviceDescription } from './simulated-fleet/description.ts'
import { type FleetProcess, startFleetProcess } from './simulated-fleet/fleet-process.ts'
import { fleetWorkspace } from './simulated-fleet/workspace.ts'

const secret = () => randomBytes(9).toString('base64url')
const platforms = ['cisco_ios', 'arista_eos', 'juniper_junos'] as const
const programScript = fileURLToPath(new URL('./discovery-program.ts', import.meta.url))

/**
 * A fleet in a process of its own and a workspace for it. Two login servers lock at five failures. Of five credentials one is
 * a password that was rotated away, and one was mistyped; a tenth of the devices have only the mistyped one's tag.
 */
export class ScaleBench implements AsyncDisposable {
  readonly fleet: FleetProcess
  readonly #folder: string
  readonly #identity: string
  readonly #clock = new MovedClock()
  #movedMs = 0

  constructor(fleet: FleetProcess, folder: string, identity: string) {
    this.fleet = fleet
    this.#folder = folder
    this.#identity = identity
  }

  open(): Promise<Netlatch> {
    const env = { NETLATCH_IDENTITY: this.#identity }
    return openNetlatch({ cwd: this.#folder, workspace: this.#folder, env, program: 'cli', clock: this.#clock })
  }

  async use<T>(work: (netlatch: Netlatch) => Promise<T>): Promise<T> {
    await using netlatch = await this.open()
    return await work(netlatch)
  }

  async pass(ms: number): Promise<void> {
    this.#clock.move(ms)
    this.#movedMs += ms
    await this.fleet.ask('advanceClock', ms)
  }

  /** A discovery in a process of its own, at the time of the bench. */
  start(): DiscoveryProgram {
    const env = { ...process.env, NETLATCH_IDENTITY: this.#identity }
    const child = spawn(process.execPath, [...process.execArgv, programScript, this.#folder, String(this.#movedMs)], {
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    return new DiscoveryProgram(child)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.fleet[Symbol.asyncDispose]()
    await rm(this.#folder, { recursive: true, force: true })
  }
}

/** Says one result per line, until it is done or killed. */
export class DiscoveryProgram {
  readonly #child: ChildProcess
  readonly #closed: Promise<unknown>
  readonly results: Pick<DeviceResult, 'device' | 'code'>[] = []
  #onResult: () => void = () => {}

  constructor(child: ChildProcess & { readonly stdout: NodeJS.ReadableStream }) {
    this.#child = child
    this.#closed = once(child, 'close')
    createInterface({ input: child.stdout }).on('line', (line) => {
      this.results.push(JSON.parse(line))
      this.#onResult()
    })
  }

  /** True when it ended by itself before it had said so many results. */
  async killAfter(results: number): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#onResult = () => this.results.length >= results && resolve()
    this.#onResult()
    await Promise.race([promise, this.#closed])
    this.#child.kill('SIGKILL')
    await this.#closed
    return this.#child.exitCode === 0
  }

  async end(): Promise<void> {
    await this.#closed
    if (this.#child.exitCode !== 0) throw new Error(`the discovery ended with ${this.#child.exitCode}`)
  }
}

export async function openScaleBench(devices: number, seed: number): Promise<ScaleBench> {
  const right = { core: secret(), edge: secret(), branch: secret() }
  const random = createRandom(seed)
  const lockout = { after: 5 }
  const fleet = await startFleetProcess({
    seed,
    sharedHostKey: true,
    realms: {
      tacacs: {
        lockout,
        accounts: [
          { username: 'netops', password: right.core, privileged: true },
          { username: 'svc', password: secret(), privileged: true },
        ],
      },
      radius: { lockout, accounts: [{ username: 'netadmin', password: right.edge, privileged: true }] },
    },
    devices: Array.from({ length: devices }, (_, index) => device(index, devices, right.branch, random)),
  })
  const folder = await mkdtemp(join(tmpdir(), 'netlatch-scale-'))
  const kind = { kind: 'server', lockout_threshold: 5 }
  await fleetWorkspace(fleet, folder, { netlatch: { realms: { tacacs: kind, radius: kind } } })
  const credentials: Readonly<Record<string, BenchCredential>> = {
    core: { username: 'netops', password: right.core, realm: 'tacacs', tags: ['core'] },
    'edge-rotated': { username: 'netadmin', password: secret(), realm: 'radius', tags: ['edge'] },
    edge: { username: 'netadmin', password: right.edge, realm: 'radius', tags: ['edge'] },
    branch: { username: 'admin', password: right.branch, realm: 'on-device', tags: ['branch'] },
    mistyped: { username: 'svc', password: secret(), realm: 'tacacs', tags: ['lab'] },
  }
  return new ScaleBench(fleet, folder, await writeBenchVault(folder, credentials))
}

function device(index: number, devices: number, local: string, random: () => number): DeviceDescription {
  const drawn = random()
  const tag = drawn < 0.5 ? 'core' : drawn < 0.7 ? 'edge' : drawn < 0.9 ? 'branch' : 'lab'
  const realm = { core: 'tacacs', lab: 'tacacs', edge: 'radius', branch: undefined }[tag]
  return {
    name: `sw-${String(index).padStart(4, '0')}`,
    platform: pick(random, platforms),
    configuration: { bytes: 600 },
    lockout: { after: 3 },
    ...(realm ? { realm } : { accounts: [{ username: 'admin', password: local, privileged: true }] }),
    inventory: { site: `site-${Math.floor((index * 8) / devices)}`, tags: [tag], realm: realm ?? 'on-device' },
  }
}
