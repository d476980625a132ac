import {
  changeText,
  followTag,
  type InventoryEdit,
  type Netlatch,
  NetlatchError,
  newDeviceValues,
  parseAssignment,
  planInventoryEdits,
  selectTargets,
  writeInventory,
} from '@netlatch/core'
import type { Command } from 'commander'
import { confirm } from '../ask.ts'
import type { Action, CommandContext, Register } from '../command-context.ts'
import { type SelectionOptions, withSelection } from '../selection-options.ts'
import { tell } from '../tell.ts'
import { count } from './plan-text.ts'

interface EditOptions {
  readonly dryRun?: boolean
}

interface AddOptions extends EditOptions {
  readonly into?: string
}

/** So many devices are changed without a question. */
const mostUnasked = 20

export function registerInventoryEdits(inventory: Command, register: Register): void {
  const dryRun = ['--dry-run', 'show the difference, and write nothing'] as const
  register(
    withSelection(inventory.command('set'))
      .description('set values of devices: key=value, tags+=lab, tags-=lab; an empty value removes the key')
      .option(...dryRun),
    set,
  )
  register(
    inventory
      .command('add')
      .description('add a device: host=10.0.0.1 platform=cisco_ios …')
      .argument('<device>')
      .argument('<key=value...>')
      .option('--into <file>', 'the inventory file (the first)')
      .option(...dryRun),
    add,
  )
  register(
    withSelection(inventory.command('remove'))
      .description('remove devices')
      .option(...dryRun),
    remove,
  )
  register(
    inventory
      .command('rename-tag')
      .description('give a tag another name everywhere')
      .argument('<tag>')
      .argument('<name>')
      .option(...dryRun),
    renameTag,
  )
}

const set: Action<EditOptions & SelectionOptions> = async (context, options, args) => {
  const assignments = args.filter(isAssignment).map(parseAssignment)
  const selection = args.filter((word) => !isAssignment(word))
  const advice = 'As: netlatch inventory set site:fra realm=tacacs-core'
  if (assignments.length === 0) throw new NetlatchError('USAGE', 'set needs key=value.', { advice })
  if (selection.length === 0) throw new NetlatchError('USAGE', 'set needs devices.', { advice })
  await using netlatch = await context.open({ allowProblems: true })
  const { devices } = await selectTargets(netlatch, { ...options, selection, statuses: 'all' })
  const edit: InventoryEdit = { kind: 'set', devices: devices.map(({ name }) => name), assignments }
  return apply(context, netlatch, [edit], { ...options, verb: 'Change', devices: devices.length })
}

const add: Action<AddOptions> = async (context, options, [name = '', ...words]) => {
  await using netlatch = await context.open({ allowProblems: true })
  const values = newDeviceValues(words.map(parseAssignment))
  const file = options.into
  const edit: InventoryEdit = { kind: 'add-device', name, values, ...(file !== undefined && { file }) }
  return apply(context, netlatch, [edit], { ...options, verb: 'Add', devices: 1 })
}

const remove: Action<EditOptions & SelectionOptions> = async (context, options, selection) => {
  if (selection.length === 0)
    throw new NetlatchError('USAGE', 'remove needs devices.', { advice: 'As: netlatch inventory remove fra-old-1' })
  await using netlatch = await context.open({ allowProblems: true })
  const { devices } = await selectTargets(netlatch, { ...options, selection, statuses: 'all' })
  const edits = devices.map(({ name }): InventoryEdit => ({ kind: 'remove-device', name }))
  return apply(context, netlatch, edits, { ...options, verb: 'Remove', devices: devices.length })
}

const renameTag: Action<EditOptions> = async (context, options, [from = '', to = '']) => {
  await using netlatch = await context.open({ allowProblems: true })
  const devices = netlatch.inventory.devices.filter(({ tags }) => tags.includes(from)).length
  const edit: InventoryEdit = { kind: 'rename-tag', from, to }
  const exitCode = await apply(context, netlatch, [edit], { ...options, verb: 'Change', devices })
  if (exitCode !== 0 || options.dryRun) return exitCode
  const { renamed, left } = await followTag(netlatch, from, to)
  for (const name of renamed) tell(context.terminal, { type: 'changed', credential: name }, `${name} in the vault.`)
  for (const name of left) {
    const isMatch = netlatch.credentials.some((each) => each.name === name && !each.tags.includes(from))
    const flag = isMatch ? '--match' : '--tags'
    context.terminal.note(`${name} still matches by ${from}: netlatch vault set ${name} ${flag} …`)
  }
  return 0
}

async function apply(
  { terminal, globals }: CommandContext,
  netlatch: Netlatch,
  edits: readonly InventoryEdit[],
  what: EditOptions & { readonly verb: string; readonly devices: number },
): Promise<number> {
  const changes = planInventoryEdits(netlatch, edits)
  const devices = count(what.devices, 'device')
  if (what.dryRun) {
    for (const change of changes) if (!terminal.json) terminal.write(changeText(change))
  } else {
    const isSure =
      changes.length === 0 ||
      what.devices <= mostUnasked ||
      (await confirm(terminal, {
        message: `${what.verb} ${devices}?`,
        yes: globals.yes === true,
        otherwise: `Add --yes to ${what.verb.toLowerCase()} ${devices}, or --dry-run to see how.`,
      }))
    if (!isSure) return 2
    await writeInventory(netlatch, { changes })
  }
  const files = changes.map(({ file }) => file)
  terminal.emit({ type: 'edited', devices: what.devices, files, written: !what.dryRun })
  if (!terminal.json && !what.dryRun)
    terminal.say(changes.length === 0 ? `${devices}: nothing to change.` : `${devices} in ${files.join(', ')}.`)
  return 0
}

function isAssignment(word: string): boolean {
  return /^[\w.]+[+-]?=/.test(word)
}
