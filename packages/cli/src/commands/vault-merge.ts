import { homedir } from 'node:os'
import { findVaultKeys, type MergeVaultOptions, mergeVault, mergeVaultFiles, NetlatchError } from '@netlatch/core'
import { type Command, Option } from 'commander'
import { askSecret } from '../ask.ts'
import type { Action, CommandContext, Register } from '../command-context.ts'
import { readSecret, type SecretOptions, withSecretInput } from '../secret-input.ts'
import { tell } from '../tell.ts'

interface MergeOptions extends SecretOptions {
  readonly driver?: boolean
  readonly prefer?: 'ours' | 'theirs'
}

export function registerVaultMerge(vault: Command, register: Register): void {
  register(
    withSecretInput(
      vault
        .command('merge')
        .description('merge the vault credential by credential, after a conflict in git')
        .argument('[files...]', 'with --driver: the base, ours and theirs')
        .option('--driver', "as git's merge driver: %O %A %B")
        .addOption(
          new Option('--prefer <side>', 'which side wins where both changed the same thing').choices([
            'ours',
            'theirs',
          ]),
        ),
    ),
    merge,
  )
}

const merge: Action<MergeOptions> = async (context, options, files) => {
  if (options.driver) return asDriver(context, options, files)
  if (files.length > 0)
    throw new NetlatchError('USAGE', 'merge takes files only with --driver.', {
      advice: 'In a conflict: netlatch vault merge',
    })
  const { terminal } = context
  await using netlatch = await context.open({ allowProblems: true })
  const file = netlatch.vaultFile?.yaml.file ?? 'credentials.yaml'
  const askPassphrase = (name: string) => readSecret(terminal, options, `Passphrase of ${name}, which keeps opening it`)
  const conflicts = await mergeVault(netlatch, { ...preferOf(options), askPassphrase })
  const done = `Merged: every seal holds. Review it, then: git add ${file}`
  tell(terminal, { type: 'merged', conflicts }, conflicts.length === 0 ? done : conflictText(file, conflicts))
  return conflicts.length > 0 ? 1 : 0
}

/** Git takes any exit code but 0 for a conflict, and keeps the three versions. */
async function asDriver(
  { globals, terminal }: CommandContext,
  options: MergeOptions,
  [base, ours, theirs, more]: readonly string[],
): Promise<number> {
  if (base === undefined || ours === undefined || theirs === undefined || more !== undefined)
    throw new NetlatchError('USAGE', '--driver takes three files: netlatch vault merge --driver %O %A %B')
  const keys = await findVaultKeys({ env: process.env, home: homedir() })
  const passphrase = globals.passphrase ? await askSecret(terminal, 'Passphrase of the vault') : keys.passphrase
  const conflicts = await mergeVaultFiles(
    { base, ours, theirs },
    { ...keys, ...(passphrase && { passphrase }) },
    preferOf(options),
  )
  if (conflicts.length > 0) terminal.note(conflictText('the vault', conflicts))
  return conflicts.length > 0 ? 1 : 0
}

function preferOf({ prefer }: MergeOptions): Pick<MergeVaultOptions, 'prefer'> {
  return prefer === undefined ? {} : { prefer }
}

function conflictText(file: string, conflicts: readonly string[]): string {
  const what = conflicts.length === 1 ? 'this' : 'these'
  return `${file}: both sides changed ${what}: ${conflicts.join(', ')}. Nothing was written.\n  netlatch vault merge --prefer ours|theirs`
}
