import type { PoolKey } from '../connection/connection-pool.ts'
import type { Credential, Device } from '../model.ts'

/** What makes two logins on a device the same one. */
export function poolKey(device: Device, credential: Credential, secretId: string): PoolKey {
  return { credential: credential.name, secretId, profile: device.ssh.algorithms }
}
