import { type DiscoveryPlan, formatDuration, type PlannedAccount, summariseResults } from '@netlatch/core'
import { table } from '../table.ts'
import { wrapWords } from '../wrap-words.ts'

const shownAccounts = 10

/** The plan as people read it before they say yes. */
export function planText(
  plan: DiscoveryPlan,
  selection: string,
  options: { readonly verbose: boolean; readonly now: Date; readonly columns: number },
): string {
  return [
    `Plan for ${selection} · ${count(plan.devices, 'device')} · nothing has been sent yet`,
    '',
    table(overview(plan, options.now)),
    ...(plan.toTest.length > 0
      ? [
          '',
          credentialTable(plan),
          '',
          accountTable(plan.accounts, options.verbose),
          '',
          ...remarks(plan).map((line) => wrapWords(line, options.columns, 2)),
        ]
      : []),
  ].join('\n')
}

function overview(plan: DiscoveryPlan, now: Date): string[][] {
  const rows = [
    [
      'to test',
      String(plan.toTest.length),
      `known credential ${plan.known} · new or changed ${plan.toTest.length - plan.known}`,
    ],
  ]
  const group = (name: string, results: DiscoveryPlan['skipped']) => {
    const byText = Map.groupBy(results, (result) => result.message.slice(result.device.length + 2))
    for (const [text, same] of byText) {
      const advice = summariseResults(same, now).causes[0]?.advice ?? ''
      rows.push([name, String(same.length), advice ? `${text}    ${advice}` : text])
    }
  }
  group('skipped', plan.skipped)
  group('refused', plan.refused)
  return rows
}

function credentialTable(plan: DiscoveryPlan): string {
  return table(
    plan.credentials.map(({ credential, because, devices, first, later }) => [
      credential,
      because,
      String(devices),
      String(first),
      String(later),
    ]),
    { head: ['Credential', 'Why it applies', 'Devices', 'First', 'Later'], right: [2, 3, 4] },
  )
}

function accountTable(accounts: readonly PlannedAccount[], verbose: boolean): string {
  const shown = verbose || accounts.length <= 12 ? accounts : accounts.slice(0, shownAccounts)
  const rows = shown.map((account) => [
    `${account.username}   ${realmText(account)}`,
    String(account.failed),
    account.kind === 'device' ? `${account.worstCase} per device` : String(account.worstCase),
    account.allowed === 'none' ? 'no limit' : String(account.allowed),
    account.threshold === 'none' ? 'never' : `${account.threshold}${account.thresholdIsAssumed ? ' (assumed)' : ''}`,
  ])
  const more = accounts.length - shown.length
  if (more > 0) rows.push([`… ${more} more (--verbose)`, '', '', '', ''])
  return table(rows, { head: ['Account', 'Now failed', 'This run at worst', 'Allowed', 'Locks at'], right: [1, 2, 3] })
}

function realmText(account: PlannedAccount): string {
  if (account.kind === 'device') return 'each device'
  return account.realm || 'realm not declared'
}

function remarks(plan: DiscoveryPlan): string[] {
  const lines: string[] = []
  const alone = plan.accounts
    .filter((account) => account.canary)
    .map((account) => `${account.username} on ${account.canary}`)
  if (alone.length > 0)
    lines.push(`Each shared account logs in once, alone, before the rest: ${alone.slice(0, 5).join(', ')}.`)
  const inFlight = Math.max(0, ...plan.accounts.map((account) => account.worstInFlight))
  if (inFlight > 1)
    lines.push(`If somebody changes a password during the run, up to ${inFlight} logins already in flight fail.`)
  if (plan.accounts.some((account) => account.thresholdIsAssumed && account.kind !== 'device'))
    lines.push(
      'Assumed: a username with one secret in the vault lives on at most one login server.',
      'Where a threshold is assumed, usernames are tried carefully: lockout_threshold in realms: makes this faster.',
    )
  if (plan.unnamed > 0)
    lines.push(
      `${count(plan.unnamed, 'device')} that no credential names: tried with what opens the neighbours, when that is known.`,
    )
  const leftOut = plan.leftOut.length > 0 ? `Left out: ${plan.leftOut.join(', ')} (fallback). ` : ''
  lines.push(`${leftOut}About ${formatDuration(plan.estimateMs)} at ${plan.concurrency} at once.`)
  return lines
}

export function count(number: number, noun: string): string {
  return `${number.toLocaleString('en-US')} ${noun}${number === 1 ? '' : 's'}`
}
