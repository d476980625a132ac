import {
  agoText,
  type Coverage,
  type CoverageKey,
  type CredentialHealth,
  coverageKeys,
  coverageReport,
  credentialHealth,
  NetlatchError,
  selectTargets,
} from '@netlatch/core'
import type { Action } from '../command-context.ts'
import { checkOutput, type OutputOptions } from '../output-file.ts'
import type { SelectionOptions } from '../selection-options.ts'
import { table } from '../table.ts'
import type { Terminal } from '../terminal.ts'
import { healthText, writeCoverage } from './coverage-output.ts'

interface StatusOptions extends SelectionOptions, OutputOptions {
  readonly by: string
}

const shownGroups = 20
const barWidth = 40

export const status: Action<StatusOptions> = async ({ terminal, open, globals }, options, args) => {
  checkOutput(options)
  const by = coverageKeys.find((key) => key === options.by)
  if (!by) throw new NetlatchError('USAGE', `--by takes ${coverageKeys.join(', ')}; not ${options.by}.`)
  await using netlatch = await open({ allowProblems: true })
  const { devices } = await selectTargets(netlatch, { ...options, selection: args.length > 0 ? args : ['all'] })
  const coverage = await coverageReport(netlatch, devices, { by })
  const health = await credentialHealth(netlatch)
  terminal.emit({ type: 'coverage', ...coverage, health })
  const now = netlatch.now()
  if (options.output !== undefined) await writeCoverage(options.output, coverage, health, now)
  if (!terminal.json) sayCoverage(terminal, coverage, by, { now, health, all: globals.verbose === true })
  return 0
}

function sayCoverage(
  terminal: Terminal,
  coverage: Coverage,
  by: CoverageKey,
  { now, health, all }: { readonly now: Date; readonly health: readonly CredentialHealth[]; readonly all: boolean },
): void {
  const number = (value: number) => value.toLocaleString('en-US')
  const percent = (value: number) => `${((100 * value) / Math.max(1, coverage.devices)).toFixed(1)} %`
  const bar = (terminal.symbols.good === 'ok' ? '#' : '█').repeat(
    Math.round((barWidth * coverage.opened) / Math.max(1, coverage.devices)),
  )
  const older = coverage.opened - coverage.fresh
  terminal.say(`Coverage · ${number(coverage.devices)} active devices\n`)
  terminal.say(
    table(
      [
        ['opened', number(coverage.opened), percent(coverage.opened), terminal.style('green', bar)],
        ['  privileged', number(coverage.privileged), '', ''],
        ...(older > 0 ? [['  older than 30 d', number(older), '', 'netlatch creds discover older:30d --force']] : []),
        ...(coverage.attention > 0
          ? [
              [
                'need attention',
                number(coverage.attention),
                percent(coverage.attention),
                'netlatch creds discover result:failed',
              ],
            ]
          : []),
        ...(coverage.untested > 0
          ? [
              [
                'untested',
                number(coverage.untested),
                percent(coverage.untested),
                'netlatch creds discover result:untested',
              ],
            ]
          : []),
        ...(coverage.telnet > 0 ? [['Telnet only', number(coverage.telnet), '', '']] : []),
      ],
      { right: [1, 2] },
    ),
  )
  const groups = all ? coverage.groups : coverage.groups.slice(0, shownGroups)
  const title = by.charAt(0).toUpperCase() + by.slice(1)
  terminal.say(
    `\n${table(
      groups.map((group) => [
        group.name,
        number(group.devices),
        number(group.opened),
        ((100 * group.opened) / group.devices).toFixed(1),
        number(group.attention),
        number(group.untested),
        group.mainCause ? `${group.mainCause.text} ${group.mainCause.devices}` : '',
      ]),
      { head: [title, 'Devices', 'Opened', '%', 'Attention', 'Untested', 'Main cause'], right: [1, 2, 3, 4, 5] },
    )}`,
  )
  if (groups.length < coverage.groups.length)
    terminal.say(`  … ${coverage.groups.length - groups.length} more: --verbose`)
  if (coverage.credentials.length === 0) return
  terminal.say(
    `\n${table(
      coverage.credentials.map(({ credential, opens, stats }) => [
        credential,
        number(opens),
        stats ? `${(100 * stats.successRate).toFixed(1)} %` : '',
        stats?.lastUsedAt ? agoText(stats.lastUsedAt, now) : 'never used',
        healthText(health.find((each) => each.credential === credential)),
      ]),
      { head: ['Credential', 'Opens', 'Success', 'Last used', 'Health'], right: [1, 2] },
    )}`,
  )
}
