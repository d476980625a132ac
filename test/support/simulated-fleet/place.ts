import type { SimulatedPlatform } from './description.ts'
import type { SimulatedDevice } from './device.ts'

/** Where a device is, and by which keys it is known. Plain JSON. */
export interface DevicePlace {
  readonly name: string
  readonly platform: SimulatedPlatform
  readonly hostname: string
  readonly serial: string
  readonly address: string
  readonly port: number
  readonly hostKeys: readonly PublicHostKey[]
}

export interface PublicHostKey {
  /** `ssh-ed25519`, `ssh-rsa`, `ecdsa-sha2-nistp256`. */
  readonly type: string
  /** The public blob, base64. */
  readonly key: string
  /** `SHA256:…`. */
  readonly fingerprint: string
}

export function placeOf(device: SimulatedDevice): DevicePlace {
  const { name, platform } = device.description
  return {
    name,
    platform,
    hostname: device.hostname,
    serial: device.serial,
    address: device.listener.address,
    port: device.listener.port,
    hostKeys: device.hostKeys.map(({ type, key, fingerprint }) => ({ type, key, fingerprint })),
  }
}

/** As OpenSSH writes them, with the device's name before the address; one for each key. */
export function knownHostsLines({ name, address, port, hostKeys }: DevicePlace): string[] {
  return hostKeys.map(({ type, key }) => `${name},[${address}]:${port} ${type} ${key}`)
}
