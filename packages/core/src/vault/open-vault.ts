import { hkdfSync } from 'node:crypto'
import { inspect } from 'node:util'
import { NetlatchError } from '../errors.ts'
import type { Credential, Device, Problem } from '../model.ts'
import type { Abortable } from '../progress.ts'
import type { LoginSecret } from '../secret.ts'
import { Secret } from '../secret.ts'
import type { Redactor } from '../secrets/redactor.ts'
import type { SecretProvider } from '../secrets/secret-provider.ts'
import type { DataKey } from './data-key.ts'
import { deviceInScope } from './device-scope.ts'
import { toCredential, type VaultFile } from './read-vault.ts'
import { secretFingerprint, sentSecrets } from './secret-fingerprint.ts'
import { openSuccession } from './succession.ts'
import { documentOf, unlockDataKey, type VaultKeys } from './unlock-data-key.ts'
import { damagedRecord, damagedVault, noProvider, notUsable, outOfScope } from './vault-errors.ts'
import { openHeader, openRecord, type RecordContent } from './vault-record.ts'
import type { SealedSecret, SuccessionStep, VaultDocument } from './vault-schema.ts'

export type { VaultKeys } from './unlock-data-key.ts'

export interface OpenVaultOptions {
  /** Who looks up references, `env:` and others; a reference without its provider is unavailable. @default none */
  readonly providers?: readonly SecretProvider[]
  /** Is told every secret that is handed out. */
  readonly redactor?: Redactor
  /**
   * The highest revision that this machine has seen of a credential, of a removed one too: where it is added again, it goes
   * on from there, or it would pass for an old one. @default 0
   */
  readonly highestRev?: (credential: string) => Promise<number>
}

export interface UseOptions extends Abortable {
  /** Which of the device's hosts was connected to. @default told from `address`, else all of them must be in scope */
  readonly host?: string
  /** The address connected to. Behind a jump host there is none: the inventory's text decides then. */
  readonly address?: string
}

/** A vault whose MAC and seals hold. Holds keys in memory until it is closed. */
export interface OpenVault extends Disposable {
  /** Prints neither keys nor secrets, in JSON and under inspect. */
  toJSON(): string
  [inspect.custom](): string
  readonly file: VaultFile
  /** Public parts that are proven; one that does not fit its seal is left out and named in `problems`. */
  readonly credentials: readonly Credential[]
  readonly problems: readonly Problem[]
  /** Of the data key, 128 bits as `9c1f-…`. */
  readonly fingerprint: string
  /**
   * Hands out the secret of a credential for a device, for the length of `fn`. Null when the reference leads to nothing (`fn`
   * was not called). Throws NO_CANDIDATE when the device is outside the credential's scope, SECRET_UNAVAILABLE when the
   * secret could not be looked up.
   */
  use<T>(
    credential: Pick<Credential, 'name'>,
    device: Device,
    fn: (secret: LoginSecret) => Promise<T>,
    options?: UseOptions,
  ): Promise<T | null>
  /** How the ledger knows a secret: stays the same as long as username and secret do, across rotations too. */
  secretId(username: string, secret: LoginSecret, purpose: 'login' | 'enable'): string
  /**
   * The same for each secret that a sealed credential would send, a key before a password, without handing them out. Empty for
   * references and absent secrets.
   */
  sealedSecretIds(name: string, purpose: 'login' | 'enable'): readonly string[]
  /** Key of the fingerprints that replace secrets in backups; stays the same across rotations. */
  readonly redactionKey: Buffer
  /** For the functions that change the vault. */
  readonly dataKey: DataKey
  readonly successionSteps: readonly SuccessionStep[]
  /** What a record holds, in plain; undefined when there is none, or it does not fit its seal. For vault/ only. */
  content(name: string): RecordContent | undefined
  /** As it was opened; a changed vault is opened alike. */
  readonly options: OpenVaultOptions
  /** Overwrites the keys. */
  close(): void
}

/**
 * Unlocks and verifies a vault. Throws VAULT_LOCKED when none of the keys opens it, VAULT_TAMPERED when it was changed without
 * the key, INPUT_INVALID when it is no valid vault.
 */
export async function openVault(file: VaultFile, keys: VaultKeys, options: OpenVaultOptions = {}): Promise<OpenVault> {
  return verifyVault(file, await unlockDataKey(file, keys), options)
}

