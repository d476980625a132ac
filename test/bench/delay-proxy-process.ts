import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { DevicePlace } from '../support/simulated-fleet/place.ts'

export interface DelayProxyJob {
  readonly roundTripMs: number
  readonly places: readonly ProxiedPlace[]
}

/** Where to listen (port 0: any), and whose bytes pass there. */
export interface ProxiedPlace {
  readonly address: string
  readonly port: number
  readonly to: { readonly address: string; readonly port: number }
}

/** A fleet as it is seen from far away. */
export interface DistantFleet extends AsyncDisposable {
  readonly places: readonly DevicePlace[]
}

/** Puts `roundTripMs` between this machine and each device: one address for each, the names and host keys stay. */
export async function startDelayProxy(places: readonly DevicePlace[], roundTripMs: number): Promise<DistantFleet> {
  const main = fileURLToPath(new URL('./delay-proxy.ts', import.meta.url))
  const child = spawn(process.execPath, [main], { stdio: ['pipe', 'pipe', 'inherit'] })
  const exit = once(child, 'exit')
  const job: DelayProxyJob = { roundTripMs, places: places.map(proxied) }
  child.stdin.write(`${JSON.stringify(job)}\n`)
  const answer = await createInterface({ input: child.stdout })[Symbol.asyncIterator]().next()
  if (answer.done) throw new Error('the delay proxy ended')
  const bound = JSON.parse(answer.value) as readonly { readonly address: string; readonly port: number }[]
  return {
    places: places.map((place, index) => ({ ...place, ...bound[index] })),
    [Symbol.asyncDispose]: async () => {
      child.stdin.end()
      await exit
    },
  }
}

/** 127.77.1.2 is seen as 127.177.1.2; where the devices share one address (macOS), as any port of it. */
function proxied({ address, port }: DevicePlace): ProxiedPlace {
  const moved = address.replace(/^127\.(\d+)\./, (_, second: string) => `127.${Number(second) + 100}.`)
  const own = address === '127.0.0.1' ? { address, port: 0 } : { address: moved, port }
  return { ...own, to: { address, port } }
}
