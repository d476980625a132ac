import type { Credential, Device } from '../model.ts'
import { deviceScope } from './resolve-candidates.ts'

/**
 * Whether a credential that nothing names for a device may be learned for it from its neighbours. Where both name a realm, and
 * another one, the files say that they do not belong together.
 */
export function mayLearn(device: Device, credential: Credential): boolean {
  const isElsewhere = device.realm !== undefined && credential.realm !== undefined && device.realm !== credential.realm
  return !isElsewhere && !credential.fallback && deviceScope(credential, device) !== 'no'
}
