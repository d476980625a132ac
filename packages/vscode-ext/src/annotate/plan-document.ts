import { type DiscoveryPlan, formatDuration, type PlannedAccount } from '@netlatch/core'
import { cell, count, markdownTable } from './markdown.ts'

/** What a person must know before they say yes; one line each. */
export function planQuestion(plan: DiscoveryPlan): { readonly title: string; readonly detail: string } {
  const worst = plan.accounts.filter(({ worstCase }) => worstCase > 0).slice(0, 3)
  const atWorst = worst.map(accountText)
  const others = plan.accounts.filter(({ worstCase }) => worstCase > 0).length - worst.length
  const left = [...Map.groupBy(plan.refused, (result) => result.message.slice(result.device.length + 2))].map(
    ([text, { length }]) => `${count(length, 'device')} ${length === 1 ? 'is' : 'are'} left out: ${text}.`,
  )
  return {
    title: `Test ${count(plan.toTest.length, 'device')}?`,
    detail: [
      atWorst.length > 0
        ? `At worst: ${[...atWorst, ...(others > 0 ? [count(others, 'more account')] : [])].join(', ')}.`
        : 'No login is expected to fail.',
      ...left,
      ...(plan.skipped.length > 0 ? [`${count(plan.skipped.length, 'device')} tested recently.`] : []),
      `About ${formatDuration(plan.estimateMs)}.`,
    ].join('\n'),
  }
}

function accountText(account: PlannedAccount): string {
  const { username, worstCase, kind, devices, threshold, thresholdIsAssumed } = account
  const logins =
    kind === 'device' ? `${worstCase} on each of ${count(devices, 'device')}` : count(worstCase, 'failed login')
  const locks = threshold === 'none' ? 'never locks' : `locks at ${threshold}${thresholdIsAssumed ? ', assumed' : ''}`
  return `${username} ${logins} (${locks})`
}

/** The whole plan as a page. */
export function planDocument(plan: DiscoveryPlan, selection: string): string {
  const { title, detail } = planQuestion(plan)
  return [
    `# Discovery plan for ${cell(selection)}`,
    '',
    `${title} ${detail.replaceAll('\n', ' ')} Nothing has been sent yet.`,
    '',
    ...markdownTable(
      ['Credential', 'Why it applies', 'Devices', 'First', 'Later'],
      plan.credentials.map(({ credential, because, devices, first, later }) => [
        credential,
        because,
        String(devices),
        String(first),
        String(later),
      ]),
    ),
    '',
    ...markdownTable(
      ['Account', 'Realm', 'Now failed', 'This run at worst', 'Allowed', 'Locks at', 'First on'],
      plan.accounts.map((account) => [
        account.username,
        account.kind === 'device' ? 'each device' : account.realm || 'not declared',
        String(account.failed),
        account.kind === 'device' ? `${account.worstCase} per device` : String(account.worstCase),
        account.allowed === 'none' ? 'no limit' : String(account.allowed),
        account.threshold === 'none'
          ? 'never'
          : `${account.threshold}${account.thresholdIsAssumed ? ' (assumed)' : ''}`,
        account.canary ?? '',
      ]),
    ),
    '',
    ...(plan.leftOut.length > 0
      ? [`Left out, because they are for emergencies: ${plan.leftOut.map(cell).join(', ')}.`, '']
      : []),
    ...markdownTable(
      ['Device', 'Candidates'],
      plan.toTest.map(({ device, candidates }) => [
        device.name,
        candidates.map(({ credential, because }) => `${credential.name} (${because})`).join(', ') ||
          'what opens its neighbours',
      ]),
    ),
    '',
    ...markdownTable(
      ['Left out', 'Why', 'What to do'],
      [...plan.refused, ...plan.skipped].map(({ device, message, advice }) => [
        device,
        message.slice(device.length + 2),
        advice,
      ]),
    ),
    '',
  ].join('\n')
}