/** The part of {@link openVault} after unlocking. Takes the data key over: `close` overwrites it. */
export function verifyVault(file: VaultFile, dataKey: DataKey, options: OpenVaultOptions = {}): OpenVault {
  const document = documentOf(file)
  const damaged = findDamaged(file, document, dataKey)
  if (!dataKey.macHolds(document))
    throw damagedVault(
      file,
      damaged.map(({ problem }) => problem),
    )
  const header = openHeader(dataKey, 'redaction_key', document.redaction_key)
  const successionSteps = openSuccession(dataKey, document)
  if (header?.length !== 32 || !successionSteps) throw damagedVault(file, [])

  const broken = new Set(damaged.map(({ name }) => name))
  const names = Object.keys(document.credentials).filter((name) => !broken.has(name))
  const proven = new Map(
    names.flatMap((name) => {
      const record = document.credentials[name]
      return record ? [[name, toCredential(name, record, file.yaml)] as const] : []
    }),
  )
  const redactionKey = deriveFrom(header, document.id, 'redaction')
  const secretIdKey = deriveFrom(header, document.id, 'secret-id')
  header.fill(0)
  let isOpen = true

  const content = (name: string): RecordContent | undefined => {
    if (!isOpen)
      throw new NetlatchError('VAULT_LOCKED', `${file.yaml.file} has been closed.`, { advice: 'Unlock it again.' })
    const record = proven.has(name) ? document.credentials[name] : undefined
    return record && openRecord(dataKey, name, record)
  }

  const secretId: OpenVault['secretId'] = (username, secret, purpose) =>
    secretFingerprint(secretIdKey, username, secret, purpose)

  return {
    file,
    credentials: [...proven.values()],
    problems: [...file.problems, ...damaged.map(({ problem }) => problem)],
    fingerprint: dataKey.fingerprint,
    redactionKey,
    dataKey,
    successionSteps,
    options,
    content,
    secretId,
    sealedSecretIds: (name, purpose) => {
      const credential = proven.get(name)
      const found = credential && content(name)
      if (!credential || found?.kind !== 'secret') return []
      const sent = sentSecrets(toLoginSecret(found.secret), purpose)
      return sent.map((secret) => secretId(credential.username, secret, purpose))
    },
    use: async (credential, device, fn, useOptions = {}) => {
      useOptions.signal?.throwIfAborted()
      const known = proven.get(credential.name)
      const found = content(credential.name)
      if (!known || !found) throw notUsable(credential.name, device)
      if (!deviceInScope(known, device, useOptions)) throw outOfScope(known, device, useOptions)
      const handOut = (secret: LoginSecret): ReturnType<typeof fn> => {
        options.redactor?.add(secret)
        return fn(secret)
      }
      if (found.kind === 'secret') return handOut(toLoginSecret(found.secret))
      const scheme = found.reference.slice(0, found.reference.indexOf(':'))
      const provider = options.providers?.find((each) => each.scheme === scheme)
      if (!provider) throw noProvider(known, device, scheme)
      const { signal } = useOptions
      return provider.use(found.reference, device, handOut, signal ? { signal } : {})
    },
    close: () => {
      isOpen = false
      dataKey.close()
      redactionKey.fill(0)
      secretIdKey.fill(0)
    },
    [Symbol.dispose]() {
      this.close()
    },
    toJSON: () => `[open vault ${document.id}]`,
    [inspect.custom]: () => `[open vault ${document.id}]`,
  }
}

function findDamaged(
  file: VaultFile,
  document: VaultDocument,
  dataKey: DataKey,
): readonly { readonly name: string; readonly problem: Problem }[] {
  return Object.entries(document.credentials)
    .filter(([name, record]) => openRecord(dataKey, name, record) === undefined)
    .map(([name]) => ({ name, problem: damagedRecord(file, name) }))
}

function deriveFrom(key: Buffer, id: string, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', key, id, `netlatch/1/${purpose}`, 32))
}

function toLoginSecret({ password, enable, privateKey, passphrase }: SealedSecret): LoginSecret {
  return {
    ...(password !== undefined && { password: new Secret(password) }),
    ...(enable !== undefined && { enable: new Secret(enable) }),
    ...(privateKey !== undefined && { privateKey: new Secret(privateKey) }),
    ...(passphrase !== undefined && { passphrase: new Secret(passphrase) }),
  }
}
