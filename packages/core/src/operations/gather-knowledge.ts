import { agoText, formatAge, formatDay } from '../ages.ts'
import type { KnownState } from '../credentials/known-state.ts'
import {
  type DeviceHistory,
  type Resolution,
  type ResolutionRequest,
  resolveCandidates,
} from '../credentials/resolve-candidates.ts'
import { specificityRule } from '../credentials/specificity.ts'
import type { Credential, Device } from '../model.ts'
import type { AccountCharge } from '../safety/attempt.ts'
import { type ChargeRule, createChargeRule } from '../safety/realms.ts'
import type { DeviceRecord, StateStore } from '../state/state-store.ts'
import type { OpenVault } from '../vault/open-vault.ts'
import type { Netlatch } from './netlatch.ts'
import { quarantinedCredentials } from './quarantined-credentials.ts'

/** Everything that is known before the first packet, read once for all devices. */
export interface Knowledge {
  readonly known: KnownState
  /** Credentials that are tried nowhere until they are changed or released, and since when. */
  readonly quarantined: ReadonlyMap<string, Date>
  readonly charge: ChargeRule
  /** All accounts that logins of this workspace are charged to. */
  readonly charges: readonly AccountCharge[]
  /** Keyed fingerprint of what would be sent first; a name that stands for it where it is only known on the way. */
  secretIdOf(credential: Credential, device: Device): string
  resolve(device: Device, request?: ResolutionRequest): Resolution
}

export async function gatherKnowledge(netlatch: Netlatch, vault: OpenVault | undefined): Promise<Knowledge> {
  const state = await netlatch.state()
  const credentials = vault?.credentials ?? netlatch.credentials
  const { charge, charges, sealed } = chargesOf(netlatch, vault)
  const known = await readKnown(state, charges)
  const { devices, rejections } = known
  const idOf = idSource(sealed, devices)
  const quarantined = quarantinedCredentials(credentials, vault, known)
  // A refused enable secret takes no login away.
  const logins = known.homes.filter(({ purpose }) => purpose === 'login')
  const heldBack = quarantinedCredentials(credentials, vault, { homes: logins, devices })
  const resolve = resolver(netlatch, { credentials, sealed, devices, rejections, quarantined: heldBack, idOf })
  return { known, quarantined, charge, charges, secretIdOf: idOf, resolve }
}

/** Which accounts the logins of this workspace are charged to. */
export function chargesOf(netlatch: Netlatch, vault: OpenVault | undefined) {
  const credentials = vault?.credentials ?? netlatch.credentials
  const sealed = new Map(credentials.map(({ name }) => [name, vault?.sealedSecretIds(name, 'login') ?? []]))
  const { realms } = netlatch.workspace.settings
  const charge = createChargeRule({ realms, credentials, secretIdOf: ({ name }) => sealed.get(name)?.[0] })
  return { charge, charges: allCharges(netlatch.inventory.devices, credentials, charge), sealed }
}

export async function readKnown(state: StateStore, charges: readonly AccountCharge[]): Promise<KnownState> {
  const [devices, rejections, accounts, homes] = await Promise.all([
    state.devices(),
    state.rejections(),
    state.accounts(charges),
    state.homes(charges),
  ])
  return { devices, rejections, accounts, homes }
}

/** One charge per account, of every realm that a device or credential can bring into play. */
function allCharges(
  devices: readonly Device[],
  credentials: readonly Credential[],
  charge: ChargeRule,
): readonly AccountCharge[] {
  const realms = [undefined, ...new Set(devices.flatMap(({ realm }) => realm ?? []))]
  const all = realms.flatMap((realm) => credentials.flatMap((credential) => charge(realm ? { realm } : {}, credential)))
  return [...new Map(all.map((each) => [JSON.stringify([each.realm, each.username]), each])).values()]
}

/**
 * A reference is looked up on the way only. Until then the secret that it led to last time stands for it: on this device
 * where the reference names the device, anywhere otherwise. The same holds for what a locked vault does not tell, as long as
 * the revision says that it is still that secret.
 */
function idSource(sealed: ReadonlyMap<string, readonly string[]>, devices: ReadonlyMap<string, DeviceRecord>) {
  const lastOf = new Map<string, DeviceRecord>()
  for (const record of devices.values())
    if (record.credential !== null && record.secretId !== undefined) lastOf.set(record.credential, record)
  return ({ name, rev, reference }: Credential, device: Device): string => {
    const own = sealed.get(name)?.[0]
    if (own !== undefined) return own
    const idIn = (record: DeviceRecord | undefined) =>
      reference !== undefined || record?.credentialRev === rev ? record?.secretId : undefined
    const record = devices.get(device.name)
    const here = record?.credential === name ? idIn(record) : undefined
    if (here !== undefined) return here
    return reference?.includes('{')
      ? `reference ${name} ${device.name}`
      : (idIn(lastOf.get(name)) ?? `reference ${name}`)
  }
}

interface ResolverInput {
  readonly credentials: readonly Credential[]
  readonly sealed: ReadonlyMap<string, readonly string[]>
  readonly devices: ReadonlyMap<string, DeviceRecord>
  readonly rejections: ReadonlyMap<string, ReadonlySet<string>>
  readonly quarantined: ReadonlyMap<string, Date>
  readonly idOf: (credential: Credential, device: Device) => string
}

function resolver(netlatch: Netlatch, input: ResolverInput): Knowledge['resolve'] {
  const { credentials, devices, rejections, idOf, sealed } = input
  const now = netlatch.now()
  const quarantined = quarantineTexts(input.quarantined, now)
  const defaultCredential = netlatch.vaultFile?.default
  const specificity = specificityRule(credentials)
  return (device, request) => {
    const record = devices.get(device.name)
    const refusedIds = rejections.get(device.name)
    const refused = credentials.filter((credential) => refusedIds?.has(idOf(credential, device)))
    const history: DeviceHistory = {
      ...(record?.credential &&
        record.openedAt && { worked: workedHere(record, record.openedAt, sealed, credentials, now) }),
      rejected: new Map(refused.map(({ name }) => [name, record ? agoText(record.testedAt, now) : 'before'])),
    }
    const base = { credentials, specificity, quarantined, history }
    return resolveCandidates(device, { ...base, ...(defaultCredential && { defaultCredential }) }, request)
  }
}

function workedHere(
  record: DeviceRecord,
  openedAt: Date,
  sealed: ReadonlyMap<string, readonly string[]>,
  credentials: readonly Credential[],
  now: Date,
): NonNullable<DeviceHistory['worked']> {
  const name = record.credential ?? ''
  const ids = sealed.get(name) ?? []
  const rev = credentials.find((credential) => credential.name === name)?.rev
  // A locked vault and a reference show no secret: the revision is all there is to compare.
  const unchanged = ids.length > 0 ? ids.includes(record.secretId ?? '') : rev === record.credentialRev
  return { credential: name, unchanged, ago: agoText(openedAt, now) }
}

function quarantineTexts(quarantined: ReadonlyMap<string, Date>, now: Date): ReadonlyMap<string, string> {
  return new Map(
    [...quarantined].map(([name, at]) => [
      name,
      `since ${formatDay(at)} (${formatAge(at, now)}): netlatch creds release ${name}`,
    ]),
  )
}
