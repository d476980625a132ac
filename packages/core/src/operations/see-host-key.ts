import { keyTypeName } from '../connection/host-key.ts'
import type { HostKey } from '../connection/transport.ts'
import { deviceResult, failureCode, resultText } from '../device-result.ts'
import type { Device } from '../model.ts'
import { judgeHostKey } from '../safety/host-keys.ts'
import type { Netlatch } from './netlatch.ts'
import type { ScanPorts } from './run-ports.ts'

export interface ScannedKey {
  readonly device: string
  readonly state: 'known' | 'new' | 'changed' | 'revoked' | 'failed'
  /** `ED25519 SHA256:…`; absent when nothing was seen. */
  readonly now?: string
  /** What known_hosts has, when it differs. */
  readonly was?: string
  /** Why nothing was seen. */
  readonly reason?: string
  /** What to do about that. */
  readonly advice?: string
}

export interface SeenKey extends ScannedKey {
  readonly owner: Device
  readonly key?: HostKey
  readonly identification?: string
}

/**
 * What a device shows now, held against known_hosts. Key exchange only; a jump host on the way is logged in to. A device that
 * cannot be reached is an answer. `types`: key types to ask for first, instead of those that are known.
 */
export async function seeHostKey(
  netlatch: Netlatch,
  device: Device,
  ports: ScanPorts,
  types?: readonly string[],
): Promise<SeenKey> {
  const { name, jumpHost } = device
  let isLate = () => false
  try {
    const via = jumpHost === undefined ? undefined : await (await ports.jumpHosts()).reach(jumpHost, ports.signal)
    // What the jump host took is not the device's time.
    const limit = AbortSignal.any([AbortSignal.timeout(ports.timeoutMs), ...(ports.signal ? [ports.signal] : [])])
    isLate = () => limit.aborted
    const target = { ...ports.hostKeys.target(device), ...(types && { hostKeyTypes: types }) }
    const { hostKey, identification } = await netlatch.transport.readHostKey(target, {
      signal: limit,
      ...(via && { via }),
    })
    const verdict = judgeHostKey(ports.known, device, hostKey)
    const base = { device: name, owner: device, key: hostKey, identification, now: keyText(hostKey) }
    if (verdict.verdict === 'ok') return { ...base, state: 'known' }
    if (verdict.verdict === 'unknown') return { ...base, state: 'new' }
    if (verdict.verdict === 'revoked') return { ...base, state: 'revoked' }
    const was = verdict.was.map(({ key, vouched }) =>
      vouched ? `${keyText(key)} (vouched by ${vouched.by}, ${vouched.on})` : keyText(key),
    )
    return { ...base, state: 'changed', was: was.join(', ') }
  } catch (thrown) {
    ports.signal?.throwIfAborted()
    const failure = isLate()
      ? { code: 'TIMED_OUT' as const, details: {} }
      : { code: failureCode(thrown).code, details: failureCode(thrown).error.details }
    const result = deviceResult(device, { ...failure, testedAt: netlatch.now() })
    const { advice } = result
    return { device: name, owner: device, state: 'failed', reason: resultText(result), ...(advice && { advice }) }
  }
}

/** Without what only this program's inside needs. */
export function publicKey({ owner: _owner, key: _key, identification: _identification, ...rest }: SeenKey): ScannedKey {
  return rest
}

/** `RSA 2048 SHA256:…`. */
export function keyText({ type, fingerprint, bits }: HostKey): string {
  return `${keyTypeName(type)}${bits === undefined ? '' : ` ${bits}`} ${fingerprint}`
}
