import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import {
  acceptVault,
  addCredential,
  type CredentialChanges,
  type CredentialFields,
  type CredentialSource,
  createVault,
  defaultIdentityFile,
  ensureIdentityFile,
  type LoginSecret,
  NetlatchError,
  removeCredential,
  Secret,
  setCredential,
  setDefault,
} from '@netlatch/core'
import { type Command, InvalidArgumentError } from 'commander'
import { askText, confirm } from '../ask.ts'
import type { Action, CommandContext, Register } from '../command-context.ts'
import { problemText } from '../report-error.ts'
import { readSecret, type SecretOptions, withSecretInput } from '../secret-input.ts'
import { table } from '../table.ts'
import { count } from './plan-text.ts'

interface FieldOptions {
  readonly username?: string
  readonly realm?: string
  readonly priority?: number
  readonly tags?: readonly string[]
  readonly match?: string
  readonly hosts?: readonly string[]
  readonly ports?: readonly number[]
  readonly fallback?: boolean
}

interface SourceOptions extends SecretOptions {
  readonly reference?: string
  readonly privateKey?: string
}

interface SetOptions extends FieldOptions, SourceOptions {
  readonly password?: boolean
  readonly enable?: boolean
}

const list = (text: string) =>
  text
    .split(',')
    .map((each) => each.trim())
    .filter(Boolean)

const numbers = (text: string) =>
  list(text).map((each) => {
    if (!/^\d+$/.test(each)) throw new InvalidArgumentError('numbers are needed.')
    return Number(each)
  })

function withFields(command: Command): Command {
  return command
    .option('--username <name>', 'the login name')
    .option('--realm <realm>', 'who counts its failed logins: a name of realms:, or on-device')
    .option('--priority <number>', '1–1000, lower is tried first (100)', (text) => numbers(text)[0])
    .option('--tags <a,b>', 'devices that share a tag', list)
    .option('--match <selection>', 'devices of a selection')
    .option('--hosts <a,b>', 'where it may be sent: networks, name patterns, or any', list)
    .option('--ports <a,b>', 'and to which ports', numbers)
    .option('--fallback', 'break-glass: tried only when somebody asks for it')
    .option('--reference <ref>', 'env:NAME, file:… or another place that keeps the secret, instead of sealing it')
    .option('--private-key <file>', 'log in with this private key')
}

export function registerVault(program: Command, register: Register): void {
  const vault = program.command('vault').description('credentials, sealed in a file that is safe to commit')
  register(vault.command('init').description('create the vault of this workspace'), init)
  register(withSecretInput(withFields(vault.command('add').description('add a credential').argument('<name>'))), add)
  register(
    withSecretInput(
      withFields(vault.command('set').description('change a credential; asks for what changes').argument('<name>'))
        .option('--password', 'a new password (when no other change is named)')
        .option('--enable', 'a new enable secret'),
    ),
    set,
  )
  register(vault.command('remove').description('remove a credential').argument('<name>'), remove)
  register(
    vault.command('set-default').description('the credential that is tried last').argument('[name]'),
    makeDefault,
  )
  register(vault.command('list').description('the credentials, without their secrets'), show)
  register(vault.command('verify').description('unlock the vault and check every seal'), verify)
  register(vault.command('fingerprint').description('what others compare before they accept this vault'), fingerprint)
  register(
    vault
      .command('accept')
      .description('make a replaced vault the known one, once its fingerprint was compared')
      .requiredOption('--fingerprint <fingerprint>', 'as told by whoever rotated it'),
    accept,
  )
}

const init: Action<object> = async (context) => {
  await using netlatch = await context.open({ allowProblems: true })
  const identity = await ensureIdentityFile(defaultIdentityFile(process.env, homedir()))
  const path = netlatch.workspace.settings.credentials
  const vault = await createVault(path, [{ name: process.env.USER || 'me', age: identity.recipient }])
  say(context, { type: 'created', path, fingerprint: vault.fingerprint }, `Created ${path}, for your identity.`)
  vault.close()
  return 0
}

const add: Action<FieldOptions & SourceOptions> = async (context, options, [name = '']) => {
  await using netlatch = await context.open()
  const vault = await netlatch.vault()
  if (vault.file.credentials.some((credential) => credential.name === name))
    throw new NetlatchError('USAGE', `${name} is in the vault already.`, { advice: `netlatch vault set ${name}` })
  const username = options.username ?? (await askText(context.terminal, 'Username'))
  const hosts = options.hosts ?? list(await askText(context.terminal, 'Where may it be sent? Networks, names or any'))
  const fields = { priority: 100, ...fieldsOf(options), username, hosts } as CredentialFields
  await addCredential(vault, name, fields, await sourceOf(context, options, `Password of ${username}`))
  say(context, { type: 'added', credential: name }, `Added ${name}. Which devices: netlatch creds explain <device>`)
  return 0
}

