import { mkdir, readFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { type ExportedFile, exportFormats, exportInventory, NetlatchError, selectTargets } from '@netlatch/core'
import type { Command } from 'commander'
import { confirm } from '../ask.ts'
import type { Action, CommandContext, Register } from '../command-context.ts'
import { unwritable, writeWhole } from '../output-file.ts'
import { type SelectionOptions, withSelection } from '../selection-options.ts'
import { count } from './plan-text.ts'

interface ExportOptions extends SelectionOptions {
  readonly output?: string
}

export function registerInventoryExport(inventory: Command, register: Register): void {
  register(
    withSelection(
      inventory
        .command('export')
        .description(
          `devices for another tool: ${exportFormats.join(', ')}; with the working login's name, never a secret`,
        )
        .argument('<format>'),
    ).option('-o, --output <path>', 'into this file; for nornir, into this folder'),
    exportCommand,
  )
}

const exportCommand: Action<ExportOptions> = async (context, options, [given = '', ...selection]) => {
  const format = exportFormats.find((each) => each === given)
  if (!format)
    throw new NetlatchError('USAGE', `export knows no format "${given}".`, {
      advice: `One of: ${exportFormats.join(', ')}.`,
    })
  if (format === 'nornir' && options.output === undefined)
    throw new NetlatchError('USAGE', "Nornir's inventory is three files.", {
      advice: 'Name a folder: --output inventory',
    })
  await using netlatch = await context.open()
  const wanted = selection.length > 0 ? selection : ['all']
  const { devices } = await selectTargets(netlatch, { ...options, selection: wanted, statuses: 'all' })
  const files = await exportInventory(netlatch, devices, format)
  const [first] = files
  if (options.output === undefined) {
    context.terminal.write(first?.text ?? '')
    return 0
  }
  const output = resolve(options.output)
  const paths = files.map((file) => ({ ...file, path: format === 'nornir' ? join(output, file.name) : output }))
  if (!(await mayReplace(context, paths))) return 2
  for (const { path, text } of paths) {
    await mkdir(dirname(path), { recursive: true }).catch((cause: unknown) => {
      throw unwritable(path, cause)
    })
    await writeWhole(path, text)
  }
  context.terminal.emit({ type: 'exported', format, devices: devices.length, files: paths.map(({ path }) => path) })
  if (!context.terminal.json) context.terminal.say(`${count(devices.length, 'device')} in ${options.output}`)
  return 0
}

/** An inventory of somebody's own at that place is not replaced without a question. */
async function mayReplace(
  { terminal, globals }: CommandContext,
  files: readonly (ExportedFile & { readonly path: string })[],
): Promise<boolean> {
  const there = await Promise.all(files.map(async ({ path, text }) => ((await isOther(path, text)) ? [path] : [])))
  const [first] = there.flat()
  if (first === undefined) return true
  return confirm(terminal, {
    message: `${first} is there already. Replace it?`,
    yes: globals.yes === true,
    otherwise: `${first} is there already. Add --yes to replace it.`,
  })
}

async function isOther(path: string, text: string): Promise<boolean> {
  try {
    return (await readFile(path, 'utf8')) !== text
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false
    throw unwritable(path, error)
  }
}
