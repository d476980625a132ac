import { deviceScope } from '../credentials/resolve-candidates.ts'
import { specificityRule } from '../credentials/specificity.ts'
import { NetlatchError } from '../errors.ts'
import { matchExpression } from '../inventory/match-expression.ts'
import type { Credential, Device } from '../model.ts'
import type { CredentialStats } from '../state/state-store.ts'
import { didYouMean } from '../workspace/nearest-name.ts'
import type { Netlatch } from './netlatch.ts'

/** What decides where a credential is tried. */
export type CredentialTarget = Pick<Credential, 'name' | 'tags' | 'hosts'> &
  Partial<Pick<Credential, 'match' | 'ports' | 'realm'>>

export interface CredentialReach {
  /** Its tags or its match name them, or they name it. */
  readonly named: readonly Device[]
  /** Those of them it may be sent to, as far as that shows offline. */
  readonly inScope: readonly Device[]
}

/** Throws SELECTION_INVALID for a match that cannot be read, USAGE for a realm that is not declared. */
export function credentialReach({ inventory, workspace }: Netlatch, target: CredentialTarget): CredentialReach {
  requireRealm(target.realm, Object.keys(workspace.settings.realms))
  if (target.match !== undefined) matchExpression(target.match)
  const credential: Credential = { ...asCredential, ...target }
  const specificity = specificityRule([credential])
  const named = inventory.devices.filter(
    (device) => device.credential === credential.name || specificity(credential, device) > 0,
  )
  return { named, inScope: named.filter((device) => deviceScope(credential, device) !== 'no') }
}

/** Throws USAGE, and says how to declare it: who locks an account, and after how many failures, is a decision to review. */
export function requireRealm(realm: string | undefined, realms: readonly string[]): void {
  if (realm === undefined || realms.includes(realm)) return
  const declare = `Declare it in netlatch.yaml, realms:  ${realm}: { kind: server, lockout_threshold: 5 }`
  throw new NetlatchError('USAGE', `Unknown realm "${realm}". Nothing was written.`, {
    advice: didYouMean(realm, realms, declare),
  })
}

/** How a credential stands: its public part, where it applies and where it works. */
export interface CredentialOverview extends CredentialReach {
  readonly credential: Credential
  readonly isDefault: boolean
  /** False: the vault is locked, and this is what its file says. */
  readonly verified: boolean
  /** Names of the devices it opened last. */
  readonly opens: readonly string[]
  readonly stats?: CredentialStats
}

/** The credential of that name, by the vault's file. Throws NOT_FOUND. */
export function findCredential(
  netlatch: Pick<Netlatch, 'credentials' | 'vaultFile'>,
  name: string,
  credentials = netlatch.credentials,
): Credential {
  const credential = credentials.find((each) => each.name === name)
  if (credential) return credential
  if (!netlatch.vaultFile)
    throw new NetlatchError('NOT_FOUND', `There is no credential ${name}: there is no vault.`, {
      advice: `netlatch vault init, then netlatch vault add ${name}`,
    })
  const names = credentials.map((each) => each.name)
  throw new NetlatchError('NOT_FOUND', `There is no credential ${name} in the vault.`, {
    advice: didYouMean(name, names, names.length > 0 ? 'netlatch vault list' : `netlatch vault add ${name}`),
  })
}

/** Throws NOT_FOUND. */
export async function credentialOverview(netlatch: Netlatch, name: string): Promise<CredentialOverview> {
  const vault = await netlatch.vaultIfUnlocked()
  const credential = findCredential(netlatch, name, vault?.credentials)
  const state = await netlatch.state()
  const [devices, allStats] = await Promise.all([state.devices(), state.credentialStats()])
  const stats = allStats.find((each) => each.credential === name)
  const opens = netlatch.inventory.devices.filter((device) => devices.get(device.name)?.credential === name)
  return {
    credential,
    isDefault: netlatch.vaultFile?.default === name,
    verified: vault !== undefined,
    ...credentialReach(netlatch, credential),
    opens: opens.map((device) => device.name),
    ...(stats && { stats }),
  }
}

const asCredential = {
  rev: 1,
  username: '',
  priority: 100,
  fallback: false,
  origin: { file: '', line: 1, column: 1 },
} as const
