import { readFile, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { text as readAll } from 'node:stream/consumers'
import {
  changeVault,
  exportCredentials,
  findVaultKeys,
  importCredentials,
  NetlatchError,
  requireRealm,
} from '@netlatch/core'
import type { Command } from 'commander'
import type { Action, Register } from '../command-context.ts'
import { unwritable } from '../output-file.ts'
import { tell } from '../tell.ts'
import { count } from './plan-text.ts'
import { listOf } from './vault-fields.ts'

interface ExportOptions {
  readonly for: readonly string[]
  readonly output?: string
}

interface ImportOptions {
  readonly replace?: boolean
}

export function registerVaultTransfer(vault: Command, register: Register): void {
  register(
    vault
      .command('export')
      .description('credentials with their secrets, as an age file for somebody else; never in plain')
      .argument('<credential...>')
      .requiredOption('--for <age1,age2>', 'public keys that open it', listOf)
      .option('-o, --output <file>', 'a new file instead of standard output'),
    exportTo,
  )
  register(
    vault
      .command('import')
      .description('bring in what another vault exported')
      .argument('<file>', 'the age file, or - for standard input')
      .option('--replace', 'also credentials that are there already'),
    importFrom,
  )
}

const exportTo: Action<ExportOptions> = async ({ terminal, open }, options, names) => {
  await using netlatch = await open({ allowProblems: true })
  const exported = await exportCredentials(await netlatch.vault(), names, options.for)
  const { output } = options
  if (output === undefined) {
    if (terminal.json) terminal.emit({ type: 'exported', credentials: names, file: exported })
    else terminal.write(exported.endsWith('\n') ? exported : `${exported}\n`)
    return 0
  }
  await writeFile(output, exported, { flag: 'wx', mode: 0o600 }).catch((cause: unknown) => {
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'EEXIST')) throw unwritable(output, cause)
    throw new NetlatchError('FILE_CHANGED', `${output}: is there already. Nothing was written.`, {
      cause,
      advice: 'Choose another name.',
    })
  })
  tell(
    terminal,
    { type: 'exported', credentials: names, output },
    `Wrote ${count(names.length, 'credential')} to ${output}, encrypted.`,
  )
  return 0
}

const importFrom: Action<ImportOptions> = async ({ terminal, open }, options, [file = '']) => {
  const exported = file === '-' ? await readAll(process.stdin) : await readExport(file)
  await using netlatch = await open({ allowProblems: true })
  const { identities = [] } = await findVaultKeys({ env: process.env, home: homedir() })
  const realms = Object.keys(netlatch.workspace.settings.realms)
  const check = ({ realm }: { readonly realm?: string | undefined }) => requireRealm(realm, realms)
  const { added, replaced, skipped } = await changeVault(netlatch, (vault) =>
    importCredentials(vault, exported, identities, { replace: options.replace === true, check }),
  )
  const lines = [
    ...(added.length > 0 ? [`Added ${added.join(', ')}.`] : []),
    ...(replaced.length > 0 ? [`Replaced ${replaced.join(', ')}.`] : []),
    ...(skipped.length > 0
      ? [`Left ${skipped.join(', ')}, which ${skipped.length === 1 ? 'is' : 'are'} there already: --replace`]
      : []),
  ]
  tell(terminal, { type: 'imported', added, replaced, skipped }, lines.join('\n'))
  return skipped.length > 0 ? 1 : 0
}

async function readExport(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((cause: unknown) => {
    throw new NetlatchError('FILE_UNREADABLE', `${file}: cannot be read.`, {
      cause,
      advice: 'Name a file that netlatch vault export wrote.',
    })
  })
}
