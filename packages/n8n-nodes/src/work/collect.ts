import type { Device, DeviceResult } from '@netlatch/core'

/** All results of a run, in the order of its devices. */
export async function collect<R extends DeviceResult>(
  devices: readonly Device[],
  run: AsyncIterable<R>,
): Promise<readonly R[]> {
  const order = new Map(devices.map(({ name }, index) => [name, index]))
  const results: R[] = []
  for await (const result of run) results.push(result)
  return results.sort((a, b) => (order.get(a.device) ?? 0) - (order.get(b.device) ?? 0))
}
