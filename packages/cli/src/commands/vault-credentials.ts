import {
  addCredential,
  type CredentialFields,
  changeVault,
  credentialReach,
  findCredential,
  findInventorySecret,
  type HandEdit,
  type Netlatch,
  NetlatchError,
  openHandEdited,
  refuseErrors,
  removeCredential,
  removeInventorySecret,
  requireRealm,
  sealHandEdit,
  setCredential,
  setDefault,
} from '@netlatch/core'
import type { Command } from 'commander'
import { askText, confirm } from '../ask.ts'
import type { Action, CommandContext, Register } from '../command-context.ts'
import { withSecretInput } from '../secret-input.ts'
import { table } from '../table.ts'
import { tell } from '../tell.ts'
import { count } from './plan-text.ts'
import {
  changesOf,
  type FieldOptions,
  fieldsOf,
  listOf,
  type SetOptions,
  type SourceOptions,
  sourceOf,
  withFields,
} from './vault-fields.ts'

export function registerVaultCredentials(vault: Command, register: Register): void {
  register(
    withSecretInput(
      withFields(
        vault.command('add').description('add a credential; asks for what is not given').argument('<name>'),
      ).option(
        '--from <place>',
        'take its secret out of the inventory: a file and a line, as inventory check prints it',
      ),
    ),
    add,
  )
  register(
    withSecretInput(
      withFields(vault.command('set').description('change a credential; asks for a new password when nothing is named'))
        .argument('<credential>')
        .option('--no-fallback', 'an ordinary credential again')
        .option('--password', 'a new password')
        .option('--enable', 'a new enable secret'),
    ),
    set,
  )
  register(vault.command('remove').description('remove a credential').argument('<credential>'), remove)
  register(
    vault.command('set-default').description('the credential that is tried last').argument('[credential]'),
    makeDefault,
  )
}

interface AddOptions extends FieldOptions, SourceOptions {
  readonly from?: string
}

/** Problems that adding a credential is the way out of. */
function curedBy({ from }: AddOptions): readonly string[] {
  return from === undefined ? ['unknown-credential'] : ['unknown-credential', 'secret-in-inventory']
}

const add: Action<AddOptions> = async (context, options, [name = '']) => {
  const { terminal } = context
  await using netlatch = await context.open({ allowProblems: true })
  refuseErrors(netlatch.problems.filter(({ code }) => !curedBy(options).includes(code)))
  const written = options.from === undefined ? undefined : findInventorySecret(netlatch.inventory, options.from)
  const vault = await netlatch.vault()
  if (vault.file.credentials.some((credential) => credential.name === name))
    throw new NetlatchError('USAGE', `${name} is in the vault already.`, { advice: `netlatch vault set ${name}` })
  const fields = await askForFields(context, fieldsOf(options))
  const reach = credentialReach(netlatch, { tags: [], ...fields, name })
  const matches = `matches ${count(reach.named.length, 'device')}${outsideText(reach)}`
  if (terminal.isInteractive) terminal.note(`${name} ${matches}.`)
  const source = written ?? (await sourceOf(terminal, options, `Password of ${fields.username}`))
  await changeVault(netlatch, async (open) => ({ vault: await addCredential(open, name, fields, source) }))
  if (written) await removeInventorySecret(written)
  const devices = { matches: reach.named.length, inScope: reach.inScope.length }
  const next = reach.named.length === 0 ? 'Give devices one of its tags, or name it in credential:.' : firstUse(reach)
  tell(terminal, { type: 'added', credential: name, ...devices }, `Added ${name}: ${matches}. ${next}`)
  if (written)
    terminal.note(`Taken out of ${written.file.file}. Git keeps it in older commits: change it on the devices.`)
  return 0
}

function outsideText({ named, inScope }: ReturnType<typeof credentialReach>): string {
  const outside = named.length - inScope.length
  return outside === 0 ? '' : `, ${outside.toLocaleString('en-US')} of them outside its hosts`
}

function firstUse({ named }: ReturnType<typeof credentialReach>): string {
  return `See: netlatch creds explain ${named[0]?.name}`
}

