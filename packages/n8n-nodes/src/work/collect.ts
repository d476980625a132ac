import type { DeviceResult } from '@netlatch/core'

/** All results of a run, in the order they came. */
export async function collect<R extends DeviceResult>(run: AsyncIterable<R>): Promise<readonly R[]> {
  const results: R[] = []
  for await (const result of run) results.push(result)
  return results
}
