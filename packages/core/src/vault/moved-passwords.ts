import { NetlatchError } from '../errors.ts'
import { foldUsername } from '../safety/realms.ts'
import type { StateStore } from '../state/state-store.ts'
import type { ReadLogins } from './logins.ts'
import type { OpenVault } from './open-vault.ts'

/**
 * Throws INPUT_INVALID for a login whose password has opened devices under a username that none has any more: where a form shows
 * no passwords, whoever changes a username easily leaves the old one's password behind it. Nothing says whether the new one
 * has it too, and trying would cost its account a failure.
 */
export async function refuseMovedPasswords(
  { credentials, secrets }: ReadLogins,
  vault: OpenVault,
  state: Pick<StateStore, 'devices' | 'history'>,
): Promise<void> {
  const present = new Set(vault.credentials.map(({ username }) => foldUsername(username)))
  const current = new Set(vault.credentials.flatMap(({ name }) => vault.sealedSecretIds(name, 'login')))
  const deviceOf = new Map<string, string>()
  for (const { device, secretId } of (await state.devices()).values())
    if (secretId !== undefined && !current.has(secretId)) deviceOf.set(secretId, device)
  for (const [secretId, device] of deviceOf) {
    const opened = (await state.history(device)).filter((each) => each.purpose === 'login' && each.outcome === 'ok')
    const gone = [...new Set(opened.map(({ username }) => username))].filter((one) => !present.has(foldUsername(one)))
    for (const { name, username } of credentials) {
      const { password } = secrets.get(name) ?? {}
      const before = password && gone.find((one) => vault.secretId(one, { password }, 'login') === secretId)
      if (before !== undefined) throw moved(name, before, username)
    }
  }
}

function moved(name: string, before: string, username: string): NetlatchError {
  return new NetlatchError(
    'INPUT_INVALID',
    `Login ${name}: its password opened devices as ${before}, and its username is ${username} now.`,
    {
      advice: `Type the password of ${username}. If both have the same one, keep ${before} in a login of its own, even one that is used nowhere.`,
    },
  )
}
