import type { AlgorithmProfile, Device } from '../model.ts'

/** An old SSH profile that a run speaks, however many devices need it. */
export interface LegacyProfile {
  readonly profile: Exclude<AlgorithmProfile, 'modern'>
  readonly devices: number
  /** The earliest end date, ISO; absent where none of them has one. */
  readonly until?: string
  /** Devices whose end date has passed. */
  readonly overdue: number
  /** `SSH profile legacy-sha1: 1,204 devices, the first until 2027-06-30`. */
  readonly text: string
}

/**
 * What a run on these devices has to warn of: weak algorithms are a debt with a date, and nobody shall forget it. One entry
 * for each profile; none where all is modern. Devices that are never contacted do not count.
 */
export function legacyProfiles(devices: readonly Device[], now: Date): readonly LegacyProfile[] {
  const today = now.toISOString().slice(0, 10)
  const contacted = devices.filter(({ transport, status }) => transport === 'ssh' && status === 'active')
  return (['legacy-sha1', 'museum'] as const).flatMap((profile): readonly LegacyProfile[] => {
    const concerned = contacted.filter(({ ssh }) => ssh.algorithms === profile)
    if (concerned.length === 0) return []
    const ends = concerned.flatMap(({ ssh }) => ssh.until ?? []).toSorted()
    const facts = {
      profile,
      devices: concerned.length,
      ...(ends[0] !== undefined && { until: ends[0] }),
      overdue: ends.filter((end) => end < today).length,
    }
    return [{ ...facts, text: textOf(facts) }]
  })
}

function textOf({ profile, devices, until, overdue }: Omit<LegacyProfile, 'text'>): string {
  const which = devices === 1 ? '1 device' : `${devices.toLocaleString('en-US')} devices`
  const end = until === undefined ? 'no end date' : `${devices === 1 ? '' : 'the first '}until ${until}`
  if (until === undefined) return `SSH profile ${profile}: ${which}, ${end}: netlatch inventory check`
  if (overdue === 0) return `SSH profile ${profile}: ${which}, ${end}`
  const passed = devices === 1 ? 'has passed' : `${overdue.toLocaleString('en-US')} past it`
  return `SSH profile ${profile}: ${which}, ${end} (${passed}): netlatch inventory check`
}
