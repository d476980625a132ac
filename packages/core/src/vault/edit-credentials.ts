import { NetlatchError } from '../errors.ts'
import type { Secret, StoredLogin } from '../secret.ts'
import { didYouMean } from '../workspace/nearest-name.ts'
import { canonicalJson } from './canonical-json.ts'
import type { OpenVault } from './open-vault.ts'
import { saveVault, unsigned } from './save-vault.ts'
import { type PublicPart, publicPart, type RecordContent, sealRecord } from './vault-record.ts'
import { isReference, referenceSchemes, type SealedSecret, type VaultRecord } from './vault-schema.ts'

/** What a person says about a credential, apart from its secret. */
export type CredentialFields = Omit<PublicPart, 'rev'>

/** The secret itself, or a reference to where it is kept. */
export type CredentialSource = { readonly secret: StoredLogin } | { readonly reference: string }

/** Null removes a value; what is absent stays. */
export type CredentialChanges = { readonly [K in keyof CredentialFields]?: CredentialFields[K] | null } & {
  /** Parts that change; the other parts of a sealed secret stay. */
  readonly secret?: { readonly [K in keyof StoredLogin]?: Secret | null }
  /** Instead of a sealed secret. */
  readonly reference?: string
}

/** Adds a credential and writes the vault. Throws USAGE when the name is taken or a field is not valid. */
export async function addCredential(
  vault: OpenVault,
  name: string,
  fields: CredentialFields,
  source: CredentialSource,
): Promise<OpenVault> {
  const document = unsigned(vault)
  if (Object.hasOwn(document.credentials, name))
    throw new NetlatchError('USAGE', `${name} is in the vault already.`, { advice: `netlatch vault set ${name}` })
  const content = 'reference' in source ? toReference(source.reference) : toSealed(name, {}, source.secret)
  const rev = 1 + (await highestRev(vault, name))
  return save(vault, name, sealRecord(vault.dataKey, name, ordered({ ...fields, rev }), content))
}

/**
 * Changes a credential and writes the vault; `rev` goes up with whatever changes, so that a record of a wider scope is known as an
 * old one too. Only the changed lines are touched.
 */
export async function setCredential(vault: OpenVault, name: string, changes: CredentialChanges): Promise<OpenVault> {
  const { part, content } = requireRecord(vault, name)
  const { secret, reference, ...fields } = changes
  if (secret && reference !== undefined)
    throw new NetlatchError('USAGE', `${name}: a secret or a reference, not both.`, { advice: 'Give one of them.' })
  const sealed = content.kind === 'secret' ? content.secret : {}
  const next = reference !== undefined ? toReference(reference) : secret ? toSealed(name, sealed, secret) : content
  const nextPart = applyFields(part, fields)
  if (canonicalJson([{ ...nextPart }, { ...next }]) === canonicalJson([{ ...part }, { ...content }])) return vault
  const rev = (part.rev ?? 1) + 1
  return save(vault, name, sealRecord(vault.dataKey, name, ordered({ ...nextPart, rev }), next))
}

/** Removes a credential; where it is the default, there is none afterwards. */
export async function removeCredential(vault: OpenVault, name: string): Promise<OpenVault> {
  requireName(vault, name)
  const { default: fallback, ...document } = unsigned(vault)
  const credentials = Object.fromEntries(Object.entries(document.credentials).filter(([each]) => each !== name))
  return saveVault(vault, {
    ...document,
    ...(fallback !== undefined && fallback !== name && { default: fallback }),
    credentials,
  })
}

/** Sets the credential that is tried last; undefined for none. */
export async function setDefault(vault: OpenVault, name: string | undefined): Promise<OpenVault> {
  if (name !== undefined) requireName(vault, name)
  const { default: _, ...document } = unsigned(vault)
  return saveVault(vault, { ...document, ...(name !== undefined && { default: name }) })
}

/** Of a credential that is not in the vault; 0 for one that never was, as far as this machine knows. */
export async function highestRev(vault: OpenVault, name: string): Promise<number> {
  return (await vault.options.highestRev?.(name)) ?? 0
}

/** The parts of a record that is there and fits its seal. Throws NOT_FOUND. */
export function requireRecord(
  vault: OpenVault,
  name: string,
): { readonly part: PublicPart; readonly content: RecordContent } {
  requireName(vault, name)
  const record = unsigned(vault).credentials[name]
  const content = vault.content(name)
  if (record && content) return { part: publicPart(record), content }
  throw new NetlatchError('VAULT_TAMPERED', `${name} does not fit its seal: what it held is lost.`, {
    advice: `Restore it from git, or netlatch vault remove ${name} and add it again.`,
  })
}

function requireName(vault: OpenVault, name: string): void {
  const names = Object.keys(unsigned(vault).credentials)
  if (names.includes(name)) return
  throw new NetlatchError('NOT_FOUND', `No credential ${name} in ${vault.file.yaml.file}.`, {
    advice: didYouMean(name, names, names.length > 0 ? `There are: ${names.join(', ')}.` : 'netlatch vault add'),
  })
}

function save(vault: OpenVault, name: string, record: VaultRecord): Promise<OpenVault> {
  const document = unsigned(vault)
  return saveVault(vault, { ...document, credentials: { ...document.credentials, [name]: record } })
}

function toReference(reference: string): RecordContent {
  if (isReference(reference)) return { kind: 'reference', reference }
  throw new NetlatchError('USAGE', `"${reference}" is no reference to a secret.`, {
    advice: `A reference starts with ${referenceSchemes.join(':, ')}:.`,
  })
}

function toSealed(
  name: string,
  current: SealedSecret,
  changes: NonNullable<CredentialChanges['secret']>,
): RecordContent {
  const parts = ['password', 'privateKey', 'passphrase', 'enable'] as const
  const secret = parts.flatMap((part) => {
    const change = changes[part]
    const value = change === undefined ? current[part] : change?.reveal()
    return value === undefined ? [] : [[part, value] as const]
  })
  if (secret.length === 0 || secret.some(([, value]) => value === ''))
    throw new NetlatchError('USAGE', `${name}: an empty secret.`, {
      advice: 'Give a password, a private key or an enable secret.',
    })
  return { kind: 'secret', secret: Object.fromEntries(secret) }
}

function applyFields(part: PublicPart, changes: Omit<CredentialChanges, 'secret' | 'reference'>): PublicPart {
  const merged = Object.entries({ ...part, ...withoutUndefined(changes) }).filter(([, value]) => value !== null)
  return Object.fromEntries(merged) as PublicPart
}

function withoutUndefined(values: object): object {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined))
}

const order = ['rev', 'username', 'realm', 'priority', 'tags', 'match', 'hosts', 'ports', 'fallback'] as const

/** In the order in which records are written, without what is not given. */
function ordered(part: PublicPart): PublicPart {
  return Object.fromEntries(order.flatMap((key) => (part[key] === undefined ? [] : [[key, part[key]]]))) as PublicPart
}
