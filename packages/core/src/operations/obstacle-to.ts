import type { Resolution } from '../credentials/resolve-candidates.ts'
import type { ResultFacts } from '../device-result.ts'
import type { Device } from '../model.ts'
import type { HostKeyDesk } from './host-key-desk.ts'

export type Obstacle = Pick<ResultFacts, 'code' | 'details'>

/** What is in the way of a device before the first packet; undefined when it can be tried. */
export function obstacleTo(
  device: Device,
  { candidates, excluded }: Resolution,
  hostKeys: Pick<HostKeyDesk, 'isKnown'>,
): Obstacle | undefined {
  if (device.transport === 'telnet') return { code: 'TRANSPORT_UNSUPPORTED' }
  if (candidates.length > 0) return hostKeys.isKnown(device) ? undefined : { code: 'HOST_KEY_UNKNOWN' }
  const quarantined = excluded.find(({ kind }) => kind === 'quarantined')
  if (quarantined) return { code: 'QUARANTINED', details: { credential: quarantined.credential.name } }
  return { code: excluded.some(({ kind }) => kind === 'rejected-before') ? 'AUTH_REJECTED' : 'NO_CANDIDATE' }
}
