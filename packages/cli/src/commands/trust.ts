import { foldNamesShort, NetlatchError, scanHostKeys, selectTargets, trustHostKey } from '@netlatch/core'
import type { Command } from 'commander'
import { confirm } from '../ask.ts'
import type { Action, CommandContext, Register } from '../command-context.ts'
import { startProgress } from '../progress-bar.ts'
import { type SelectionOptions, withSelection } from '../selection-options.ts'
import { table } from '../table.ts'

interface TrustOptions extends SelectionOptions {
  readonly scan?: boolean
}

export function registerTrust(program: Command, register: Register): void {
  register(
    withSelection(program.command('trust'))
      .description('host keys: accept a changed one, or collect the keys of a selection without any login')
      .option('--scan', 'collect keys and write them to known_hosts, for review as a git diff'),
    trust,
  )
}

const trust: Action<TrustOptions> = (context, options, args) =>
  options.scan ? scan(context, options, args) : trustOne(context, args)

async function scan(context: CommandContext, options: TrustOptions, args: readonly string[]): Promise<number> {
  const { terminal, interrupts } = context
  await using netlatch = await context.open()
  const targets = await selectTargets(netlatch, { ...options, selection: args.length > 0 ? args : ['all'] })
  const progress = startProgress(terminal, targets.devices.length, 'collected')
  let done = 0
  try {
    const report = await scanHostKeys(netlatch, targets.devices, {
      finish: interrupts.finish,
      signal: interrupts.signal,
      onScanned: (seen) => {
        if (terminal.json) terminal.emit({ type: 'hostKey', ...seen })
        progress.update(++done, 'no login, nothing sent')
      },
    })
    progress.stop()
    if (terminal.json) {
      terminal.emit({
        type: 'summary',
        known: report.known.length,
        new: report.added.length,
        changed: report.changed.length,
        failed: report.failed.length,
      })
    } else {
      terminal.say(
        table(
          [
            [String(report.known.length), 'already known, unchanged', ''],
            [String(report.added.length), 'new', report.added.length > 0 ? 'written to known_hosts' : ''],
            ...report.changed.map((seen) => [
              '!',
              `CHANGED  ${seen.device}`,
              `was ${seen.was}  now ${seen.now}   if expected: netlatch trust ${seen.device}`,
            ]),
            ...report.failed.map((failure) => ['·', failure.text, foldNamesShort(failure.devices, 4)]),
          ],
          { right: [0] },
        ),
      )
      if (report.oddities.length > 0)
        terminal.say(
          `\n  Look at these before you commit\n${table(report.oddities.map((oddity) => ['', oddity.text, foldNamesShort(oddity.devices, 6)]))}`,
        )
      if (report.added.length > 0) terminal.say('\nReview: git diff known_hosts')
    }
    return report.changed.length + report.failed.length > 0 ? 1 : 0
  } finally {
    progress.stop()
  }
}

async function trustOne(context: CommandContext, [device, more]: readonly string[]): Promise<number> {
  const { terminal, globals } = context
  if (device === undefined || more !== undefined)
    throw new NetlatchError(
      'USAGE',
      'trust takes one device. To collect the keys of many: netlatch trust --scan site:fra',
    )
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
