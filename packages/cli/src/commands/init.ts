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
  const present = await readVault(vaultPath)
  const hasVault = present !== undefined
  const identity = await ensureIdentityFile(identityPath)
  if (!hasVault) {
    const you = { name: userName(), age: identity.recipient }
    const vault = await withRecovery(context, options, (recovery) => createVault(vaultPath, [you, ...recovery]))
    vault.close()
  }
  const made = hasVault ? created : [...created, 'credentials.yaml']
  const isRecipient = !present || present.recipients.some((each) => 'age' in each && each.age === identity.recipient)
  const ids = { identity: identityPath, recipient: identity.recipient, isRecipient }
  terminal.emit({ type: 'created', folder, created: made, kept, ...ids })
  if (terminal.json) return 0
  terminal.say(made.length > 0 ? `Created in ${folder}` : `Everything is there already in ${folder}`)
  if (made.length > 0) terminal.say(table(made.map((name) => [name, meanings[name] ?? ''])))
  const left = hasVault ? [...kept, 'credentials.yaml'] : kept
  if (left.length > 0) terminal.say(`\nLeft as they are: ${left.join(', ')}`)
  if (!isRecipient) {
    terminal.say(`\nYour identity  ${identityPath}  (keep a copy). It does not open this vault yet.`)
    terminal.say('\nNext: somebody who opens it adds your public key, commits, and you pull')
    terminal.say(`  netlatch vault recipients add ${userName()} ${identity.recipient}`)
    return 0
  }
  terminal.say(`\nYour identity  ${identityPath}`)
  terminal.say('Keep a copy: without it, or a recovery passphrase, nobody opens this vault.')
  if (!made.includes('inventory.yaml')) return 0
  terminal.say('\nNext: write your devices into inventory.yaml, or bring them; then a credential')
  terminal.say('  netlatch inventory import ansible|oxidized|nornir|csv <file>')
  terminal.say('  netlatch vault add netops --username netops --tags core --hosts 10.0.0.0/8')
  return 0
}

/** Asks for a recovery passphrase until there is one that the vault takes, or none is wanted. */
async function withRecovery<T>(
  { terminal, globals }: CommandContext,
  options: InitOptions,
  create: (recovery: readonly NewRecipient[]) => Promise<T>,
): Promise<T> {
  if (!options.recovery || globals.yes || !terminal.isInteractive) return create([])
  for (;;) {
    const passphrase = await askSecret(terminal, 'Recovery passphrase, several random words (empty: none)')
    if (passphrase.reveal() === '') return create([])
    // A slip of the finger here would be noticed on the day everything else is lost.
    const again = await askSecret(terminal, 'The same again')
    if (again.reveal() !== passphrase.reveal()) {
      terminal.note('  That was not the same twice.')
      continue
    }
    try {
      return await create([{ name: 'recovery', passphrase }])
    } catch (error) {
      if (!(error instanceof NetlatchError && error.code === 'USAGE')) throw error
      terminal.note(`  ${error.message} ${error.advice ?? ''}`.trimEnd())
    }
  }
}

function userName(): string {
  return process.env.USER || process.env.USERNAME || 'me'
}
