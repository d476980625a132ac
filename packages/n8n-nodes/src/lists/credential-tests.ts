import { checkLogins, type Netlatch } from '@netlatch/core'
import type {
  ICredentialDataDecryptedObject,
  ICredentialsDecrypted,
  ICredentialTestFunctions,
  INodeCredentialTestResult,
} from 'n8n-workflow'
import { withoutSecrets, wording } from '../run/wording.ts'
import { accessByEnvironment } from '../workspace/file-access.ts'
import { findWorkspaces, leaseWorkspace } from '../workspace/find-workspaces.ts'
import { type LoginsCredential, loginsOf } from '../workspace/logins-credential.ts'
import type { Surroundings } from '../workspace/surroundings.ts'
import type { WorkspaceCredential } from '../workspace/workspace-credential.ts'

const shownProblems = 3

/** The Test button: opens the workspaces and unlocks their vaults. Nothing is connected. */
export async function testWorkspace(
  this: ICredentialTestFunctions,
  { data }: ICredentialsDecrypted<ICredentialDataDecryptedObject>,
): Promise<INodeCredentialTestResult> {
  const surroundings: Surroundings = {
    credential: data as unknown as WorkspaceCredential,
    env: process.env,
    mayUseFile: accessByEnvironment(process.env),
  }
  try {
    return { status: 'OK', message: await lookAround(surroundings) }
  } catch (error) {
    const { message, description } = wording(error)
    return { status: 'Error', message: `${message}. ${description}`.trim() }
  }
}

/** The Test button of the logins: whether each could be used. Nothing is connected, nothing is sent. */
export async function testLogins(
  this: ICredentialTestFunctions,
  { data }: ICredentialsDecrypted<ICredentialDataDecryptedObject>,
): Promise<INodeCredentialTestResult> {
  try {
    const logins = loginsOf(data as unknown as LoginsCredential)
    checkLogins(logins)
    return { status: 'OK', message: `${count(logins.length, 'login')} can be used.` }
  } catch (error) {
    const { message, description } = wording(error)
    return { status: 'Error', message: `${message}. ${description}`.trim() }
  }
}

/** `3 workspaces, 412 devices, 6 credentials. 2 problems: acme/inventory.yaml:14 …` */
async function lookAround(surroundings: Surroundings): Promise<string> {
  const { workspaces, isOne } = await findWorkspaces(surroundings)
  const problems: string[] = []
  let devices = 0
  let credentials = 0
  for (const place of workspaces) {
    await using lease = await leaseWorkspace(place, surroundings, { allowProblems: true })
    const { netlatch } = lease
    await openAll(netlatch, surroundings.credential).catch((error: unknown) => {
      throw withoutSecrets(error, netlatch)
    })
    devices += netlatch.inventory.devices.length
    credentials += netlatch.credentials.length
    const prefix = isOne ? '' : `${place.name}/`
    for (const { at, message } of netlatch.problems) problems.push(`${prefix}${at.file}:${at.line} ${message}`)
  }
  const found = [count(workspaces.length, 'workspace'), count(devices, 'device'), count(credentials, 'credential')]
  const more = problems.length > shownProblems ? ' …' : ''
  const told =
    problems.length === 0
      ? ''
      : ` ${count(problems.length, 'problem')}: ${problems.slice(0, shownProblems).join('; ')}${more}`
  return `${found.join(', ')}.${told}`
}

async function openAll(netlatch: Netlatch, { unlock, state }: WorkspaceCredential): Promise<void> {
  if (unlock !== 'nothing' && netlatch.vaultFile) await netlatch.vault()
  if (state) await netlatch.state()
}

function count(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? '' : 's'}`
}
