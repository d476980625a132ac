import { join } from 'node:path'
import { NetlatchError } from '../errors.ts'
import type { Credential } from '../model.ts'
import type { AccountCharge } from '../safety/attempt.ts'
import { accountPolicy, foldUsername, onDevice } from '../safety/realms.ts'
import type { StateStore } from '../state/state-store.ts'
import { setCredential } from '../vault/edit-credentials.ts'
import { replaceFile } from '../vault/write-vault.ts'
import { editYaml } from '../workspace/yaml-edit.ts'
import { parseYaml } from '../workspace/yaml-file.ts'
import { changeVault } from './change-vault.ts'
import type { Netlatch } from './netlatch.ts'

/** Who counts the failed logins of a username: one login server, or each device for itself. */
export type UsernameAnswer = 'server' | 'device'

export interface AnsweredUsername {
  readonly realm: string
  /** Credentials that have that realm now. */
  readonly credentials: readonly string[]
  /** Files that changed, for review. */
  readonly files: readonly string[]
  /** Failed logins that count in the new realm as well. */
  readonly failed: number
  readonly threshold: number | 'none'
}

/**
 * Keeps the answer to the one question of a plan as the realm of the credentials of that username that name none. What failed
 * before counts on under the new name. Throws NOT_FOUND when there are none of those, and VAULT_LOCKED.
 */
export async function answerUsername(
  netlatch: Netlatch,
  username: string,
  answer: UsernameAnswer,
): Promise<AnsweredUsername> {
  const { realms } = netlatch.workspace.settings
  const folded = foldUsername(username)
  const credentials = undeclared(netlatch.credentials, folded)
  if (credentials.length === 0) throw nothingToAnswer(netlatch, username, folded)
  const realm = answer === 'device' ? onDevice : `${folded.replace(/[^a-z0-9._-]/g, '-')}-server`
  const isNew = realm !== onDevice && !Object.hasOwn(realms, realm)
  if (!isNew && realm !== onDevice && realms[realm]?.kind !== 'server')
    throw new NetlatchError('USAGE', `netlatch.yaml has a realm ${realm} of another kind.`, {
      advice: `netlatch vault set ${credentials[0]?.name} --realm <realm>`,
    })
  const policy = accountPolicy(realms[realm] ?? { kind: answer })
  // Before any file changes: a count too many is safe, a forgotten one is not.
  const failed = await carryOver(await netlatch.state(), folded, {
    realm,
    username: folded,
    policy,
    secrets: credentials.length,
  })
  const files = isNew ? [await declareServer(netlatch, realm)] : []
  await changeVault(netlatch, async (open) => {
    let vault = open
    for (const { name } of credentials) vault = await setCredential(vault, name, { realm })
    return { vault }
  })
  const vaultFile = netlatch.vaultFile?.yaml.file ?? 'credentials.yaml'
  return {
    realm,
    credentials: credentials.map(({ name }) => name),
    files: [...files, vaultFile],
    failed,
    threshold: policy.threshold,
  }
}

/** How many failed logins counted until now. */
async function carryOver(state: StateStore, username: string, to: AccountCharge): Promise<number> {
  const [before] = await state.accounts([{ realm: '', username }])
  await state.carryOver({ realm: '', username }, to)
  return before?.failed ?? 0
}

function undeclared(credentials: readonly Credential[], folded: string): readonly Credential[] {
  return credentials.filter(({ username, realm }) => realm === undefined && foldUsername(username) === folded)
}

function nothingToAnswer(netlatch: Netlatch, username: string, folded: string): NetlatchError {
  const [own] = netlatch.credentials.filter((each) => foldUsername(each.username) === folded)
  if (!own)
    return new NetlatchError('NOT_FOUND', `No credential of the vault has the username ${username}.`, {
      advice: 'netlatch vault list',
    })
  return new NetlatchError('NOT_FOUND', `Every credential of ${username} has a realm: ${own.realm}.`, {
    advice: `To change it: netlatch vault set ${own.name} --realm <realm>`,
  })
}

/** Adds the realm to netlatch.yaml; only its own lines change. */
async function declareServer({ workspace }: Netlatch, realm: string): Promise<string> {
  const file = 'netlatch.yaml'
  const path = workspace.file ?? join(workspace.folder, file)
  const before = workspace.source?.text
  const source = workspace.source ?? parseYaml('', file)
  const text = editYaml(source, [{ kind: 'set', path: ['realms', realm], value: { kind: 'server' } }])
  await replaceFile(path, text, before)
  return file
}
