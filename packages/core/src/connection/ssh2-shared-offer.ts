import type { Client } from 'ssh2'
import type { AlgorithmOffer } from './algorithm-profiles.ts'

/** What ssh2 made of each offer; its own class, never looked into. */
const packets = new WeakMap<AlgorithmOffer, unknown>()

/**
 * ssh2 keeps the packet of its offer for a later key exchange, 5 KB with each connection, a tenth of what an idle one costs.
 * They are equal for equal offers, and never written to: one is enough. Where a version of ssh2 keeps it elsewhere, nothing
 * is shared.
 */
export function shareOffer(client: Client, offer: AlgorithmOffer): void {
  const protocol: unknown = Reflect.get(client, '_protocol')
  if (typeof protocol !== 'object' || protocol === null || !('_offer' in protocol)) return
  const packet = packets.get(offer)
  if (packet === undefined) packets.set(offer, protocol._offer)
  else protocol._offer = packet
}
