import { NetlatchError } from '../errors.ts'
import { matchExpression } from '../inventory/match-expression.ts'
import type { Credential } from '../model.ts'
import { assumedThreshold, foldUsername } from '../safety/realms.ts'
import type { LoginSecret } from '../secret.ts'
import { deviceInScope } from './device-scope.ts'
import type { OpenVault, OpenVaultOptions } from './open-vault.ts'
import { scopeEntryProblem } from './scope.ts'
import { sentSecrets } from './secret-fingerprint.ts'
import { outOfScope } from './vault-errors.ts'

/** A login that its owner keeps outside the vault. Fences, ledger and resolution are those of a credential of the vault. */
export interface Login {
  /** As a credential's; no credential of the vault may have it. */
  readonly name: string
  readonly username: string
  readonly secret: LoginSecret
  /** Where it is tried: `all`, or a selection without status and state keys. */
  readonly match: string
  /** Where it may be sent: networks, name patterns or `any`. */
  readonly hosts: readonly string[]
  /** Failed logins in a row that lock the account. */
  readonly lockoutThreshold: number
}

export interface ReadLogins {
  /** Public parts, in the order of trial. */
  readonly credentials: readonly Credential[]
  readonly secrets: ReadonlyMap<string, LoginSecret>
}

/** Throws INPUT_INVALID or SELECTION_INVALID for the first login that cannot be used, without a look at any vault. */
export function checkLogins(logins: readonly Login[]): void {
  readLogins(logins, [])
}

/** Throws INPUT_INVALID for the first login that cannot be used, and for a name that the vault has too. */
export function readLogins(logins: readonly Login[], ofVault: readonly Credential[]): ReadLogins {
  const names = new Set(ofVault.map(({ name }) => name))
  for (const login of logins) {
    refuseLogin(login)
    if (names.has(login.name)) throw invalid(login, 'another credential has this name', 'Give it another name.')
    names.add(login.name)
  }
  const thresholds = thresholdsOf(logins, ofVault)
  return {
    credentials: logins.map((login, index): Credential => {
      const lockoutThreshold = thresholds.get(foldUsername(login.username)) ?? assumedThreshold
      return {
        name: login.name,
        rev: 1,
        username: login.username,
        ...(lockoutThreshold !== assumedThreshold && { lockoutThreshold }),
        priority: index + 1,
        tags: [],
        match: login.match,
        hosts: login.hosts,
        fallback: false,
        origin: { file: 'device logins', line: index + 1, column: 1 },
      }
    }),
    secrets: new Map(logins.map(({ name, secret }) => [name, secret])),
  }
}

/**
 * One account has one threshold: the lowest that these logins state. What is assumed anyway states nothing; shared with the vault, the
 * account keeps what the vault assumes.
 */
function thresholdsOf(logins: readonly Login[], ofVault: readonly Credential[]): ReadonlyMap<string, number> {
  const inVault = new Set(ofVault.map(({ username }) => foldUsername(username)))
  const byUsername = Map.groupBy(logins, ({ username }) => foldUsername(username))
  return new Map(
    [...byUsername].map(([username, same]) => {
      const lowest = Math.min(...same.map(({ lockoutThreshold }) => lockoutThreshold))
      const [first] = same
      if (first && inVault.has(username) && lowest < assumedThreshold)
        throw invalid(first, 'its account is in the vault too, with a higher threshold', 'Declare a realm for both.')
      return [username, inVault.has(username) ? assumedThreshold : lowest]
    }),
  )
}

function refuseLogin(login: Login): void {
  const { username, secret, hosts, lockoutThreshold, match } = login
  if (username === '') throw invalid(login, 'it has no username', 'Fill it in.')
  if (!secret.password && !secret.privateKey)
    throw invalid(login, 'it has neither a password nor a private key', 'Fill one in.')
  if (hosts.length === 0)
    throw invalid(login, 'nothing says where it may be sent', 'Write networks, as 10.0.0.0/8, or any.')
  const wrong = hosts.map(scopeEntryProblem).find((found) => found !== undefined)
  if (wrong !== undefined) throw invalid(login, wrong, 'Correct where it may be sent.')
  if (!Number.isInteger(lockoutThreshold) || lockoutThreshold < 2)
    throw invalid(login, 'an account that locks at the first failure cannot be tried', 'Write 2 or more.')
  matchExpression(match)
}

function invalid({ name }: Login, what: string, advice: string): NetlatchError {
  return new NetlatchError('INPUT_INVALID', `Login ${name}: ${what}.`, { advice })
}

/** Credentials of the vault and logins together. Closing it closes the vault. */
export function vaultWithLogins(vault: OpenVault, logins: ReadLogins, options: OpenVaultOptions): OpenVault {
  const { secrets } = logins
  const own = new Map(logins.credentials.map((credential) => [credential.name, credential]))
  return {
    ...vault,
    credentials: [...vault.credentials, ...logins.credentials],
    use: async (credential, device, fn, useOptions = {}) => {
      const known = own.get(credential.name)
      const secret = secrets.get(credential.name)
      if (!known || !secret) return vault.use(credential, device, fn, useOptions)
      useOptions.signal?.throwIfAborted()
      if (!deviceInScope(known, device, useOptions)) throw outOfScope(known, device, useOptions)
      options.redactor?.add(secret)
      return fn(secret)
    },
    sealedSecretIds: (name, purpose) => {
      const known = own.get(name)
      if (!known) return vault.sealedSecretIds(name, purpose)
      const sent = sentSecrets(secrets.get(name) ?? {}, purpose)
      return sent.map((secret) => vault.secretId(known.username, secret, purpose))
    },
  }
}
