import {
  type Device,
  type DeviceRecord,
  formatAge,
  type Origin,
  type Problem,
  type ProblemFix,
  resultCode,
} from '@netlatch/core'

/** What is shown in Problems, and what can be done about it. */
export interface Finding {
  readonly severity: 'error' | 'warning' | 'information' | 'hint'
  /** Stable and kebab-case. */
  readonly code: string
  readonly message: string
  readonly at: Origin
  readonly fixes: readonly Fix[]
  /** Others of the same cause, when they became one entry. */
  readonly related?: readonly { readonly message: string; readonly at: Origin }[]
}

export type Fix =
  | ProblemFix
  | { readonly kind: 'command'; readonly title: string; readonly command: string; readonly device: string }
  /** `alike`: all devices that showed the same. */
  | { readonly kind: 'profile'; readonly profile: string; readonly device: string; readonly alike: readonly string[] }
  | { readonly kind: 'pin-to'; readonly device: string; readonly credential: string }
  | { readonly kind: 'unpin'; readonly device: string }

export interface ResultOptions {
  readonly now: Date
  readonly staleAfterMs: number
}

/** What last results say about devices; results that are older than the stale limit never warn. */
export function resultFindings(
  devices: readonly Device[],
  records: ReadonlyMap<string, DeviceRecord>,
  options: ResultOptions,
): readonly Finding[] {
  const active = devices.filter(({ status, transport }) => status === 'active' && transport === 'ssh')
  const alike = active.filter(({ name }) => records.get(name)?.code === 'ALGORITHMS').map(({ name }) => name)
  return active.flatMap((device) => {
    const record = records.get(device.name)
    return record ? findingsOf(device, record, alike, options) : []
  })
}

function findingsOf(
  device: Device,
  record: DeviceRecord,
  alike: readonly string[],
  { now, staleAfterMs }: ResultOptions,
): readonly Finding[] {
  const { name, origin } = device
  const text = record.message.slice(name.length + 2)
  const isStale = now.getTime() - record.testedAt.getTime() > staleAfterMs
  const base = { at: origin, message: `${name}: ${text}` }
  const command = (title: string, id: string): Fix => ({
    kind: 'command',
    title,
    command: `netlatch.${id}`,
    device: name,
  })
  const pinned = device.credential
  if (resultCode(record.code).needsAttention) {
    const severity = isStale ? 'hint' : 'warning'
    const retry = [command('Test Login Again', 'testLogin'), command('Diagnose', 'doctor')]
    if (record.code === 'HOST_KEY_CHANGED')
      return [
        {
          ...base,
          severity,
          code: 'host-key-changed',
          message: `${name}: host key changed. Nothing was sent`,
          fixes: [command('Compare Fingerprints and Trust…', 'trustHostKey')],
        },
      ]
    if (record.code === 'HOST_KEY_UNKNOWN')
      return [{ ...base, severity, code: 'host-key-unknown', fixes: [command('Trust Host Key…', 'trustHostKey')] }]
    if (record.code === 'ALGORITHMS') {
      // The state keeps no details; where this profile is not old enough either, the next test says so.
      const profile = device.ssh.algorithms === 'legacy-sha1' ? 'museum' : 'legacy-sha1'
      return [{ ...base, severity, code: 'algorithms', fixes: [{ kind: 'profile', profile, device: name, alike }] }]
    }
    return [{ ...base, severity, code: record.code.toLowerCase().replaceAll('_', '-'), fixes: retry }]
  }
  if (record.credential !== null && pinned !== undefined && pinned !== record.credential)
    return [
      {
        severity: 'information',
        code: 'other-credential',
        message: `${name}: ${record.credential} worked, not the pin ${pinned}`,
        at: device.origins.credential ?? origin,
        fixes: [
          { kind: 'pin-to', device: name, credential: record.credential },
          { kind: 'unpin', device: name },
        ],
      },
    ]
  if (!isStale) return []
  const message = `${name}: not tested for ${formatAge(record.testedAt, now)}`
  return [{ severity: 'hint', code: 'stale-result', message, at: origin, fixes: [command('Test Login', 'testLogin')] }]
}

/** The mistakes in files, with core's fixes. */
export function problemFindings(
  problems: readonly Problem[],
  fixesOf: (problem: Problem) => readonly ProblemFix[],
): readonly Finding[] {
  return problems.map((problem) => ({
    severity: problem.code === 'ssh-profile-expired' ? 'information' : problem.severity,
    code: problem.code,
    message: `${problem.message}.${problem.advice ? ` ${problem.advice}` : ''}`,
    at: problem.at,
    fixes: fixesOf(problem),
  }))
}

/** More than `most` of one cause in one file become one entry that names the others. */
export function foldFindings(findings: readonly Finding[], most: number): readonly Finding[] {
  const groups = Map.groupBy(findings, ({ code, at }) => `${at.file}\0${code}`)
  return [...groups.values()].flatMap((group): readonly Finding[] => {
    const [first, ...rest] = group
    if (!first || group.length <= most) return group
    const related = rest.slice(0, most).map(({ message, at }) => ({ message, at }))
    return [{ ...first, message: `${first.message} (and ${rest.length} more like it)`, related }]
  })
}
