import { randomBytes } from 'node:crypto'
import { AccountBook } from './accounts.ts'
import { bindAll } from './bind-all.ts'
import { type AccountCounters, addUp, Counter, type FleetCounters, type SeenAttempt } from './counters.ts'
import type { DeviceDescription, Faults, FleetDescription, HostKeyType, RealmDescription } from './description.ts'
import { type FleetSurroundings, SimulatedDevice } from './device.ts'
import { generateHostKey, type SimulatedHostKey } from './host-keys.ts'
import { type DevicePlace, placeOf } from './place.ts'

/** A fleet that runs in this process, with everything that tests do to it. */
export class SimulatedFleet implements AsyncDisposable {
  readonly description: FleetDescription
  readonly #devices = new Map<string, SimulatedDevice>()
  readonly #realms = new Map<string, RealmDescription>()
  readonly #realmBooks = new Map<string, AccountBook[]>()
  readonly #sharedKeys = new Map<HostKeyType, SimulatedHostKey>()
  readonly #attempts: SeenAttempt[] = []
  readonly #gauge = new Counter()
  #advancedMs = 0

  constructor(description: FleetDescription) {
    this.description = description
    for (const [name, realm] of Object.entries(description.realms ?? {})) this.#realms.set(name, realm)
    const surroundings: FleetSurroundings = {
      seed: description.seed ?? 1,
      secretsKey: randomBytes(32),
      gauge: this.#gauge,
      now: () => this.now(),
      realmBook: (device) => this.#realmBook(device),
      hostKeys: (device) => this.#makeHostKeys(device.hostKeyTypes, device.algorithms),
      seen: (attempt) => this.#attempts.push(attempt),
    }
    for (const device of description.devices) {
      if (this.#devices.has(device.name)) throw new Error(`two devices are called ${device.name}`)
      this.#devices.set(device.name, new SimulatedDevice(device, surroundings))
    }
  }

  async start(): Promise<void> {
    await bindAll([...this.#devices.values()], this.description.port ?? 0)
    for (const device of this.#devices.values()) {
      if (device.faults.dead) await device.applyReachability()
    }
  }

  device(name: string): SimulatedDevice {
    const device = this.#devices.get(name)
    if (device === undefined) throw new Error(`no device ${name}`)
    return device
  }

  devices(): SimulatedDevice[] {
    return [...this.#devices.values()]
  }

  get places(): DevicePlace[] {
    return this.devices().map(placeOf)
  }

  /** The fleet's clock: this machine's, plus what it was advanced by. */
  now(): number {
    return Date.now() + this.#advancedMs
  }

  /** Locks and quiet modes that last less are over afterwards. */
  async advanceClock(ms: number): Promise<void> {
    this.#advancedMs += ms
    for (const device of this.#devices.values()) {
      if (device.quietMode.entered > 0) await device.applyReachability()
    }
  }

  /** On the realm or device of that name. */
  changePassword(where: string, username: string, password: string): void {
    for (const book of this.#books(where)) book.changePassword(username, password)
  }

  unlock(where: string, username: string): void {
    for (const book of this.#books(where)) book.unlock(username)
  }

  changeHostKey(name: string, types?: readonly HostKeyType[]): void {
    const device = this.device(name)
    const { hostKeyTypes, algorithms } = device.description
    device.changeHostKeys(hostKeySet(types ?? hostKeyTypes, algorithms, generateHostKey))
  }

  setConfiguration(name: string, text: string): void {
    const device = this.device(name)
    device.configuration.change(text, new Date(this.now()), device.hostname)
  }

  /** What the device runs with becomes what it starts with. */
  saveConfiguration(name: string): void {
    this.device(name).configuration.save()
  }

  setStartup(name: string, text: string): void {
    this.device(name).configuration.saveAs(text)
  }

  configuration(name: string): string {
    const device = this.device(name)
    return device.configuration.text(device.hostname)
  }

  /** The secrets in the device's generated configuration, as they stand there. */
  plantedSecrets(name: string): string[] {
    const device = this.device(name)
    return device.configuration.plantedSecrets(device.hostname)
  }

  setHostname(name: string, hostname: string): void {
    this.device(name).hostname = hostname
  }

  /** Added to the faults that are on. */
  async setFault(name: string, faults: Faults): Promise<void> {
    await this.setFaults(name, { ...this.device(name).faults, ...faults })
  }

  /** Instead of the faults that are on; `{}` heals the device. */
  async setFaults(name: string, faults: Faults): Promise<void> {
    await this.device(name).setFaults(faults)
  }

  counters(): FleetCounters {
    const devices = Object.fromEntries([...this.#devices].map(([name, device]) => [name, device.counter.snapshot()]))
    const accounts = this.#accountCounters()
    return {
      ...addUp(Object.values(devices), this.#gauge.peakConnections),
      devices,
      accounts,
      lockedAccounts: accounts.filter((account) => account.locked).length,
      locks: accounts.reduce((sum, account) => sum + account.locks, 0),
      quietModes: [...this.#devices.values()].reduce((sum, device) => sum + device.quietMode.entered, 0),
      attempts: [...this.#attempts],
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const device of this.#devices.values()) {
      device.quietMode.stop()
      device.disconnectAll()
      await device.listener.close()
    }
  }

  #accountCounters(): AccountCounters[] {
    const named = (countedBy: string, book: AccountBook) => book.states().map((state) => ({ countedBy, ...state }))
    const realms = [...this.#realms]
      .filter(([, realm]) => realm.kind !== 'device')
      .flatMap(([name]) => (this.#realmBooks.get(name) ?? []).flatMap((book) => named(name, book)))
    const devices = [...this.#devices].flatMap(([name, device]) => [
      ...named(name, device.localBook),
      ...(device.realmBook !== undefined && this.#countsByItself(device) ? named(name, device.realmBook) : []),
    ])
    return [...realms, ...devices]
  }

  #countsByItself(device: SimulatedDevice): boolean {
    return this.#realms.get(device.description.realm ?? '')?.kind === 'device'
  }

  #books(where: string): readonly AccountBook[] {
    return this.#realmBooks.get(where) ?? [this.device(where).localBook]
  }

  #realmBook(device: DeviceDescription): AccountBook | undefined {
    if (device.realm === undefined) return undefined
    const realm = this.#realms.get(device.realm)
    if (realm === undefined) throw new Error(`${device.name}: no realm ${device.realm}`)
    const books = this.#realmBooks.get(device.realm) ?? []
    this.#realmBooks.set(device.realm, books)
    const shared = books[0]
    if (realm.kind !== 'device' && shared !== undefined) return shared
    const book = new AccountBook(realm.accounts, realm.lockout, () => this.now())
    books.push(book)
    return book
  }

  #makeHostKeys(types: readonly HostKeyType[] | undefined, algorithms: DeviceDescription['algorithms']) {
    const make = (type: HostKeyType) => {
      // RSA keys take 100 ms each: devices of one fleet share theirs, as cloned images do.
      const shared = this.description.sharedHostKey || type === 'rsa'
      const key = (shared ? this.#sharedKeys.get(type) : undefined) ?? generateHostKey(type)
      if (shared) this.#sharedKeys.set(type, key)
      return key
    }
    return hostKeySet(types, algorithms, make)
  }
}

/** Old algorithms go with RSA keys alone. */
function hostKeySet(
  types: readonly HostKeyType[] | undefined,
  algorithms: DeviceDescription['algorithms'],
  make: (type: HostKeyType) => SimulatedHostKey,
): SimulatedHostKey[] {
  const old = algorithms !== undefined && algorithms !== 'modern'
  return (old ? (['rsa'] as const) : (types ?? (['ed25519'] as const))).map(make)
}

/** `await using fleet = await startFleet({ devices: [{ name: 'sw-1', platform: 'cisco_ios', accounts: [...] }] })` */
export async function startFleet(description: FleetDescription): Promise<SimulatedFleet> {
  const fleet = new SimulatedFleet(description)
  await fleet.start()
  return fleet
}
