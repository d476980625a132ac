import { type Device, findDevice, selectTargets } from '@netlatch/core'
import type { Command } from 'commander'
import type { Action, Register } from '../command-context.ts'
import { problemCount, problemLines } from '../problem-lines.ts'
import { type SelectionOptions, withSelection } from '../selection-options.ts'
import { table } from '../table.ts'
import { registerInventoryEdits } from './inventory-edit.ts'
import { registerInventoryExport } from './inventory-export.ts'
import { registerInventoryImport } from './inventory-import.ts'
import { registerInventorySchema } from './inventory-schema.ts'
import { registerInventorySync } from './inventory-sync.ts'
import { count } from './plan-text.ts'

export function registerInventory(program: Command, register: Register): void {
  const inventory = program.command('inventory').description('the devices of this workspace')
  register(inventory.command('check').description('every problem of every file, with its place'), check)
  register(withSelection(inventory.command('list')).description('the devices of a selection'), list)
  register(
    inventory.command('show').description('one device, and where each of its values comes from').argument('<device>'),
    show,
  )
  registerInventoryEdits(inventory, register)
  registerInventoryImport(inventory, register)
  registerInventorySync(inventory, register)
  registerInventoryExport(inventory, register)
  registerInventorySchema(inventory, register)
}

const check: Action<object> = async ({ terminal, globals, open }) => {
  await using netlatch = await open({ allowProblems: true })
  const { problems, inventory, credentials } = netlatch
  for (const problem of problems) terminal.emit({ type: 'problem', ...problem })
  if (!terminal.json) {
    for (const text of problemLines(problems, { verbose: globals.verbose === true, columns: terminal.columns }))
      terminal.say(text)
    if (problems.length > 0) terminal.say(problemCount(problems))
    else
      terminal.say(
        `${count(inventory.devices.length, 'device')}, ${count(credentials.length, 'credential')}, no problems.`,
      )
  }
  return problems.some((problem) => problem.severity === 'error') ? 3 : 0
}

const list: Action<SelectionOptions> = async ({ terminal, open }, options, args) => {
  await using netlatch = await open({ allowProblems: true })
  const selection = args.length > 0 ? args : ['all']
  const { devices } = await selectTargets(netlatch, { ...options, selection, statuses: 'all' })
  for (const device of devices) terminal.emit({ type: 'device', ...publicDevice(device) })
  if (terminal.json) return 0
  const rows = devices.map((device) => [
    device.name,
    device.hosts.join(', '),
    device.platform,
    device.site ?? '',
    device.tags.join(', '),
    device.status === 'active' ? '' : device.status,
  ])
  terminal.say(table(rows, { head: ['Device', 'Host', 'Platform', 'Site', 'Tags', ''] }))
  return 0
}

const show: Action<object> = async ({ terminal, open }, _options, [name = '']) => {
  await using netlatch = await open({ allowProblems: true })
  const device = findDevice(netlatch, name)
  terminal.emit({ type: 'device', ...device })
  if (terminal.json) return 0
  terminal.say(`${device.name}        ${device.origin.file}:${device.origin.line}`)
  const rows = Object.entries(publicDevice(device)).flatMap(([key, value]) => {
    if (key === 'name' || value === undefined || (Array.isArray(value) && value.length === 0)) return []
    const origin = device.origins[key] ?? device.origins[fileKeys[key] ?? '']
    const text = typeof value === 'object' && !Array.isArray(value) ? JSON.stringify(value) : String(value)
    return [[fileKeys[key] ?? key, text, origin ? `${origin.layer}, ${origin.file}:${origin.line}` : 'default']]
  })
  terminal.say(table(rows))
  return 0
}

/** Keys as the file spells them. */
const fileKeys: Readonly<Record<string, string>> = { hosts: 'host', jumpHost: 'jump_host' }

function publicDevice({ origin: _origin, origins: _origins, ...device }: Device): Omit<Device, 'origin' | 'origins'> {
  return device
}
