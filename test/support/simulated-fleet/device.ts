import type { Socket } from 'node:net'
import type { Connection } from 'ssh2'
import ssh2 from 'ssh2'
import { AccountBook } from './accounts.ts'
import { answerLogins } from './authentication.ts'
import { AcmeCommandLine } from './cli/acme.ts'
import { CiscoLikeCommandLine } from './cli/cisco-like.ts'
import type { CliDevice, CommandLine } from './cli/command-line.ts'
import { eosDialect } from './cli/eos.ts'
import { iosDialect } from './cli/ios.ts'
import { JunosCommandLine } from './cli/junos.ts'
import { RunningConfiguration } from './configurations/running-configuration.ts'
import { Counter, type SeenAttempt } from './counters.ts'
import type { AccountDescription, DeviceDescription, Faults } from './description.ts'
import type { SimulatedHostKey } from './host-keys.ts'
import { playImpostor } from './impostors.ts'
import { Listener } from './listener.ts'
import { platformTraits, serverAlgorithms } from './platform-traits.ts'
import { QuietMode } from './quiet-mode.ts'
import { serialNumber } from './serial-number.ts'
import { answerSessions } from './sessions.ts'
import { forwardStreams } from './streams.ts'

/** What all devices of a fleet share. */
export interface FleetSurroundings {
  readonly seed: number
  readonly secretsKey: Buffer
  /** Connections of all devices together. */
  readonly gauge: Counter
  now(): number
  /** Who counts logins of the device's realm. */
  realmBook(device: DeviceDescription): AccountBook | undefined
  hostKeys(device: DeviceDescription): readonly SimulatedHostKey[]
  seen(attempt: SeenAttempt): void
}

/** One device: its port, its SSH server (made at the first connection), its accounts and its counters. */
export class SimulatedDevice {
  readonly description: DeviceDescription
  readonly counter = new Counter()
  readonly localBook: AccountBook
  readonly realmBook: AccountBook | undefined
  readonly configuration: RunningConfiguration
  readonly listener: Listener
  readonly quietMode: QuietMode
  hostname: string
  #faults: Faults
  readonly #fleet: FleetSurroundings
  readonly #connections = new Map<number, { readonly socket: Socket; readonly number: number }>()
  #hostKeys: readonly SimulatedHostKey[] | undefined
  #ssh: ssh2.Server | undefined

