import type { Forwarder } from '../connection/transport.ts'
import { NetlatchError } from '../errors.ts'
import { untilAborted } from '../until-aborted.ts'

/** The jump hosts of one run: each is opened at its first use and shared by all devices behind it. */
export interface JumpHosts extends AsyncDisposable {
  /**
   * Throws JUMP_HOST_FAILED, the same for every device behind a jump host that failed once; the signal's reason for a device that
   * is given up before, while the jump host goes on opening for the others. Put no device's time limit into the signal: each
   * hop has its own, and where it is silent the jump host is what failed.
   */
  reach(name: string, signal?: AbortSignal): Promise<Forwarder>
}

/** `open` is asked once per jump host and run: one dead jump host costs one try, not one per device. */
export function shareJumpHosts(open: (name: string) => Promise<Forwarder & Partial<AsyncDisposable>>): JumpHosts {
  const opened = new Map<string, Promise<Forwarder & Partial<AsyncDisposable>>>()
  return {
    reach: async (name, signal) => {
      signal?.throwIfAborted()
      const jumpHost = opened.get(name) ?? open(name)
      opened.set(name, jumpHost)
      try {
        return await untilAborted(jumpHost, signal)
      } catch (cause) {
        signal?.throwIfAborted()
        throw jumpHostFailed(name, cause)
      }
    },
    [Symbol.asyncDispose]: async () => {
      for (const jumpHost of opened.values())
        await jumpHost.then(
          (it) => it[Symbol.asyncDispose]?.(),
          () => undefined,
        )
    },
  }
}

function jumpHostFailed(name: string, cause: unknown): NetlatchError {
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new NetlatchError('JUMP_HOST_FAILED', `jump host ${name} failed: ${reason}`, {
    cause,
    details: { jumpHost: name, reason },
  })
}
