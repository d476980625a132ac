import type { Device } from '../model.ts'
import { keysOf } from '../safety/host-keys.ts'
import type { Netlatch } from './netlatch.ts'
import { keyText } from './see-host-key.ts'

export interface ListedKey {
  readonly device: string
  /** `ED25519 SHA256:…`. */
  readonly key: string
  /** `import`, `scan`, `person` …; absent on lines that Netlatch did not write. */
  readonly vouchedBy?: string
  /** ISO date. */
  readonly since?: string
  readonly line: number
}

export interface HostKeyList {
  readonly file: string
  readonly keys: readonly ListedKey[]
  /** Devices that are refused until a key is known. */
  readonly without: readonly string[]
  /** Lines of certificate authorities: kept, not supported yet. */
  readonly certificateAuthorities: number
  readonly revoked: number
  /** Devices by who vouched for their keys. */
  readonly byVoucher: Readonly<Record<string, number>>
}

/** The host keys of devices as known_hosts has them; connects to nothing. */
export async function listHostKeys(netlatch: Netlatch, devices: readonly Device[]): Promise<HostKeyList> {
  const known = await netlatch.hostKeys()
  const keys = devices.flatMap((device) =>
    keysOf(known, device).map(
      ({ key, vouched, number }): ListedKey => ({
        device: device.name,
        key: keyText(key),
        ...(vouched && { vouchedBy: vouched.by, since: vouched.on }),
        line: number,
      }),
    ),
  )
  const having = new Set(keys.map(({ device }) => device))
  const vouchers = Map.groupBy(keys, ({ vouchedBy = 'the file' }) => vouchedBy)
  return {
    file: known.file,
    keys,
    without: devices.flatMap(({ name, transport }) => (having.has(name) || transport !== 'ssh' ? [] : [name])),
    certificateAuthorities: known.certificateAuthorities,
    revoked: known.keyLines.filter(({ marker }) => marker === 'revoked').length,
    byVoucher: Object.fromEntries([...vouchers].map(([by, of]) => [by, new Set(of.map(({ device }) => device)).size])),
  }
}