  constructor(description: DeviceDescription, fleet: FleetSurroundings) {
    this.description = description
    this.localBook = new AccountBook(description.accounts ?? [], description.lockout, fleet.now)
    this.realmBook = fleet.realmBook(description)
    this.configuration = new RunningConfiguration(description, { ...fleet, startedAt: new Date(fleet.now()) })
    this.hostname = description.hostname ?? description.name
    this.#faults = description.faults ?? {}
    this.#fleet = fleet
    this.listener = new Listener((socket) => this.#connected(socket))
    this.quietMode = new QuietMode(description.blockFor, fleet.now, () => this.applyReachability())
  }

  get faults(): Faults {
    return this.#faults
  }

  /** The device answers on its port, or refuses, as its faults and its quiet mode say. */
  async applyReachability(): Promise<void> {
    const closed = this.#faults.dead === true || this.quietMode.isQuiet()
    await (closed ? this.listener.close() : this.listener.open())
  }

  async setFaults(faults: Faults): Promise<void> {
    this.#faults = faults
    await this.applyReachability()
  }

  get hostKeys(): readonly SimulatedHostKey[] {
    this.#hostKeys ??= this.#fleet.hostKeys(this.description)
    return this.#hostKeys
  }

  /** For connections from now on. */
  changeHostKeys(keys: readonly SimulatedHostKey[]): void {
    this.#hostKeys = keys
    this.#ssh = undefined
  }

  get serial(): string {
    return serialNumber(this.description)
  }

  /** Resets everything that is connected. */
  disconnectAll(): void {
    for (const { socket } of this.#connections.values()) socket.resetAndDestroy()
  }

  #connected(socket: Socket): void {
    this.counter.connected()
    this.#fleet.gauge.connected()
    const peer = socket.remotePort ?? 0
    this.#connections.set(peer, { socket, number: this.counter.connections })
    // Resets by the client and by the simulated faults are everyday events here.
    socket.on('error', () => socket.destroy())
    socket.once('close', () => {
      this.#connections.delete(peer)
      this.counter.disconnected()
      this.#fleet.gauge.disconnected()
    })
    if (playImpostor(socket, this.#faults)) return
    if (this.#connections.size > (this.description.lines ?? 16)) socket.resetAndDestroy()
    else this.#sshServer().injectSocket(socket)
  }

  #sshServer(): ssh2.Server {
    if (this.#ssh === undefined) {
      const { platform, banner, algorithms } = this.description
      const offered = serverAlgorithms[algorithms ?? 'modern']
      this.#ssh = new ssh2.Server(
        {
          hostKeys: this.hostKeys.map((key) => key.privateKey),
          ident: platformTraits[platform].identification,
          ...(banner === undefined ? {} : { banner: `${banner.replace(/\r?\n/g, '\r\n')}\r\n` }),
          ...(offered === undefined ? {} : { algorithms: offered }),
        },
        (client, info) => this.#serve(client, info.port),
      )
    }
    return this.#ssh
  }

  #serve(client: Connection, peerPort: number): void {
    const { platform, methods, maxAuthTries } = this.description
    const traits = platformTraits[platform]
    const connection = this.#connections.get(peerPort)
    let account: AccountDescription = { username: '' }
    const device = this
    const reset = () => connection?.socket.resetAndDestroy()
    const later = (callback: () => void) => this.#later(callback)
    const seen = (username: string, method: SeenAttempt['method'], outcome: SeenAttempt['outcome']) => {
      if (method !== 'publickey') this.counter.secretsSeen += 1
      const at = this.#fleet.now()
      this.#fleet.seen({
        device: this.description.name,
        username,
        method,
        outcome,
        at,
        connection: connection?.number ?? 0,
      })
    }
    client.on('error', () => connection?.socket.destroy())
    answerLogins(client, {
      methods: methods ?? traits.methods,
      maxAuthTries: maxAuthTries ?? traits.maxAuthTries,
      get faults() {
        return device.#faults
      },
      book: () => this.#book(),
      later: (callback) => this.#later(callback, this.#faults.slowLoginMs),
      requested: (method) => this.counter.authRequest(method),
      seen,
      failed: () => this.quietMode.failed(),
      accepted: (who) => {
        account = who
        this.counter.logins += 1
      },
      reset,
    })
    if (this.description.forwards) forwardStreams(client)
    answerSessions(client, {
      get faults() {
        return device.#faults
      },
      later,
      reset,
      commandLine: () => this.#commandLine(account, (outcome) => seen(account.username, 'enable', outcome)),
      sessionOpened: () => {
        this.counter.sessions += 1
      },
      terminalSized: (size) => {
        this.counter.terminalSize = size
      },
      commandRun: () => {
        this.counter.commands += 1
      },
      configurationServed: () => {
        this.counter.configurationsServed += 1
      },
    })
  }

  #book(): AccountBook {
    return this.#faults.realmUnreachable ? this.localBook : (this.realmBook ?? this.localBook)
  }

  #later(callback: () => void, extraMs = 0): void {
    const { latencyMs = 0 } = this.description
    if (latencyMs + extraMs === 0) callback()
    // A fleet that is told to end waits for no answer.
    else setTimeout(callback, latencyMs + extraMs).unref()
  }

  #commandLine(account: AccountDescription, enableAttempt: CliDevice['enableAttempt']): CommandLine {
    const { platform, name, motd, enableSecret } = this.description
    const device: CliDevice = {
      name,
      hostname: this.hostname,
      serial: this.serial,
      motd,
      enableSecret,
      hasLoginServer: this.#book() === this.realmBook,
      now: () => new Date(this.#fleet.now()),
      captureConfiguration: () => this.configuration.capture(this.hostname),
      startupConfiguration: () => this.configuration.startup(this.hostname),
      saveConfiguration: () => this.configuration.save(),
      enableAttempt,
    }
    if (platform === 'acme_os') return new AcmeCommandLine(device, account.privileged ?? false)
    if (platform === 'juniper_junos') return new JunosCommandLine(device, account.username)
    const dialect = platform === 'arista_eos' ? eosDialect : iosDialect
    return new CiscoLikeCommandLine(device, dialect, account.privileged ?? false)
  }
}
