import { type BackupMatch, formatDay, printableText, searchBackups, selectTargets } from '@netlatch/core'
import type { Command } from 'commander'
import type { Action, Register } from '../command-context.ts'
import { type SelectionOptions, withSelection } from '../selection-options.ts'
import { count } from './plan-text.ts'

interface SearchOptions extends Omit<SelectionOptions, 'limit'> {
  readonly regexp?: boolean
  readonly ignoreCase?: boolean
  readonly current?: boolean
  readonly limit?: number
}

export function registerBackupsSearch(backups: Command, register: Register): void {
  register(
    withSelection(backups.command('search').argument('<text>', 'what stands in a line'))
      .description('find lines in all backups: as they are now, and as they were')
      .option('-e, --regexp', 'the text is an extended regular expression')
      .option('-i, --ignore-case', 'capital or not')
      .option('--current', 'only as they are now'),
    search,
  )
}

const search: Action<SearchOptions> = async ({ terminal, interrupts, open }, options, [pattern = '', ...args]) => {
  await using netlatch = await open({ allowProblems: true })
  const { regexp, ignoreCase, current } = options
  const narrowed = args.length > 0 || [options.site, options.platform, options.role, options.limit].some(Boolean)
  const selection = args.length > 0 ? args : ['all']
  const targets = narrowed ? await selectTargets(netlatch, { ...options, selection, statuses: 'all' }) : undefined
  const matches = searchBackups(netlatch, pattern, {
    ...(targets && { devices: targets.devices }),
    ...(regexp && { regexp }),
    ...(ignoreCase && { ignoreCase }),
    ...(current && { current }),
    signal: interrupts.finish,
  })
  const found = { lines: 0, devices: new Set<string>() }
  for await (const match of matches) {
    found.lines += 1
    found.devices.add(match.device)
    terminal.emit({ type: 'match', ...match })
    if (!terminal.json) terminal.write(`${matchLine(match)}\n`)
  }
  terminal.emit({ type: 'summary', lines: found.lines, devices: found.devices.size })
  if (!terminal.json && !terminal.quiet)
    terminal.note(`${count(found.lines, 'line')} on ${count(found.devices.size, 'device')}`)
  return 0
}

/** `fra-core-1:214  ntp server 192.0.2.1`, and of a line that is gone since when it stood there. */
function matchLine({ device, configuration, line, text, current, at, commit }: BackupMatch): string {
  const where = `${device}${configuration === 'startup' ? ' (startup)' : ''}:${line}`
  const when = current ? '' : `    (${formatDay(at)} ${at.getFullYear()}, ${commit.slice(0, 7)}, since changed)`
  return `${where.padEnd(20)} ${printableText(text)}${when}`
}
