import { forgetHostKey, NetlatchError, trustHostKey } from '@netlatch/core'
import type { Command } from 'commander'
import { confirm } from '../ask.ts'
import type { Action, CommandContext, Register } from '../command-context.ts'
import { type OutputOptions, withOutput } from '../output-file.ts'
import { type SelectionOptions, withSelection } from '../selection-options.ts'
import { count } from './plan-text.ts'
import { trustImport } from './trust-import.ts'
import { trustList } from './trust-list.ts'
import { trustScan } from './trust-scan.ts'

export interface TrustOptions extends SelectionOptions, OutputOptions {
  readonly scan?: boolean
  readonly import?: readonly string[]
  readonly compare?: string
  readonly list?: boolean
  readonly remove?: boolean
}

export function registerTrust(program: Command, register: Register): void {
  register(
    withOutput(withSelection(program.command('trust')))
      .description('collect, import, list and accept host keys')
      .option('--scan', 'collect keys and write them to known_hosts, for review as a git diff')
      .option('--compare <scan.json>', 'with --scan: hold it against an earlier scan from another place')
      .option('--import <file...>', 'take keys from known_hosts files, or check devices against a device,SHA256:… list')
      .option('--list', 'the known keys, who vouched for them, and since when')
      .option('--remove', 'forget the keys of one device'),
    trust,
  )
}

const trust: Action<TrustOptions> = (context, options, args) => {
  const modes = (['scan', 'import', 'list', 'remove'] as const).filter((mode) => options[mode])
  if (modes.length > 1)
    throw new NetlatchError('USAGE', `trust takes one of ${modes.map((mode) => `--${mode}`).join(', ')}.`)
  if (options.compare !== undefined && !options.scan)
    throw new NetlatchError('USAGE', '--compare goes with --scan: netlatch trust --scan all --compare scan.json')
  if (options.output !== undefined && !options.scan && !options.list)
    throw new NetlatchError('USAGE', '--output goes with --scan or --list.')
  if (options.scan) return trustScan(context, options, args)
  if (options.import) return trustImport(context, { ...options, import: options.import }, args)
  if (options.list) return trustList(context, options, args)
  return options.remove ? removeKeys(context, args) : trustOne(context, args)
}

async function trustOne(context: CommandContext, args: readonly string[]): Promise<number> {
  const { terminal, globals } = context
  const device = oneDevice(args, 'To collect the keys of many: netlatch trust --scan site:fra')
  await using netlatch = await context.open()
  const change = await trustHostKey(netlatch, device, {
    signal: context.interrupts.signal,
    confirm: (seen) => {
      terminal.note(
        `${device}  ${seen.was ? `was  ${seen.was}\n${' '.repeat(device.length + 2)}` : ''}now  ${seen.now}`,
      )
      return confirm(terminal, {
        message: 'Trust this key from now on?',
        yes: globals.yes === true,
        otherwise: 'Add --yes to trust it.',
      })
    },
  })
  terminal.emit({ type: 'trusted', device, ...change })
  if (!terminal.json)
    terminal.say(
      change.trusted
        ? `${device}: ${change.now} is trusted. Review: git diff known_hosts`
        : `${device}: left as it was.`,
    )
  return change.trusted ? 0 : 2
}

async function removeKeys({ terminal, open }: CommandContext, args: readonly string[]): Promise<number> {
  const device = oneDevice(args, 'netlatch trust --remove <device>')
  await using netlatch = await open()
  const { removed, left } = await forgetHostKey(netlatch, device)
  terminal.emit({ type: 'forgotten', device, removed, left })
  if (terminal.json) return 0
  terminal.say(
    removed > 0
      ? `${device}: ${count(removed, 'key')} removed. Review: git diff known_hosts`
      : `${device}: no key was known.`,
  )
  if (left.length > 0) terminal.say(`  Still stands for it: line ${left.join(', ')} of known_hosts, for others too.`)
  return 0
}

function oneDevice([device, more]: readonly string[], otherwise: string): string {
  if (device !== undefined && more === undefined) return device
  throw new NetlatchError('USAGE', `trust takes one device. ${otherwise}`)
}