const set: Action<SetOptions> = async (context, options, [name = '']) => {
  await using netlatch = await context.open()
  const vault = await netlatch.vault()
  if (!vault.credentials.some((credential) => credential.name === name))
    throw new NetlatchError('NOT_FOUND', `There is no credential ${name} in the vault.`, {
      advice: 'netlatch vault list',
    })
  await setCredential(vault, name, await changesOf(context, options, name))
  say(context, { type: 'changed', credential: name }, `Changed ${name}. Review: git diff ${vault.file.yaml.file}`)
  return 0
}

const remove: Action<object> = async (context, _options, [name = '']) => {
  await using netlatch = await context.open()
  const vault = await netlatch.vault()
  const yes = await confirm(context.terminal, {
    message: `Remove ${name}? Its secret is gone then.`,
    yes: context.globals.yes === true,
    otherwise: `Add --yes to remove ${name}.`,
  })
  if (!yes) return 2
  await removeCredential(vault, name)
  say(context, { type: 'removed', credential: name }, `Removed ${name}.`)
  return 0
}

const makeDefault: Action<object> = async (context, _options, [name]) => {
  await using netlatch = await context.open()
  await setDefault(await netlatch.vault(), name)
  say(
    context,
    { type: 'default', credential: name ?? null },
    name ? `${name} is tried last everywhere it may be sent.` : 'There is no default now.',
  )
  return 0
}

const show: Action<object> = async ({ terminal, open }) => {
  await using netlatch = await open({ allowProblems: true })
  for (const { origin: _, ...credential } of netlatch.credentials) terminal.emit({ type: 'credential', ...credential })
  if (terminal.json) return 0
  const rows = netlatch.credentials.map((each) => [
    each.name,
    each.username,
    each.realm ?? '',
    String(each.priority),
    each.match ?? each.tags.join(', '),
    each.hosts.join(', '),
    [each.reference ?? 'sealed', ...(each.fallback ? ['fallback'] : [])].join(' · '),
  ])
  if (rows.length === 0) terminal.say('No credential yet: netlatch vault add <name>')
  else
    terminal.say(
      table(rows, { head: ['Name', 'Username', 'Realm', 'Priority', 'Matches', 'Hosts', 'Secret'], right: [3] }),
    )
  return 0
}

const verify: Action<object> = async (context) => {
  await using netlatch = await context.open({ allowProblems: true })
  const vault = await netlatch.vault()
  const { problems, credentials } = vault
  for (const problem of problems) context.terminal.say(problemText(problem))
  const text = `${count(credentials.length, 'credential')}, every seal holds.`
  say(context, { type: 'verified', credentials: credentials.length, problems }, problems.length > 0 ? '' : text)
  return problems.length > 0 ? 4 : 0
}

const fingerprint: Action<object> = async (context) => {
  await using netlatch = await context.open({ allowProblems: true })
  const vault = await netlatch.vault()
  say(context, { type: 'fingerprint', fingerprint: vault.fingerprint }, vault.fingerprint)
  return 0
}

const accept: Action<{ readonly fingerprint: string }> = async (context, options) => {
  await using netlatch = await context.open({ allowProblems: true })
  const vault = await netlatch.vaultUnpinned()
  const state = await netlatch.state()
  await state.saveVaultPin(acceptVault(vault, options.fingerprint))
  say(
    context,
    { type: 'accepted', fingerprint: vault.fingerprint },
    `This is the known vault now: ${vault.fingerprint}`,
  )
  return 0
}

function say({ terminal }: CommandContext, object: Record<string, unknown>, text: string): void {
  terminal.emit(object)
  if (!terminal.json && text !== '') terminal.say(text)
}

function fieldsOf(options: FieldOptions): Partial<CredentialFields> {
  const { username, realm, priority, tags, match, hosts, ports, fallback } = options
  const given = Object.entries({ username, realm, priority, tags, match, hosts, ports, fallback })
  return Object.fromEntries(given.filter(([, value]) => value !== undefined))
}

async function sourceOf(
  { terminal }: CommandContext,
  options: SourceOptions,
  question: string,
): Promise<CredentialSource> {
  if (options.reference !== undefined) return { reference: options.reference }
  if (options.privateKey !== undefined) return { secret: await readPrivateKey(options.privateKey) }
  return { secret: { password: await readSecret(terminal, options, question) } }
}

async function readPrivateKey(path: string): Promise<LoginSecret> {
  return { privateKey: new Secret(await readFile(path, 'utf8')) }
}

async function changesOf({ terminal }: CommandContext, options: SetOptions, name: string): Promise<CredentialChanges> {
  const fields = fieldsOf(options)
  if (options.reference !== undefined) return { ...fields, reference: options.reference }
  if (options.privateKey !== undefined) return { ...fields, secret: await readPrivateKey(options.privateKey) }
  if (options.enable)
    return { ...fields, secret: { enable: await readSecret(terminal, options, `Enable secret of ${name}`) } }
  if (options.password || Object.keys(fields).length === 0)
    return { ...fields, secret: { password: await readSecret(terminal, options, `New password of ${name}`) } }
  return fields
}
