import {
  changeText,
  NetlatchError,
  type SyncRequest,
  sourceTitles,
  syncInventory,
  writeInventory,
} from '@netlatch/core'
import type { Command } from 'commander'
import { confirm } from '../ask.ts'
import type { Action, CommandContext, Register } from '../command-context.ts'
import { importText, reportObject, sayProblems } from './import-text.ts'
import { readFrom } from './inventory-import.ts'
import { count } from './plan-text.ts'

interface SyncOptions {
  readonly url?: string
  readonly token: string
  readonly filter?: string
  readonly into?: string
  readonly dryRun?: boolean
}

/** So many devices may leave a generated file without a question. */
const mostRemovedUnasked = 20

export function registerInventorySync(inventory: Command, register: Register): void {
  register(
    inventory
      .command('sync')
      .description('write a generated file anew from its source: netbox, or ansible (a file, -, or -- a command)')
      .argument('<source>')
      .argument('[file]', 'ansible: what ansible-inventory --list wrote; - reads standard input')
      .option('--url <address>', 'netbox: its address (else NETBOX_URL)')
      .option('--token <reference>', 'netbox: where its token is', 'env:NETBOX_TOKEN')
      .option('--filter <query>', "netbox: which devices, as in NetBox's addresses: status=active&tenant=acme")
      .option('--into <file>', 'the generated file (inventory/<source>.yaml)')
      .option('--dry-run', 'show what would change, and write nothing'),
    sync,
  )
}

const sync: Action<SyncOptions> = async (context, options, args) => {
  const { terminal, globals, interrupts } = context
  const request = await requestOf(context, options, args)
  const title = sourceTitles[request.source]
  await using netlatch = await context.open({ allowProblems: true })
  const report = await syncInventory(netlatch, { ...request, signal: interrupts.signal }, { into: options.into })
  if (options.dryRun && !terminal.json) for (const change of report.changes) terminal.write(changeText(change))
  const isSure =
    options.dryRun ||
    report.removed.length <= mostRemovedUnasked ||
    (await confirm(terminal, {
      message: `${count(report.removed.length, 'device')} are gone from ${title}. Take them out of ${report.file}?`,
      yes: globals.yes === true,
      otherwise: `Add --yes to take ${count(report.removed.length, 'device')} out of ${report.file}.`,
    }))
  if (!isSure) return 2
  if (!options.dryRun) await writeInventory(netlatch, report)
  terminal.emit(reportObject('sync', report, { source: request.source, written: !options.dryRun }))
  if (!terminal.json) terminal.say(importText(report, { title, verbose: globals.verbose === true }))
  return sayProblems(terminal, report.problems, globals.verbose === true)
}

async function requestOf(
  context: CommandContext,
  { url = process.env.NETBOX_URL, token, filter }: SyncOptions,
  [source = '', file, more]: readonly string[],
): Promise<SyncRequest> {
  if (source === 'ansible') return { source, from: await readFrom(context, source, file, more) }
  if (source !== 'netbox')
    throw new NetlatchError('USAGE', `sync knows no source "${source}".`, { advice: 'One of: netbox, ansible.' })
  if (!url) {
    const advice = 'As: netlatch inventory sync netbox --url https://netbox.example.net --filter "status=active"'
    throw new NetlatchError('USAGE', 'netbox needs its address.', { advice })
  }
  return { source, url, token, filter }
}
