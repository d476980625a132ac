import { acceptCapture, agoText, dropHeldCapture, heldCaptures, printableText } from '@netlatch/core'
import type { Command } from 'commander'
import type { Action, Register } from '../command-context.ts'
import { table } from '../table.ts'
import { registerBackupsSearch } from './backups-search.ts'
import { registerBackupsStatus } from './backups-status.ts'

export function registerBackups(program: Command, register: Register): void {
  const backups = program.command('backups').description('how old they are, what is in them, and what was held')
  registerBackupsStatus(backups, register)
  registerBackupsSearch(backups, register)
  register(
    backups.command('held').description('captures that did not replace the last good one').argument('[device]'),
    held,
  )
  register(
    backups
      .command('accept')
      .description('make the held capture of a device its backup, or call what is stored and unproven good')
      .argument('<device>'),
    accept,
  )
  register(backups.command('drop').description('forget the held capture of a device').argument('<device>'), drop)
}

const held: Action<object> = async ({ terminal, open }, _options, [device]) => {
  await using netlatch = await open()
  const captures = await heldCaptures(netlatch, device)
  for (const capture of captures) terminal.emit({ type: 'held', ...capture })
  if (terminal.json) return 0
  if (captures.length === 0) terminal.say(device ? `${device} has no held capture.` : 'No capture is held.')
  const rows = captures.map((capture) => [
    capture.configuration === 'startup' ? `${capture.device} (startup)` : capture.device,
    capture.because,
    `captured ${agoText(capture.capturedAt, netlatch.now())}, ${capture.bytes.toLocaleString('en-US')} bytes`,
    capture.lastGood
      ? `last good ${agoText(capture.lastGood.seenAt, netlatch.now())}, ${capture.lastGood.bytes.toLocaleString('en-US')} bytes`
      : 'no good one',
  ])
  if (rows.length > 0) terminal.say(table(rows))
  const [only] = captures
  if (device && only)
    terminal.say(
      `\n${printableText(only.diff)}\nnetlatch backups accept ${device}      netlatch backups drop ${device}`,
    )
  return 0
}

const accept: Action<object> = async ({ terminal, open }, _options, [device = '']) => {
  await using netlatch = await open()
  const { accepted, commit } = await acceptCapture(netlatch, device)
  terminal.emit({ type: 'accepted', device, accepted, commit })
  if (terminal.json) return 0
  const was =
    accepted === 'unproven'
      ? 'its backup counts as good now'
      : `the held capture is now its backup (commit ${commit?.slice(0, 7) ?? 'none, nothing differed'})`
  terminal.say(`${device}: ${was}.`)
  return 0
}

const drop: Action<object> = async ({ terminal, open }, _options, [device = '']) => {
  await using netlatch = await open()
  await dropHeldCapture(netlatch, device)
  terminal.emit({ type: 'dropped', device })
  if (!terminal.json) terminal.say(`${device}: the held capture is gone. The last good backup stays.`)
  return 0
}
