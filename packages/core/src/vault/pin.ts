import { NetlatchError } from '../errors.ts'
import type { VaultPin } from '../state/state-store.ts'
import { sameText } from './data-key.ts'
import type { OpenVault } from './open-vault.ts'
import { continues } from './succession.ts'

export interface PinOptions {
  /** From NETLATCH_VAULT_FINGERPRINT or n8n's credential: refuses every other data key, a rotated one included. */
  readonly expectedFingerprint?: string | undefined
}

/**
 * Checks an opened vault against what this machine knew of it, and returns what it knows now. age does not say who wrapped
 * a key: without this, anybody could make a valid vault for public recipients. Throws VAULT_REPLACED or VAULT_ROLLED_BACK.
 */
export function checkPin(vault: OpenVault, pin: VaultPin | undefined, options: PinOptions = {}): VaultPin {
  const { expectedFingerprint } = options
  if (expectedFingerprint && !sameFingerprint(expectedFingerprint, vault.fingerprint))
    throw replaced(vault, expectedFingerprint, 'NETLATCH_VAULT_FINGERPRINT asks for another vault')
  if (pin) {
    if (pin.vaultId !== vault.file.id) throw replaced(vault, pin.fingerprint)
    if (vault.file.epoch < pin.epoch) throw rolledBack(vault, `epoch ${vault.file.epoch}, seen ${pin.epoch}`)
    const isProven =
      vault.file.epoch === pin.epoch
        ? sameFingerprint(pin.fingerprint, vault.fingerprint)
        : continues(vault.successionSteps, pin.fingerprint, vault.dataKey)
    if (!isProven) throw replaced(vault, pin.fingerprint)
    for (const { name, rev } of vault.credentials) {
      const seen = seenRev(pin, name)
      if (rev < seen) throw rolledBack(vault, `${name} rev ${rev}, seen ${seen}`)
    }
  }
  return pinOf(vault, pin)
}

/**
 * What a person accepts with `vault accept --fingerprint`: the vault as it is now becomes the known one. What was seen of
 * credentials that are not in it stays known.
 */
export function acceptVault(vault: OpenVault, fingerprint: string, pin: VaultPin | undefined): VaultPin {
  const digits = fingerprint.replace(/[^0-9a-z]/gi, '')
  const ask = 'Ask whoever rotated the vault for its whole fingerprint: netlatch vault fingerprint'
  if (!/^[0-9a-f]{32}$/i.test(digits))
    throw new NetlatchError(
      'USAGE',
      digits === ''
        ? 'No fingerprint was given.'
        : `"${fingerprint}" is no whole fingerprint: it has 32 digits, 0 to f.`,
      { advice: ask },
    )
  if (!sameFingerprint(fingerprint, vault.fingerprint))
    throw new NetlatchError(
      'VAULT_REPLACED',
      `${vault.file.yaml.file} has the fingerprint ${vault.fingerprint}, not ${fingerprint}. Refused.`,
      { advice: ask },
    )
  return pinOf(vault, pin)
}

/** The highest revision that was seen of a credential, also of one that another branch does not have; 0 for none. */
export function seenRev(pin: VaultPin | undefined, name: string): number {
  return pin && Object.hasOwn(pin.revs, name) ? (pin.revs[name] ?? 0) : 0
}

/**
 * A credential that is absent may be removed, or of another branch: its revision is kept, or a file from before it was made would be
 * the way back to an old record of it.
 */
function pinOf(vault: OpenVault, before: VaultPin | undefined): VaultPin {
  const known = before?.vaultId === vault.file.id ? before.revs : {}
  const revs = vault.credentials.map(({ name, rev }) => [name, rev] as const)
  return {
    vaultId: vault.file.id,
    fingerprint: vault.fingerprint,
    epoch: vault.file.epoch,
    revs: { ...known, ...Object.fromEntries(revs) },
  }
}

/** All 128 bits must be there; how people group and spell them does not matter. */
function sameFingerprint(a: string, b: string): boolean {
  const bare = (text: string) => text.replace(/[^0-9a-z]/gi, '').toLowerCase()
  return bare(a) !== '' && sameText(bare(a), bare(b))
}

function replaced(vault: OpenVault, known: string, because?: string): NetlatchError {
  const { file } = vault.file.yaml
  const keys = `key ${known.slice(0, 4)}… is now ${vault.fingerprint.slice(0, 4)}…`
  return new NetlatchError(
    'VAULT_REPLACED',
    because === undefined
      ? `${file} is not the vault this machine knows (${keys}). Refused.`
      : `${file}: ${because} (${keys}). Refused.`,
    {
      advice: [
        `Expected after a rotation you were told about:  netlatch vault accept --fingerprint ${vault.fingerprint}`,
        `Otherwise somebody replaced the file: git log -p ${file}`,
      ].join('\n'),
    },
  )
}

function rolledBack(vault: OpenVault, difference: string): NetlatchError {
  const { file } = vault.file.yaml
  return new NetlatchError(
    'VAULT_ROLLED_BACK',
    `${file} is older than the vault this machine has seen (${difference}). Refused.`,
    {
      advice: [
        `Expected after going back in git:  netlatch vault accept --fingerprint ${vault.fingerprint}`,
        `Otherwise somebody put an old file back: git log -p ${file}`,
      ].join('\n'),
    },
  )
}
