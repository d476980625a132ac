import { createHmac } from 'node:crypto'
import { foldUsername } from '../safety/realms.ts'
import type { LoginSecret } from '../secret.ts'
import { canonicalJson } from './canonical-json.ts'

/** How the ledger knows a secret: a keyed fingerprint of username and secret, 128 bits; of an agent's key its public fingerprint. */
export function secretFingerprint(
  key: Buffer,
  username: string,
  secret: LoginSecret,
  purpose: 'login' | 'enable',
): string {
  const { password, privateKey, enable, agentKey } = secret
  const parts = (purpose === 'enable' ? [enable] : [password, privateKey]).map((part) => part?.reveal() ?? null)
  const held = agentKey ? [agentKey.fingerprint] : []
  const text = canonicalJson([purpose, foldUsername(username), ...parts, ...held])
  return createHmac('sha256', key).update(text).digest('hex').slice(0, 32)
}

/** What a login would send, one after another: a key before a password. */
export function sentSecrets(
  { privateKey, password, enable }: LoginSecret,
  purpose: 'login' | 'enable',
): readonly LoginSecret[] {
  if (purpose === 'enable') return enable ? [{ enable }] : []
  return [...(privateKey ? [{ privateKey }] : []), ...(password ? [{ password }] : [])]
}
