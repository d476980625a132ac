import { homedir } from 'node:os'
import { relative } from 'node:path'
import { createVault, defaultIdentityFile, ensureIdentityFile } from '@netlatch/core'
import type { Command } from 'commander'
import type { Action, Register } from '../command-context.ts'
import { tell } from '../tell.ts'

export function registerVaultInit(vault: Command, register: Register): void {
  register(vault.command('init').description('create the vault of this workspace'), init)
}

const init: Action<object> = async ({ terminal, open }) => {
  await using netlatch = await open({ allowProblems: true })
  const identity = await ensureIdentityFile(defaultIdentityFile(process.env, homedir()))
  const path = netlatch.workspace.settings.credentials
  using vault = await createVault(path, [{ name: process.env.USER || 'me', age: identity.recipient }])
  tell(
    terminal,
    { type: 'created', path, fingerprint: vault.fingerprint },
    `Created ${path}, for your identity.\n\n${mergeSetup(relative(netlatch.workspace.folder, path))}`,
  )
  return 0
}

/** Nothing is installed: git's configuration is the user's. */
function mergeSetup(name: string): string {
  return [
    'So that git merges it credential by credential, once in each clone:',
    "  git config merge.netlatch.name 'Netlatch vault'",
    "  git config merge.netlatch.driver 'netlatch vault merge --driver %O %A %B'",
    `and once for all, in .gitattributes:  ${name.replaceAll('\\', '/')} merge=netlatch`,
  ].join('\n')
}
