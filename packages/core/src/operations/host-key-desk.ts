import type { HostKey, Target } from '../connection/transport.ts'
import { NetlatchError } from '../errors.ts'
import type { Device } from '../model.ts'
import { checkHostKey, judgeHostKey, knownTypes } from '../safety/host-keys.ts'
import { addHostKey } from '../safety/known-hosts-edit.ts'
import type { Netlatch } from './netlatch.ts'

/** Decides about host keys for one run, on the known_hosts file as it was read at its start, or with the run's last new key. */
export interface HostKeyDesk {
  /** What to connect to, and the key types to ask for first. */
  target(device: Device): Target
  /** Throws HOST_KEY_UNKNOWN, HOST_KEY_CHANGED or HOST_KEY_REVOKED; returns when the key is, or may become, the device's. */
  check(device: Device, key: HostKey): void
  /**
   * Stores the key of a first contact where the workspace accepts those; does nothing otherwise. Throws like `check` where the
   * file has another one by now: the first contact was made elsewhere.
   */
  keep(device: Device, key: HostKey): Promise<void>
  /** Whether a key of this device is known, so that connecting makes sense under `strict`. */
  isKnown(device: Device): boolean
}

export async function openHostKeyDesk(netlatch: Netlatch): Promise<HostKeyDesk> {
  let known = await netlatch.hostKeys()
  const acceptsNew = netlatch.workspace.settings.hostKeys === 'accept-new'
  const fresh = new Map<Device, HostKey>()
  return {
    target: (device) => ({
      name: device.name,
      hosts: device.hosts,
      port: device.port,
      algorithms: device.ssh.algorithms,
      hostKeyTypes: knownTypes(known, device),
    }),
    check(device, key) {
      try {
        checkHostKey(known, device, key)
      } catch (error) {
        const isFirst = error instanceof NetlatchError && error.code === 'HOST_KEY_UNKNOWN'
        if (!isFirst || !acceptsNew) throw error
        fresh.set(device, key)
      }
    },
    async keep(device, key) {
      if (fresh.get(device)?.key !== key.key) return
      fresh.delete(device)
      const options = { by: 'accept-new' as const, on: netlatch.now(), ownsAddress: addressOwner(netlatch) }
      known = await netlatch.changeHostKeys((current) => {
        if (judgeHostKey(current, device, key).verdict === 'unknown') return addHostKey(current, device, key, options)
        checkHostKey(current, device, key)
        return current
      })
    },
    isKnown: (device) => acceptsNew || knownTypes(known, device).length > 0,
  }
}

/** Whether an address and port belong to one device alone: only then a key may stand under the address too. */
export function addressOwner({ inventory }: Pick<Netlatch, 'inventory'>): (host: string, port: number) => boolean {
  const owners = new Map<string, number>()
  for (const { hosts, port } of inventory.devices)
    for (const host of new Set(hosts)) owners.set(`${host} ${port}`, (owners.get(`${host} ${port}`) ?? 0) + 1)
  return (host, port) => (owners.get(`${host} ${port}`) ?? 0) <= 1
}
