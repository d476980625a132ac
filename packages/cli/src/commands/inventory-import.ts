import { resolve } from 'node:path'
import { text as readAll } from 'node:stream/consumers'
import {
  changeText,
  type ImportRequest,
  type ImportSource,
  importInventory,
  importSources,
  NetlatchError,
  sourceTitles,
  writeInventory,
} from '@netlatch/core'
import type { Command } from 'commander'
import type { Action, CommandContext, Register } from '../command-context.ts'
import { importText, reportObject, sayProblems } from './import-text.ts'

interface ImportCommandOptions {
  readonly map?: string
  readonly delimiter?: string
  readonly group?: string
  readonly into?: string
  readonly dryRun?: boolean
}

export function registerInventoryImport(inventory: Command, register: Register): void {
  register(
    inventory
      .command('import')
      .description(`add the devices of another tool's inventory: ${importSources.join(', ')}`)
      .argument('<source>')
      .argument('[file]', 'a file or folder; - reads standard input')
      .option(
        '--map <columns>',
        "oxidized: what the columns are, as name:ip:model:group, and - for one that doesn't matter",
      )
      .option('--delimiter <character>', 'oxidized: what stands between the columns')
      .option('--group <name>', 'rancid: the group that this router.db is of')
      .option('--into <file>', 'the inventory file to write to')
      .option('--dry-run', 'show what would be written, and write nothing'),
    importCommand,
  )
}

const importCommand: Action<ImportCommandOptions> = async (context, options, [given = '', file, more]) => {
  const source = importSources.find((each) => each === given)
  if (!source) throw unknownSource(given)
  const from = await readFrom(context, source, file, more)
  await using netlatch = await context.open({ allowProblems: true })
  const { map, delimiter, group, into } = options
  const request: ImportRequest = {
    source,
    from,
    map: map?.split(':'),
    delimiter,
    group,
    signal: context.interrupts.signal,
  }
  const report = await importInventory(netlatch, request, { into })
  if (!options.dryRun) await writeInventory(netlatch, report)
  const { terminal, globals } = context
  const verbose = globals.verbose === true
  terminal.emit(reportObject('import', report, { source, written: !options.dryRun }))
  if (terminal.json) return sayProblems(terminal, report.problems, verbose)
  if (options.dryRun) for (const change of report.changes) terminal.write(changeText(change))
  terminal.say(importText(report, { title: sourceTitles[source], verbose }))
  return sayProblems(terminal, report.problems, verbose)
}

function unknownSource(given: string): NetlatchError {
  const isSync = given === 'netbox'
  return new NetlatchError('USAGE', `import knows no source "${given}".`, {
    advice: isSync
      ? 'NetBox stays the source: netlatch inventory sync netbox --url …'
      : `One of: ${importSources.join(', ')}.`,
  })
}

/** A path as the shell means it, a text from standard input, or a program after `--`. */
export async function readFrom(
  { tail, globals }: Pick<CommandContext, 'tail' | 'globals'>,
  source: ImportSource,
  file: string | undefined,
  more: string | undefined,
): Promise<ImportRequest['from']> {
  if (more !== undefined) throw new NetlatchError('USAGE', `one file at a time, not ${more} too.`)
  if (tail.length > 0) return { command: tail }
  if (file === undefined) throw new NetlatchError('USAGE', `${source} needs a file.`, { advice: exampleOf(source) })
  if (file !== '-') return { path: resolve(file) }
  if (process.stdin.isTTY && !globals.yes)
    throw new NetlatchError('USAGE', 'Nothing comes on standard input.', { advice: exampleOf(source) })
  return { text: await readAll(process.stdin), name: 'standard input' }
}

function exampleOf(source: ImportSource): string {
  const examples: Readonly<Record<ImportSource, string>> = {
    ansible: 'ansible-inventory --list | netlatch inventory import ansible -',
    oxidized: 'netlatch inventory import oxidized router.db --map name:ip:model:group',
    rancid: 'netlatch inventory import rancid router.db --group core',
    nornir: 'netlatch inventory import nornir inventory/',
    csv: 'netlatch inventory import csv devices.csv',
    'ssh-config': 'netlatch inventory import ssh-config ~/.ssh/config',
    containerlab: 'netlatch inventory import containerlab lab.clab.yml',
    netraven: 'netlatch inventory import netraven devices.csv',
    velocitycollector: 'netlatch inventory import velocitycollector ~/.vcollector/dcim.db',
  }
  return `As: ${examples[source]}`
}
