/** One line of the bench: what was measured, and what it shall be. */
export interface Figure {
  readonly suite: string
  readonly name: string
  /** Undefined: not measured; `note` says why. */
  readonly value?: number
  readonly unit: 'x' | 'ms' | 's' | 'KB' | 'MB' | 'round trips' | 'logins' | 'a second'
  /** At most this much; without one the figure is for information. */
  readonly target?: number
  readonly note?: string
}

export type Verdict = 'met' | 'not met' | 'not measured' | ''

/** Rounded as it is shown: a ratio of 1.101 meets 1.10, and nobody is told that 1.10 misses it. */
export function verdictOf({ value, target, unit }: Figure): Verdict {
  if (value === undefined) return 'not measured'
  if (target === undefined) return ''
  return rounded(value, unit) <= target ? 'met' : 'not met'
}

export function rounded(value: number, unit: Figure['unit']): number {
  const factor = unit === 'x' || unit === 's' ? 100 : unit === 'logins' || unit === 'a second' ? 1 : 10
  return Math.round(value * factor) / factor
}

export function median(values: readonly number[]): number {
  if (values.length === 0) throw new Error('no values')
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] as number
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] as number) + upper) / 2
}

export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] as number
}

/** One contestant's figure over another's: the median of each, of runs that took turns. */
export function ratio(ours: readonly number[], theirs: readonly number[]): number {
  return median(ours) / median(theirs)
}
