import { diffSnapshots, formatAge, NetlatchError, printableText, showSnapshot, snapshotHistory } from '@netlatch/core'
import type { Command } from 'commander'
import type { Action, Register } from '../command-context.ts'
import { table } from '../table.ts'
import type { Terminal } from '../terminal.ts'

const points = 'a commit, a time (2026-05-04, 2026-05-04T12:00, 3d), or versions back (1)'

export function registerConfigurations(program: Command, register: Register): void {
  register(
    program
      .command('show')
      .description('the saved configuration of a device, as it is: netlatch show sw-1 > sw-1.cfg')
      .argument('<device>')
      .option('--at <point>', `as it was: ${points}`)
      .option('--startup', 'the startup-config'),
    show,
  )
  register(
    program
      .command('diff')
      .description('what changed between two backups of a device: the last two, or --from and --to')
      .argument('<device>')
      .option('--from <point>', points)
      .option('--to <point>', points),
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

const show: Action<{ readonly at?: string; readonly startup?: boolean }> = async (
  { terminal, open },
  { at, startup },
  [device = ''],
) => {
  await using netlatch = await open({ allowProblems: true })
  const configuration = startup ? 'startup' : 'running'
  const text = await showSnapshot(netlatch, device, { configuration, ...(at !== undefined && { at }) })
  if (terminal.json) terminal.emit({ type: 'configuration', device, configuration, text })
  else writeText(terminal, text)
  return 0
}

/** To a file or a pipe as it is; a terminal gets nothing that could steer it. */
function writeText(terminal: Terminal, text: string): void {
  terminal.write(process.stdout.isTTY ? printableText(text) : text)
}

const diff: Action<{ readonly from?: string; readonly to?: string }> = async (
  { terminal, open },
  options,
  [device = ''],
) => {
  await using netlatch = await open()
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
