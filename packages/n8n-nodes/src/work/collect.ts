import type { Device, DeviceResult, ProgressEvent } from '@netlatch/core'

interface Collected<R extends DeviceResult> {
  readonly results: readonly R[]
  /** Under which the state keeps them. */
  readonly runId: string | null
}

/** All results of a run, in the order of its devices. */
export async function collect<R extends DeviceResult>(
  devices: readonly Device[],
  start: (onProgress: (event: ProgressEvent) => void) => AsyncIterable<R>,
): Promise<Collected<R>> {
  const order = new Map(devices.map(({ name }, index) => [name, index]))
  const results: R[] = []
  let runId: string | null = null
  const run = start((event) => {
    if (event.type === 'started') runId = event.runId
  })
  for await (const result of run) results.push(result)
  return { results: results.sort((a, b) => (order.get(a.device) ?? 0) - (order.get(b.device) ?? 0)), runId }
}
