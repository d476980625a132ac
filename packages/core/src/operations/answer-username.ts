import { join } from 'node:path'
import { NetlatchError } from '../errors.ts'
import type { Credential } from '../model.ts'
import type { Abortable } from '../progress.ts'
import { accountBudget } from '../safety/account-budget.ts'
import { accountPolicy, foldUsername, onDevice } from '../safety/realms.ts'
import { setCredential } from '../vault/edit-credentials.ts'
import { replaceFile } from '../vault/write-vault.ts'
import { editYaml } from '../workspace/yaml-edit.ts'
import { parseYaml } from '../workspace/yaml-file.ts'
import { changeVault } from './change-vault.ts'
import type { Netlatch } from './netlatch.ts'

/** Who counts the failed logins of a username: one login server, or each device for itself. */
export type UsernameAnswer = 'server' | 'device'

export interface AnswerWarning {
  readonly username: string
  /** Failed logins that count now, and would not in the new realm. */
  readonly failed: number
  /** In a row at the worst, on the server or on one device: these and those that the new count allows. */
  readonly worstCase: number
  readonly threshold: number | 'none'
}

export interface AnswerOptions extends Abortable {
  /** Asked only where failed logins would be forgotten; true goes on. */
  readonly confirm: (warning: AnswerWarning) => Promise<boolean>
}

export interface AnsweredUsername {
  readonly answered: boolean
  readonly realm: string
  /** Credentials that have that realm now. */
  readonly credentials: readonly string[]
  /** Files that changed, for review. */
  readonly files: readonly string[]
}

/**
 * Keeps the answer to the one question of a plan as the realm of the credentials of that username that name none. Throws
 * NOT_FOUND when there are none of those, and VAULT_LOCKED.
 */
export async function answerUsername(
  netlatch: Netlatch,
  username: string,
  answer: UsernameAnswer,
  options: AnswerOptions,
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
  const state = await netlatch.state()
  const [standing] = await state.accounts([{ realm: '', username: folded }])
  const policy = accountPolicy(realms[realm] ?? { kind: answer })
  if (standing && standing.failed > 0) {
    const worstCase = standing.failed + accountBudget(policy).total
    const warning = { username, failed: standing.failed, worstCase, threshold: policy.threshold }
    if (!(await options.confirm(warning))) return { answered: false, realm, credentials: [], files: [] }
  }
  const files = isNew ? [await declareServer(netlatch, realm)] : []
  await changeVault(netlatch, async (open) => {
    let vault = open
    for (const { name } of credentials) vault = await setCredential(vault, name, { realm })
    return { vault }
  })
  const vaultFile = netlatch.vaultFile?.yaml.file ?? 'credentials.yaml'
  return { answered: true, realm, credentials: credentials.map(({ name }) => name), files: [...files, vaultFile] }
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
