import type { Credential, Device } from '../model.ts'
import type { RealmSettings } from '../workspace/workspace.ts'
import type { AccountCharge, AccountPolicy } from './attempt.ts'

/** What is taken for the lockout threshold where none is declared: the lowest one in common use. */
export const assumedThreshold = 3

export const defaultMaxInFlight = 16

/** The realm that is always there: every device counts failed logins for itself. */
export const onDevice = 'on-device'

export type Charges = readonly [AccountCharge, ...AccountCharge[]]

/** Whose counters a login with this credential on this device is charged to; the one that is asked first comes first. */
export type ChargeRule = (device: Pick<Device, 'realm'>, credential: Credential) => Charges

export interface ChargeRuleInput {
  /** The workspace's realms. Names that none of them has are an error of the files, found where those are read. */
  readonly realms: Readonly<Record<string, RealmSettings>>
  /** All credentials of the vault: how many share a username decides how far its failures may go. */
  readonly credentials: readonly Credential[]
  /** Keyed fingerprint of a credential's secret, where it is known: equal secrets then count once. */
  readonly secretIdOf?: (credential: Credential) => string | undefined
}

/**
 * The device's realm is charged whatever the credential says, because it is asked first there; the credential's own realm
 * too, because the device may fall back to it. A realm of kind `device` protects no shared counter: on a device it counts
 * only where the credential names no realm.
 */
export function createChargeRule({ realms, credentials, secretIdOf }: ChargeRuleInput): ChargeRule {
  const byUsername = Map.groupBy(credentials, ({ username }) => foldUsername(username))
  const policies = new Map<string, AccountPolicy>()
  const counts = new Map<string, number>()

  /** One account has one threshold, whoever brings its logins: the lowest that is stated of it, here or by the realm. */
  const policyOf = (realm: string, username: string) =>
    memo(policies, JSON.stringify([realm, username]), () => {
      const stated = (byUsername.get(username) ?? []).flatMap(({ lockoutThreshold }) => lockoutThreshold ?? [])
      const settings = settingsOf(realms, realm)
      if (stated.length === 0) return accountPolicy(settings)
      const ofRealm = settings.lockoutThreshold ?? (realm === '' ? 'none' : assumedThreshold)
      const all = ofRealm === 'none' ? stated : [...stated, ofRealm]
      return accountPolicy({ ...settings, lockoutThreshold: Math.min(...all) })
    })

  function chargeOf(realm: string, username: string, isOfDevice: boolean): AccountCharge {
    const secrets = memo(counts, JSON.stringify([realm, username, isOfDevice]), () => {
      // On a device of the realm every credential of the username is charged to it; elsewhere those that may name it.
      const sharing = (byUsername.get(username) ?? []).filter(
        (credential) => isOfDevice || credential.realm === undefined || credential.realm === realm,
      )
      return new Set(sharing.map((credential) => secretIdOf?.(credential) ?? credential.name)).size
    })
    return { realm, username, policy: policyOf(realm, username), secrets }
  }

  function chargesOf(ofDevice: string | undefined, credential: Credential): Charges {
    const username = foldUsername(credential.username)
    const ofCredential = credential.realm
    const isShared = ofDevice !== undefined && settingsOf(realms, ofDevice).kind !== 'device'
    if (isShared && ofCredential !== undefined && ofCredential !== ofDevice)
      return [chargeOf(ofDevice, username, true), chargeOf(ofCredential, username, false)]
    if (isShared) return [chargeOf(ofDevice, username, true)]
    return [chargeOf(ofCredential ?? ofDevice ?? '', username, false)]
  }

  const known = new Map<Credential, Map<string | undefined, Charges>>()
  return ({ realm }, credential) =>
    memo(
      memo(known, credential, () => new Map<string | undefined, Charges>()),
      realm,
      () => chargesOf(realm, credential),
    )
}

/** Lower case, without `DOMAIN\` or `@domain`: one account is one counter however it is written. */
export function foldUsername(username: string): string {
  const [account = ''] = username.slice(username.lastIndexOf('\\') + 1).split('@')
  return (account || username).toLowerCase()
}

function settingsOf(realms: ChargeRuleInput['realms'], realm: string): RealmSettings {
  if (Object.hasOwn(realms, realm)) return realms[realm] ?? { kind: 'unknown' }
  return { kind: realm === onDevice ? 'device' : 'unknown' }
}

export function accountPolicy({ kind, lockoutThreshold, maxInFlight }: RealmSettings): AccountPolicy {
  return {
    kind,
    threshold: lockoutThreshold ?? assumedThreshold,
    thresholdIsAssumed: lockoutThreshold === undefined,
    maxInFlight: maxInFlight ?? defaultMaxInFlight,
  }
}

function memo<K, V>(cache: Map<K, V>, key: K, compute: () => V): V {
  const found = cache.get(key)
  if (found !== undefined) return found
  const made = compute()
  cache.set(key, made)
  return made
}
