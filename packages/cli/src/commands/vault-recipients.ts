import {
  addRecipient,
  changePassphrase,
  changeVault,
  credentialReach,
  type Netlatch,
  NetlatchError,
  type NewRecipient,
  rotateVault,
  type Secret,
} from '@netlatch/core'
import type { Command } from 'commander'
import { confirm } from '../ask.ts'
import type { Action, CommandContext, Register } from '../command-context.ts'
import { readNewSecret, readSecret, type SecretOptions, withSecretInput } from '../secret-input.ts'
import { table } from '../table.ts'
import { tell } from '../tell.ts'
import { count } from './plan-text.ts'
import { listOf } from './vault-fields.ts'

interface RotateOptions extends SecretOptions {
  readonly drop?: readonly string[]
}

export function registerVaultRecipients(vault: Command, register: Register): void {
  const recipients = vault.command('recipients').description('who can open the vault')
  register(recipients.command('list').description('who can open it, and with what'), list)
  register(
    withSecretInput(
      recipients
        .command('add')
        .description('let somebody open it from now on: with an age key, or with a passphrase that is asked for')
        .argument('<name>')
        .argument('[age]', 'their public key, age1…'),
    ),
    add,
  )
  register(
    withSecretInput(
      recipients
        .command('remove')
        .description('rotate the vault without them, and list the passwords they could read')
        .argument('<recipient...>'),
    ),
    (context, options: SecretOptions, args) => rotate(context, options, args),
  )
  register(
    withSecretInput(
      vault
        .command('rotate')
        .description('a new data key: everything is sealed anew for those who stay')
        .option('--drop <a,b>', 'recipients who do not stay', listOf),
    ),
    (context, options: RotateOptions) => rotate(context, options, options.drop ?? []),
  )
  register(
    withSecretInput(
      vault
        .command('change-passphrase')
        .description('another passphrase for a recipient who has one')
        .argument('[recipient]', 'which one, when there are several'),
    ),
    renew,
  )
}

const list: Action<object> = async ({ terminal, open }) => {
  await using netlatch = await open({ allowProblems: true })
  const recipients = (netlatch.vaultFile?.recipients ?? []).map((recipient) => ({
    name: recipient.name,
    opensWith: 'age' in recipient ? recipient.age : 'a passphrase',
  }))
  for (const recipient of recipients) terminal.emit({ type: 'recipient', ...recipient })
  if (!terminal.json)
    terminal.say(
      table(
        recipients.map(({ name, opensWith }) => [name, opensWith]),
        { head: ['Name', 'Opens it with'] },
      ),
    )
  return 0
}

const add: Action<SecretOptions> = async ({ terminal, open }, options, [name = '', age]) => {
  await using netlatch = await open({ allowProblems: true })
  const recipient: NewRecipient =
    age === undefined
      ? { name, passphrase: await readNewSecret(terminal, options, `Passphrase of ${name}`) }
      : { name, age }
  await changeVault(netlatch, async (vault) => ({ vault: await addRecipient(vault, recipient) }))
  const text = `${name} opens the vault from now on, and every password in it. Commit it, and tell them: netlatch vault fingerprint`
  tell(terminal, { type: 'recipientAdded', recipient: name }, text)
  return 0
}

async function rotate(context: CommandContext, options: SecretOptions, drop: readonly string[]): Promise<number> {
  const { terminal, globals } = context
  await using netlatch = await context.open({ allowProblems: true })
  const who = drop.length > 0 ? ` without ${drop.join(', ')}` : ''
  const yes = await confirm(terminal, {
    message: `Seal everything anew under a new key${who}?`,
    yes: globals.yes === true,
    otherwise: `Add --yes to rotate the vault${who}.`,
  })
  if (!yes) return 2
  const passphrases = await passphrasesOf(netlatch, context, options, drop)
  const { exposed, fingerprint } = await changeVault(netlatch, (vault) => rotateVault(vault, { drop, passphrases }))
  const devices = exposed.map((name) => devicesOf(netlatch, name))
  terminal.emit({ type: 'rotated', fingerprint, dropped: drop, exposed: devices })
  if (terminal.json) return 0
  terminal.say(`The vault has a new key: ${fingerprint}`)
  terminal.say('Tell the others before they pull: who compares it is not fooled by somebody who had the old key.')
  if (devices.length === 0) return 0
  terminal.say(
    `\n${drop.join(', ')} could read ${exposed.length === 1 ? 'this password' : 'these passwords'}, and still can in older commits. Change them on the devices:`,
  )
  terminal.say(
    table(
      devices.map(({ credential, username, devices: reach }) => [
        credential,
        username,
        count(reach, 'device'),
        `netlatch vault set ${credential}`,
      ]),
    ),
  )
  return 0
}

function devicesOf(netlatch: Netlatch, name: string) {
  const credential = netlatch.credentials.find((each) => each.name === name)
  const reach = credential ? credentialReach(netlatch, credential).inScope.length : 0
  return { credential: name, username: credential?.username ?? '', devices: reach }
}

/** A new key cannot be wrapped for those who open the vault with a passphrase without it. */
async function passphrasesOf(
  { vaultFile }: Netlatch,
  { terminal }: CommandContext,
  options: SecretOptions,
  drop: readonly string[] = [],
): Promise<Readonly<Record<string, Secret>>> {
  const staying = (vaultFile?.recipients ?? []).filter((each) => 'scrypt' in each && !drop.includes(each.name))
  const hasSource = options.secretFd !== undefined || options.secretEnv !== undefined
  if (staying.length > 1 && hasSource)
    throw new NetlatchError('USAGE', `${staying.length} recipients open the vault with a passphrase of their own.`, {
      advice: 'Run it in a terminal, which asks for each, or --drop all but one of them.',
    })
  const passphrases: Record<string, Secret> = {}
  for (const { name } of staying)
    passphrases[name] = await readSecret(terminal, options, `Passphrase of ${name}, who stays`)
  return passphrases
}

const renew: Action<SecretOptions> = async (context, options, [given]) => {
  const { terminal } = context
  await using netlatch = await context.open({ allowProblems: true })
  const names = (netlatch.vaultFile?.recipients ?? []).flatMap((each) => ('scrypt' in each ? [each.name] : []))
  const name = given ?? (names.length === 1 ? names[0] : undefined)
  if (name === undefined)
    throw new NetlatchError(
      'USAGE',
      names.length === 0 ? 'Nobody opens this vault with a passphrase.' : 'Whose passphrase?',
      {
        advice:
          names.length === 0
            ? 'netlatch vault recipients add recovery'
            : `netlatch vault change-passphrase ${names.join(' | ')}`,
      },
    )
  const passphrase = await readNewSecret(terminal, options, `New passphrase of ${name}`)
  await changeVault(netlatch, async (vault) => ({ vault: await changePassphrase(vault, name, passphrase) }))
  const text = `${name} has a new passphrase. The old one still opens older commits: where that matters, netlatch vault rotate`
  tell(terminal, { type: 'passphraseChanged', recipient: name }, text)
  return 0
}
