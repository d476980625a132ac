import type { Measurement } from './clients/job.ts'
import type { Run } from './fleet-tally.ts'

export type Interleaved<Name extends string, Perhaps extends string = never> = Readonly<
  Record<Name, readonly Run[]> & Partial<Record<Perhaps, readonly Run[]>>
>
type Contestant = () => Promise<Measurement>

/**
 * Lets the contestants take turns, so that what else happens on the machine meets all of them alike. The first round warms
 * the fleet and the disk, and is not counted. Fails when one of them does not do the whole job.
 */
export async function interleave<Contestants extends Readonly<Partial<Record<string, Contestant>>>>(
  contestants: Contestants,
  options: {
    readonly runs: number
    readonly expected: number
    /** Those that are left out when they fail: they are not ours. */
    readonly mayFail?: readonly string[]
    readonly around: (work: Contestant) => Promise<Run>
  },
): Promise<{ readonly [Name in keyof Contestants]: readonly Run[] }> {
  const results: Partial<Record<keyof Contestants, Run[]>> = {}
  const mayFail = new Set(options.mayFail)
  for (let round = 0; round <= options.runs; round += 1)
    for (const name of Object.keys(contestants) as (keyof Contestants & string)[]) {
      const contestant = contestants[name]
      if (contestant === undefined) continue
      if (round > 0 && mayFail.has(name) && !results[name]) continue
      try {
        const run = await options.around(contestant)
        if (run.succeeded !== options.expected)
          throw new Error(`${name}: ${run.succeeded} of ${options.expected} devices came out well`)
        results[name] = [...(results[name] ?? []), run]
      } catch (error) {
        if (!mayFail.has(name)) throw error
        process.stderr.write(`${name} is left out: ${error instanceof Error ? error.message : error}\n`)
        delete results[name]
      }
    }
  for (const all of Object.values<Run[] | undefined>(results)) all?.shift()
  return results as { readonly [Name in keyof Contestants]: readonly Run[] }
}
