import { diffSnapshots, formatAge, NetlatchError, showSnapshot, snapshotHistory } from '@netlatch/core'
import type { Command } from 'commander'
import type { Action, Register } from '../command-context.ts'
import { table } from '../table.ts'
import { writeText } from '../terminal-text.ts'
import { diffStartup } from './diff-startup.ts'

const points = 'a commit, a time (2026-05-04, 2026-05-04T12:00, 3d), or versions back (1)'

export function registerConfigurations(program: Command, register: Register): void {
  register(
    program
      .command('show')
      .description('the saved configuration of a device, as it is: netlatch show sw-1 > sw-1.cfg')
      .argument('<device>')
      .option('--at <point>', `as it was: ${points}`)
      .option('--startup', 'the startup-config')
      .option('--raw', 'with its secrets, where netlatch.yaml has them kept (backups: redaction)'),
    show,
  )
  register(
    program
      .command('diff')
      .description('what changed between two backups of a device: the last two, or --from and --to')
      .argument('[selection...]', 'a device; with --startup any selection')
      .option('--from <point>', points)
      .option('--to <point>', points)
      .option('--startup', 'from the startup-config to the running one: what was not saved, as of the last backup'),
    diff,
  )
  register(
    program
      .command('history')
      .description('the backups of a device, latest first')
      .argument('<device>')
      .option('-n, --limit <number>', 'at most so many', wholeNumber, 20),
    history,
  )
}

const show: Action<{ readonly at?: string; readonly startup?: boolean; readonly raw?: boolean }> = async (
  { terminal, open },
  { at, startup, raw = false },
  [device = ''],
) => {
  await using netlatch = await open({ allowProblems: true })
  const configuration = startup ? 'startup' : 'running'
  const text = await showSnapshot(netlatch, device, { configuration, raw, ...(at !== undefined && { at }) })
  if (terminal.json) terminal.emit({ type: 'configuration', device, configuration, text })
  else writeText(terminal, text)
  return 0
}

interface DiffOptions {
  readonly from?: string
  readonly to?: string
  readonly startup?: boolean
}

const diff: Action<DiffOptions> = async (context, { startup, ...options }, args) => {
  const { terminal, open } = context
  if (startup && (options.from ?? options.to) !== undefined)
    throw new NetlatchError('USAGE', '--startup compares the last backups: it takes neither --from nor --to.')
  if (startup) return diffStartup(context, args)
  const [device, ...more] = args
  if (device === undefined || more.length > 0)
    throw new NetlatchError('USAGE', 'diff takes one device.', { advice: 'netlatch diff <device>' })
  await using netlatch = await open({ allowProblems: true })
  const difference = await diffSnapshots(netlatch, device, options)
  if (terminal.json) terminal.emit({ type: 'diff', device, ...difference })
  else if (difference.text === '') terminal.say(`${device}: no difference.`)
  else writeText(terminal, difference.text)
  return 0
}

const history: Action<{ readonly limit: number }> = async ({ terminal, open }, options, [device = '']) => {
  await using netlatch = await open()
  const snapshots = await snapshotHistory(netlatch, device, options)
  for (const snapshot of snapshots) terminal.emit({ type: 'snapshot', ...snapshot })
  if (terminal.json) return 0
  if (snapshots.length === 0) terminal.say(`${device} has no backup. netlatch backup ${device}`)
  else
    terminal.say(
      table(
        snapshots.map((snapshot) => [
          `${formatAge(snapshot.capturedAt, netlatch.now())}`,
          snapshot.capturedAt.toISOString(),
          snapshot.configuration,
          `${snapshot.bytes.toLocaleString('en-US')} bytes`,
          snapshot.heldBecause ? `held: ${snapshot.heldBecause}` : (snapshot.commit?.slice(0, 7) ?? ''),
          snapshot.unprovenBecause ? `unproven: ${snapshot.unprovenBecause}` : '',
        ]),
        { right: [0] },
      ),
    )
  return 0
}

function wholeNumber(text: string): number {
  const number = Number(text)
  if (Number.isInteger(number) && number > 0) return number
  throw new NetlatchError('USAGE', '--limit takes a whole number above 0.')
}
