import type { Device } from '../model.ts'

export interface Waves {
  /** Devices that go first; the rest follows only when all of them are well. */
  readonly canary?: number
  /** Devices at once after that. @default all the rest */
  readonly batch?: number
  /** Failed devices in percent of those done at which no further wave starts. @default never */
  readonly stopAtPercent?: number
}

export interface Wave {
  readonly kind: 'canary' | 'batch'
  readonly devices: readonly Device[]
}

/** The waves of a job, in order; every device is in one of them. */
export function wavesOf(devices: readonly Device[], { canary = 0, batch = devices.length }: Waves): readonly Wave[] {
  const waves: Wave[] = canary > 0 ? [{ kind: 'canary', devices: devices.slice(0, canary) }] : []
  for (let start = canary; start < devices.length; start += batch)
    waves.push({ kind: 'batch', devices: devices.slice(start, start + batch) })
  return waves
}

/** Why no further wave starts; undefined while the next one may. */
export function stopReason(
  waves: Waves,
  wave: Wave,
  count: { readonly done: number; readonly failed: number; readonly failedInWave: number },
): string | undefined {
  if (wave.kind === 'canary' && count.failedInWave > 0)
    return `${count.failedInWave} of ${wave.devices.length} in the canary wave failed`
  const limit = waves.stopAtPercent
  if (limit === undefined || count.failed * 100 < limit * count.done) return undefined
  return `${count.failed} of ${count.done} failed (stop_at: ${limit}%)`
}
