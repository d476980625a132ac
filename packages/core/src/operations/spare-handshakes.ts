import type { Handshake } from '../connection/transport.ts'
import type { Device } from '../model.ts'
import type { AttemptRequest } from '../safety/attempt.ts'

/** How long a device is kept waiting for the next secret of a username; servers close after 30 s and more. */
const keepMs = 3_000

interface Spare {
  readonly username: string
  readonly handshake: Handshake
  readonly timer: NodeJS.Timeout
}

/**
 * Connections on which a secret was refused, and on which the server takes another one of the same username: the next try
 * need not connect again. One for each device, and not for long: it takes one of the device's lines.
 */
export class SpareHandshakes implements AsyncDisposable {
  /** By the device itself: a jump host may have the name of a device, and be another one. */
  readonly #spares = new Map<Device, Spare>()

  /** The one of this device, if it is for this username; one for another username is closed, which frees its line. */
  async take(device: Device, username: string): Promise<Handshake | undefined> {
    const spare = this.#remove(device)
    if (!spare) return undefined
    if (spare.username === username && spare.handshake.isOpen) return spare.handshake
    await spare.handshake[Symbol.asyncDispose]()
    return undefined
  }

  /** Takes over the connection. */
  keep(device: Device, username: string, handshake: Handshake): void {
    void this.#remove(device)?.handshake[Symbol.asyncDispose]()
    const timer = setTimeout(() => void this.#remove(device)?.handshake[Symbol.asyncDispose](), keepMs)
    this.#spares.set(device, { username, handshake, timer })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const devices = [...this.#spares.keys()]
    await Promise.all(devices.map((device) => this.#remove(device)?.handshake[Symbol.asyncDispose]()))
  }

  #remove(device: Device): Spare | undefined {
    const spare = this.#spares.get(device)
    clearTimeout(spare?.timer)
    this.#spares.delete(device)
    return spare
  }
}

/**
 * Whether another secret of the username may follow at once: there is one, and nobody counts failures. Any threshold means a
 * pause on the device, longer than a server waits.
 */
export function mayFollowAtOnce({ charges }: Pick<AttemptRequest, 'charges'>): boolean {
  return charges.every(({ policy, secrets }) => policy.threshold === 'none' && secrets > 1)
}
