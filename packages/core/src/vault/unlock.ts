import { isAbsolute, join, sep } from 'node:path'
import { NetlatchError } from '../errors.ts'
import { Secret } from '../secret.ts'
import { parseIdentities, readIdentityFile } from './identity-file.ts'
import type { VaultKeys } from './unlock-data-key.ts'

export interface KeySources {
  readonly env: Readonly<Record<string, string | undefined>>
  /** The user's home folder. */
  readonly home: string
  /** An identity file that was named, as by a setting; goes before NETLATCH_IDENTITY_FILE. */
  readonly identityFile?: string | undefined
}

/**
 * The keys that this user and surrounding have, none being a possible answer: NETLATCH_IDENTITY (the identity itself), a named
 * identity file, else the one in the user's configuration; and NETLATCH_PASSPHRASE. Throws VAULT_LOCKED for a named file
 * that is not there, and for any that others can read.
 */
export async function findVaultKeys({ env, home, identityFile }: KeySources): Promise<VaultKeys> {
  const named = identityFile || env.NETLATCH_IDENTITY_FILE
  const lookedIn: string[] = []
  const identities: Secret[] = []
  if (env.NETLATCH_IDENTITY) {
    identities.push(...(await parseIdentities(env.NETLATCH_IDENTITY, 'NETLATCH_IDENTITY')))
    lookedIn.push('NETLATCH_IDENTITY')
  }
  if (named || identities.length === 0) {
    const path = named || defaultIdentityFile(env, home)
    const found = await readIdentityFile(path)
    if (!found && named)
      throw new NetlatchError('VAULT_LOCKED', `${path}: there is no such identity file.`, {
        advice: 'Correct NETLATCH_IDENTITY_FILE or the setting that names it.',
      })
    identities.push(...(found ?? []))
    lookedIn.push(`${shorten(path, home)}${found ? '' : ' (not there)'}`)
  }
  const passphrase = env.NETLATCH_PASSPHRASE
  if (passphrase) lookedIn.push('NETLATCH_PASSPHRASE')
  return { identities, ...(passphrase && { passphrase: new Secret(passphrase) }), lookedIn }
}

/** `$XDG_CONFIG_HOME/netlatch/identity.txt`, by default below `~/.config`. */
export function defaultIdentityFile(env: KeySources['env'], home: string): string {
  const configured = env.XDG_CONFIG_HOME
  // The XDG specification has relative paths ignored.
  const folder = configured && isAbsolute(configured) ? configured : join(home, '.config')
  return join(folder, 'netlatch', 'identity.txt')
}

function shorten(path: string, home: string): string {
  return path.startsWith(home + sep) ? `~${path.slice(home.length)}` : path
}