async function askForFields(
  { terminal }: CommandContext,
  given: Partial<CredentialFields>,
): Promise<CredentialFields & { readonly hosts: string[] }> {
  const username = given.username ?? (await askText(terminal, 'Username', { otherwise: 'Give it: --username <name>' }))
  const mayAsk = terminal.isInteractive && given.tags === undefined && given.match === undefined
  const tags = mayAsk
    ? listOf(
        await askText(terminal, 'Tags of its devices, with commas (empty: none)', {
          otherwise: 'Give it: --tags <a,b>',
        }),
      )
    : []
  const match =
    mayAsk && tags.length === 0
      ? await askText(terminal, 'Or a selection, as site:fra (empty: none)', {
          otherwise: 'Give it: --match <selection>',
        })
      : ''
  const hosts =
    given.hosts ??
    listOf(
      await askText(terminal, 'Where may it be sent? Networks, names or any', { otherwise: 'Give it: --hosts <a,b>' }),
    )
  return {
    ...given,
    username,
    ...(tags.length > 0 && { tags: [...tags] }),
    ...(match !== '' && { match }),
    hosts: [...hosts],
  }
}

const set: Action<SetOptions> = async (context, options, [name = '']) => {
  const { terminal } = context
  await using netlatch = await context.open({ allowProblems: true })
  findCredential(netlatch, name)
  requireRealm(options.realm || undefined, Object.keys(netlatch.workspace.settings.realms))
  const sealed = await sealOwnEdits(context, netlatch, name, options)
  if (sealed === 'refused') return 2
  const changes = await changesOf(terminal, options, name, sealed === 'nothing')
  // The vault that was opened, or failed to open, is not the one on the disk any more.
  await using current = sealed === 'nothing' ? undefined : await context.open({ allowProblems: true })
  await changeVault(current ?? netlatch, async (vault) => ({ vault: await setCredential(vault, name, changes) }))
  const { file } = netlatch.vaultFile?.yaml ?? { file: 'credentials.yaml' }
  tell(terminal, { type: 'changed', credential: name }, `Changed ${name}. Review: git diff ${file}`)
  return 0
}

/** When the record was changed by hand: shows what, and seals it once a person has said so. */
async function sealOwnEdits(
  { terminal, globals }: CommandContext,
  netlatch: Netlatch,
  name: string,
  options: SetOptions,
): Promise<'nothing' | 'sealed' | 'refused'> {
  const tampered = await netlatch.vault().then(
    () => undefined,
    (error: unknown) => error,
  )
  if (tampered === undefined) return 'nothing'
  if (!(tampered instanceof NetlatchError) || tampered.code !== 'VAULT_TAMPERED') throw tampered
  const edited = await openHandEdited(netlatch)
  using _ = edited.good
  const own = edited.edits.find((edit) => edit.name === name)
  if (!own) throw tampered
  const others = edited.edits.filter((edit) => edit !== own).map((edit) => edit.name)
  terminal.note(`${name} was changed by hand since commit ${edited.commit.slice(0, 10)}:`)
  terminal.note(table(own.changes.map(({ field, was, is }) => ['', field, `${valueText(was)} → ${valueText(is)}`])))
  if (others.length > 0) terminal.note(`Changed by hand as well, and put back: ${others.join(', ')}`)
  const yes = await confirm(terminal, {
    message: `Seal these changes of ${name}?`,
    yes: globals.yes === true || isSpelledOut(own, options),
    otherwise: 'Add --yes to seal them.',
  })
  if (!yes) return 'refused'
  using __ = await sealHandEdit(netlatch, edited, name)
  return 'sealed'
}

/** Every value that was changed by hand stands on the command line too: nothing is taken that nobody named. */
function isSpelledOut({ changes }: HandEdit, options: SetOptions): boolean {
  const given: Readonly<Record<string, unknown>> = { ...options }
  return changes.every(({ field, is }) => JSON.stringify(given[field]) === JSON.stringify(is))
}

function valueText(value: unknown): string {
  return value === undefined ? 'none' : Array.isArray(value) ? value.join(', ') : String(value)
}

const remove: Action<object> = async ({ terminal, globals, open }, _options, [name = '']) => {
  await using netlatch = await open({ allowProblems: true })
  if (netlatch.vaultFile) findCredential(netlatch, name)
  const yes = await confirm(terminal, {
    message: `Remove ${name}? Its secret is gone then.`,
    yes: globals.yes === true,
    otherwise: `Add --yes to remove ${name}.`,
  })
  if (!yes) return 2
  await changeVault(netlatch, async (vault) => ({ vault: await removeCredential(vault, name) }))
  tell(terminal, { type: 'removed', credential: name }, `Removed ${name}.`)
  return 0
}

const makeDefault: Action<object> = async ({ terminal, open }, _options, [name]) => {
  await using netlatch = await open()
  await changeVault(netlatch, async (vault) => ({ vault: await setDefault(vault, name) }))
  const text = name ? `${name} is tried last everywhere it may be sent.` : 'There is no default now.'
  tell(terminal, { type: 'default', credential: name ?? null }, text)
  return 0
}
