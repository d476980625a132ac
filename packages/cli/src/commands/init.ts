import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import {
  createVault,
  createWorkspace,
  defaultIdentityFile,
  ensureIdentityFile,
  NetlatchError,
  type NewRecipient,
  readVault,
} from '@netlatch/core'
import type { Command } from 'commander'
import { askSecret } from '../ask.ts'
import type { Action, CommandContext, Register } from '../command-context.ts'
import { table } from '../table.ts'

interface InitOptions {
  readonly recovery: boolean
}

const meanings: Readonly<Record<string, string>> = {
  'netlatch.yaml': 'settings, all commented',
  'inventory.yaml': 'two example devices',
  known_hosts: 'host keys, empty',
  '.gitignore': '.netlatch/  backups.git/',
  'credentials.yaml': 'the vault, safe to commit',
}

export function registerInit(program: Command, register: Register): void {
  register(
    program
      .command('init')
      .description('create a workspace in this folder')
      .option('--no-recovery', 'no recovery passphrase (with --yes there is none)'),
    init,
  )
}

const init: Action<InitOptions> = async (context, options) => {
  const { terminal, globals } = context
  const folder = resolve(globals.workspace ?? (process.env.NETLATCH_WORKSPACE || '.'))
  const identityPath = defaultIdentityFile(process.env, homedir())
  const { created, kept } = await createWorkspace(folder)
  const vaultPath = join(folder, 'credentials.yaml')
  const hasVault = (await readVault(vaultPath)) !== undefined
  const identity = await ensureIdentityFile(identityPath)
  if (!hasVault) {
    const recovery = await recoveryRecipient(context, options)
    const vault = await createVault(vaultPath, [{ name: userName(), age: identity.recipient }, ...recovery])
    vault.close()
  }
  const made = hasVault ? created : [...created, 'credentials.yaml']
  terminal.emit({ type: 'created', folder, created: made, kept, identity: identityPath })
  if (terminal.json) return 0
  terminal.say(`Created in ${folder}`)
  terminal.say(table(made.map((name) => [name, meanings[name] ?? ''])))
  const left = hasVault ? [...kept, 'credentials.yaml'] : kept
  if (left.length > 0) terminal.say(`\nLeft as they are: ${left.join(', ')}`)
  terminal.say(
    `\nYour identity  ${identityPath}  (keep a copy: without it, or a recovery\npassphrase, nobody opens this vault)`,
  )
  terminal.say('\nNext: put your devices into inventory.yaml, then add a credential')
  terminal.say('  netlatch vault add netops --username netops --tags core --hosts 10.0.0.0/8')
  return 0
}

async function recoveryRecipient({ terminal, globals }: CommandContext, options: InitOptions): Promise<NewRecipient[]> {
  if (!options.recovery || globals.yes || !terminal.isInteractive) return []
  const passphrase = await askSecret(terminal, 'Recovery passphrase, several random words (empty: none)')
  if (passphrase.reveal() === '') return []
  // A slip of the finger here would be noticed on the day everything else is lost.
  const again = await askSecret(terminal, 'The same again')
  if (again.reveal() !== passphrase.reveal())
    throw new NetlatchError('USAGE', 'The two passphrases differ. No vault was made.', { advice: 'netlatch init' })
  return [{ name: 'recovery', passphrase }]
}

function userName(): string {
  return process.env.USER || process.env.USERNAME || 'me'
}
