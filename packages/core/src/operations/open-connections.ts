import type { Lease } from '../connection/connection-pool.ts'
import type { Connection } from '../connection/transport.ts'
import type { Credential, Device } from '../model.ts'
import { siteOf } from '../safety/device-site.ts'
import type { PlannedDevice } from './discovery-plan.ts'
import type { Knowledge } from './gather-knowledge.ts'
import type { Netlatch } from './netlatch.ts'
import { poolKey } from './pool-key.ts'

export interface OpenConnection {
  readonly device: Device
  readonly credential: Credential
  readonly lease: Lease<Connection>
}

/** Takes the connections that an earlier operation left open, each by the first candidate of its device: they need no login. */
export function takeOpenConnections(
  { pool }: Pick<Netlatch, 'pool'>,
  targets: readonly PlannedDevice[],
  { secretIdOf }: Pick<Knowledge, 'secretIdOf'>,
): readonly OpenConnection[] {
  return targets.flatMap(({ device, candidates: [first] }) => {
    if (!first) return []
    const { credential } = first
    const key = poolKey(device, credential, secretIdOf(credential, device))
    const lease = pool.reuse({ device: device.name, site: siteOf(device) }, key)
    return lease ? [{ device, credential, lease }] : []
  })
}
