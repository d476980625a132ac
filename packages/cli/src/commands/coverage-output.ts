import { extname } from 'node:path'
import type { Coverage, CredentialHealth } from '@netlatch/core'
import { markdownTable, writeOutput, writeWhole } from '../output-file.ts'

const counted = ['devices', 'opened', 'fresh', 'privileged', 'attention', 'untested', 'telnet'] as const

/** Coverage as a file: a report in Markdown, everything in JSON, one row a group in CSV and NDJSON. */
export async function writeCoverage(
  path: string,
  coverage: Coverage,
  health: readonly CredentialHealth[],
  now: Date,
): Promise<void> {
  switch (extname(path).toLowerCase()) {
    case '.md':
      return writeWhole(path, markdownReport(coverage, health, now))
    case '.json':
      return writeWhole(
        path,
        `${JSON.stringify({ schema: 'netlatch/1', type: 'coverage', at: now, ...coverage, health }, null, 2)}\n`,
      )
    default:
      return writeOutput(path, coverage.groups, ['name', ...counted, 'mainCause'])
  }
}

function markdownReport(coverage: Coverage, health: readonly CredentialHealth[], now: Date): string {
  const percent = (part: number, whole: number) => ((100 * part) / Math.max(1, whole)).toFixed(1)
  const groups = coverage.groups.map(({ name, devices, opened, attention, untested, mainCause }) => ({
    [coverage.by]: name,
    devices,
    opened,
    '%': percent(opened, devices),
    attention,
    untested,
    'main cause': mainCause ? `${mainCause.text} ${mainCause.devices}` : '',
  }))
  const credentials = coverage.credentials.map(({ credential, opens, stats }) => ({
    credential,
    opens,
    'success %': stats ? (100 * stats.successRate).toFixed(1) : '',
    health: healthText(health.find((each) => each.credential === credential)),
  }))
  return [
    '# Coverage\n\n',
    `${coverage.opened} of ${coverage.devices} devices opened (${percent(coverage.opened, coverage.devices)} %), `,
    `${coverage.attention} need attention, ${coverage.untested} untested. As of ${now.toISOString()}.\n\n`,
    markdownTable(groups, [coverage.by, 'devices', 'opened', '%', 'attention', 'untested', 'main cause']),
    ...(credentials.length > 0
      ? ['\n', markdownTable(credentials, ['credential', 'opens', 'success %', 'health'])]
      : []),
  ].join('')
}

/** `good`, or what is wrong. */
export function healthText(health: CredentialHealth | undefined): string {
  if (!health) return ''
  return health.findings.map(({ text }) => text).join(' · ') || 'good'
}
