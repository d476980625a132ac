export interface PoolLimits {
  /** Connections in use at once. @default 64 */
  readonly concurrency: number
  /** In use at one site. @default 16 */
  readonly perSite: number
  /** In use or idle on one device: both take one of its lines. @default 2 */
  readonly perDevice: number
  /** New connections in any second. @default 50 */
  readonly connectsPerSecond: number
  /** How long an unused connection stays open. @default 60_000 */
  readonly idleMs: number
  /** How long a connection is used again at all. @default 1_800_000 */
  readonly maxAgeMs: number
  /** Idle connections in all; the one that is idle longest goes first. @default 2_000 */
  readonly maxIdle: number
}

export const defaultPoolLimits: PoolLimits = {
  concurrency: 64,
  perSite: 16,
  perDevice: 2,
  connectsPerSecond: 50,
  idleMs: 60_000,
  maxAgeMs: 1_800_000,
  maxIdle: 2_000,
}
