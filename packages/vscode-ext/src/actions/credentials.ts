import * as vscode from 'vscode'
import type { App } from '../app.ts'
import type { Folder } from '../folders.ts'
import type { SecretParts } from '../service/credential-methods.ts'
import { requireTrust } from '../trust.ts'
import { whereOf } from './logins.ts'
import { chooseCredential, targetOf } from './targets.ts'

/** Asks for one thing after the other; leaving any of them leaves all. */
export async function addCredential(app: App, given: unknown): Promise<void> {
  const folder = await folderOf(app, given)
  if (!folder) return
  const fields = await askFields(app, folder)
  if (!fields) return
  const secret = await askSecret(`Secret of ${fields.name}`)
  if (!secret) return
  const credential = { ...fields, secret }
  const done = await app.unlocking.with(folder, async () => {
    await app.services.operations.call('addCredential', { ...whereOf(folder), credential })
    return true
  })
  if (!done) return
  await app.folders.reload(folder.folder)
  app.log.info(`Added credential ${fields.name}`)
}

export async function changeSecret(app: App, given: unknown): Promise<void> {
  const chosen = await chooseCredential(app, given)
  if (!chosen) return
  const { folder, credential } = chosen
  const secret = await askSecret(`New secret of ${credential}`)
  if (!secret) return
  const done = await app.unlocking.with(folder, async () => {
    await app.services.operations.call('changeSecret', { ...whereOf(folder), credential, secret })
    return true
  })
  if (!done) return
  await app.folders.reload(folder.folder)
  app.log.info(`Changed the secret of ${credential}`)
}

export async function releaseCredential(app: App, given: unknown): Promise<void> {
  const chosen = await chooseCredential(app, given)
  if (!chosen) return
  const { folder, credential } = chosen
  const answer = await vscode.window.showWarningMessage(
    `Release ${credential}?`,
    {
      modal: true,
      detail: 'You vouch for its secret: its quarantine and the spent budget of its accounts are lifted.',
    },
    'Release',
  )
  if (answer !== 'Release') return
  const lifted = await app.unlocking.with(folder, () =>
    app.services.operations.call('release', { ...whereOf(folder), credential }),
  )
  if (!lifted) return
  app.log.info(`Released ${credential}: ${lifted.quarantines} quarantines, ${lifted.failures} failures lifted`)
  app.folders.touch(folder.folder)
}

/** Seals a secret of an inventory and takes it out of the file. The file is saved before: what stands in it is what is moved. */
export async function moveSecret(app: App, folder: Folder, path: string, place: string): Promise<void> {
  const document = await vscode.workspace.openTextDocument(path)
  if (document.isDirty && !(await document.save())) return
  const answer = await vscode.window.showWarningMessage(
    'Move this secret into the vault?',
    {
      modal: true,
      detail:
        'It is sealed in the vault, and its line is taken out of the file. What git and the local history of VS Code have of it stays there: change it on the devices.',
    },
    'Move',
  )
  if (answer !== 'Move') return
  const fields = await askFields(app, folder)
  if (!fields) return
  const done = await app.unlocking.with(folder, async () => {
    await app.services.operations.call('moveSecret', { ...whereOf(folder), place, credential: fields })
    return true
  })
  if (done) await app.folders.reload(folder.folder)
}

interface Fields {
  readonly name: string
  readonly username: string
  readonly realm?: string
  readonly tags: readonly string[]
  readonly hosts: readonly string[]
}

async function askFields(app: App, folder: Folder): Promise<Fields | undefined> {
  const known = await app.services.language.call('credentials', { folder: folder.folder })
  const name = await ask('Name of the credential', {
    placeHolder: 'tacacs-netops',
    validateInput: (text) => (known.some((each) => each.name === text) ? `${text} is in the vault already` : undefined),
  })
  if (name === undefined) return undefined
  const username = await ask(`Username of ${name}`)
  if (username === undefined) return undefined
  const tags = await vscode.window.showQuickPick(folder.tags, {
    title: `Tags of ${name}`,
    placeHolder: 'It is tried on devices that share a tag',
    canPickMany: true,
    ignoreFocusOut: true,
  })
  if (tags === undefined) return undefined
  const hosts = await ask(`Where ${name} may be sent`, {
    placeHolder: '10.0.0.0/8, *.core.example.net',
    prompt: 'Networks and name patterns with commas between them, or any. It is part of what is sealed.',
  })
  if (hosts === undefined) return undefined
  return { name, username, tags, hosts: hosts.split(/[\s,]+/).filter(Boolean) }
}

async function ask(title: string, options: vscode.InputBoxOptions = {}): Promise<string | undefined> {
  const typed = await vscode.window.showInputBox({ title, ignoreFocusOut: true, ...options })
  return typed?.trim() || undefined
}

/** The secret goes from the input to the service that seals it, and nowhere else. */
async function askSecret(title: string): Promise<SecretParts | undefined> {
  const kinds = [
    { label: 'Password', part: 'password' },
    { label: 'Enable Secret', part: 'enable' },
    { label: 'Private Key', part: 'privateKey' },
  ] as const
  const kind = await vscode.window.showQuickPick(kinds, { title, placeHolder: 'What is it?', ignoreFocusOut: true })
  if (!kind) return undefined
  if (kind.part === 'privateKey') {
    const [file] = (await vscode.window.showOpenDialog({ title, openLabel: 'Use This Key' })) ?? []
    return file && { privateKey: Buffer.from(await vscode.workspace.fs.readFile(file)).toString('utf8') }
  }
  const typed = await vscode.window.showInputBox({ title, password: true, ignoreFocusOut: true, prompt: kind.label })
  return typed ? { [kind.part]: typed } : undefined
}

async function folderOf(app: App, given: unknown): Promise<Folder | undefined> {
  const { folder } = targetOf(given)
  return (folder === undefined ? undefined : app.folders.get(folder)) ?? (await app.folders.choose())
}

/** Makes credentials follow a tag that is renamed. False: nothing was done, and the tag keeps its name. */
export async function followRename(
  app: App,
  { folder: key, credentials, from, to }: { folder: string; credentials: readonly string[]; from: string; to: string },
): Promise<boolean> {
  const folder = app.folders.get(key)
  if (!folder) return false
  requireTrust()
  const names = credentials.join(', ')
  const answer = await vscode.window.showWarningMessage(
    `${names} ${credentials.length === 1 ? 'matches' : 'match'} by the tag ${from}. Rename it in the vault too?`,
    { modal: true, detail: 'The vault is written at once; the inventory is changed in the editor.' },
    'Rename Everywhere',
  )
  if (answer === undefined) return false
  const done = await app.unlocking.with(folder, async () => {
    await app.services.operations.call('renameTagOf', { ...whereOf(folder), credentials, from, to })
    return true
  })
  return done ?? false
}
