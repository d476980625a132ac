import type { Lease } from '../connection/connection-pool.ts'
import type { Connection } from '../connection/transport.ts'
import { failureCode } from '../device-result.ts'
import type { DeviceResult } from '../progress.ts'
import { failureFacts } from './failure-facts.ts'
import type { Netlatch } from './netlatch.ts'
import type { Afterwards, OpenedDevice, VisitOptions, Worked } from './visit-options.ts'

/** An operation's work on an open device. One that fails while it is worked on is a result as well. Throws the run's end. */
export async function workOnDevice<R extends DeviceResult>(
  netlatch: Netlatch,
  { work }: Pick<VisitOptions<R>, 'work'>,
  opened: Omit<OpenedDevice, 'connection'>,
  lease: Lease<Connection>,
): Promise<Worked<R> | Afterwards<R>> {
  try {
    return await work({ ...opened, connection: lease.connection })
  } catch (thrown) {
    await lease.discard()
    return failed(netlatch, opened, thrown)
  }
}

/** The rest of the work. What fails there says nothing against the connection. */
export async function workAfterwards<R extends DeviceResult>(
  netlatch: Netlatch,
  opened: Pick<OpenedDevice, 'ports'>,
  afterwards: Afterwards<R>,
): Promise<Worked<R>> {
  try {
    return await afterwards()
  } catch (thrown) {
    return failed(netlatch, opened, thrown)
  }
}

function failed<R extends DeviceResult>(
  netlatch: Netlatch,
  { ports }: Pick<OpenedDevice, 'ports'>,
  thrown: unknown,
): Worked<R> {
  ports.signal?.throwIfAborted()
  const { code, error } = failureCode(thrown)
  return { facts: failureFacts(netlatch, code, error) }
}
