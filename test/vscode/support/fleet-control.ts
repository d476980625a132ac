import { once } from 'node:events'
import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'
import type { FleetProcess } from '../../support/simulated-fleet/fleet-process.ts'
import type { FleetRequests } from '../../support/simulated-fleet/fleet-requests.ts'

export interface FleetControl extends AsyncDisposable {
  readonly url: string
}

/** Lets a suite in another process ask the fleet: POST `{ op, args }`. Loopback only. */
export async function controlFleet(fleet: FleetProcess): Promise<FleetControl> {
  const server = createServer(async (request, response) => {
    try {
      const { op, args } = JSON.parse(await text(request)) as { op: keyof FleetRequests; args: never[] }
      const result = await (fleet.ask as (op: string, ...args: never[]) => Promise<unknown>).call(fleet, op, ...args)
      response.end(JSON.stringify({ result }))
    } catch (error) {
      response.writeHead(500).end(String(error))
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('no address')
  return {
    url: `http://127.0.0.1:${address.port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
