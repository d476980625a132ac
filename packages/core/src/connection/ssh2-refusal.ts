import type { Client } from 'ssh2'

/** What a server says with a no: the methods it takes now, and whether what it got was right as far as it goes. */
export interface Refusal {
  readonly left: readonly string[]
  readonly partial: boolean
}

/**
 * Tells of each refusal before ssh2 acts on it. After a key of an agent ssh2 asks for the next method with what the server had
 * said before that key: a second factor would pass for a refusal. Its inside, never relied on: where a version of ssh2 keeps
 * its handlers elsewhere, nothing is told.
 */
export function hearRefusals(client: Client, hear: (refusal: Refusal) => void): void {
  const protocol: unknown = Reflect.get(client, '_protocol')
  if (typeof protocol !== 'object' || protocol === null || !('_handlers' in protocol)) return
  const handlers = protocol._handlers
  if (typeof handlers !== 'object' || handlers === null) return
  const handle: unknown = Reflect.get(handlers, 'USERAUTH_FAILURE')
  if (typeof handle !== 'function') return
  Reflect.set(handlers, 'USERAUTH_FAILURE', (self: unknown, left: unknown, partial: unknown): void => {
    if (Array.isArray(left)) hear({ left: left.map(String), partial: partial === true })
    handle(self, left, partial)
  })
}
