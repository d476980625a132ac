import { keyTypeName } from '../connection/host-key.ts'
import type { HostKey } from '../connection/transport.ts'
import { deviceResult, failureCode, resultText } from '../device-result.ts'
import { NetlatchError } from '../errors.ts'
import type { Device } from '../model.ts'
import type { Abortable } from '../progress.ts'
import { judgeHostKey } from '../safety/host-keys.ts'
import { addHostKey, replaceHostKeys } from '../safety/known-hosts-edit.ts'
import { eachAtOnce } from './at-once.ts'
import { addressOwner } from './host-key-desk.ts'
import type { Netlatch } from './netlatch.ts'
import { openScanPorts } from './run-ports.ts'
import { findDevice } from './select-targets.ts'

export interface ScannedKey {
  readonly device: string
  readonly state: 'known' | 'new' | 'changed' | 'revoked' | 'failed'
  /** `ED25519 SHA256:…`; absent when nothing was seen. */
  readonly now?: string
  /** What known_hosts has, when it differs. */
  readonly was?: string
  /** Why nothing was seen. */
  readonly reason?: string
}

export interface ScanReport {
  readonly known: readonly ScannedKey[]
  /** Written to known_hosts, for review. */
  readonly added: readonly ScannedKey[]
  /** Not written: a person decides. */
  readonly changed: readonly ScannedKey[]
  readonly failed: readonly Finding[]
  /** What a person should look at before trusting the new keys. */
  readonly oddities: readonly Finding[]
}

export interface Finding {
  readonly text: string
  readonly devices: readonly string[]
}

export interface ScanOptions extends Abortable {
  /** Nothing new is started once it fires; what was seen so far is written. */
  readonly finish?: AbortSignal
  /** @default the workspace's */
  readonly concurrency?: number
  /** For each device. @default 30_000 */
  readonly timeoutMs?: number
  readonly onScanned?: (seen: ScannedKey) => void
}

interface Seen extends ScannedKey {
  readonly owner: Device
  readonly key?: HostKey
}

const shortestRsaBits = 2048

/**
 * Collects host keys: key exchange only, no user name, no secret. New keys are written to known_hosts, where a git diff shows
 * them for review; a changed key is never written.
 */
export async function scanHostKeys(
  netlatch: Netlatch,
  devices: readonly Device[],
  options: ScanOptions = {},
): Promise<ScanReport> {
  const seen: Seen[] = []
  const reachable = devices.filter((device) => device.transport === 'ssh')
  await using ports = await openScanPorts(netlatch, options)
  const lanes = options.concurrency ?? netlatch.workspace.settings.limits.concurrency
  try {
    await eachAtOnce(reachable, lanes, async (device) => {
      if (options.finish?.aborted) return
      const key = await scanOne(netlatch, device, ports)
      seen.push(key)
      options.onScanned?.(publicKey(key))
    })
  } finally {
    await writeNew(netlatch, seen)
  }
  return report(seen)
}

type ScanPorts = Awaited<ReturnType<typeof openScanPorts>>

async function scanOne(netlatch: Netlatch, device: Device, ports: ScanPorts): Promise<Seen> {
  const { name } = device
  const limit = AbortSignal.any([AbortSignal.timeout(ports.timeoutMs), ...(ports.signal ? [ports.signal] : [])])
  try {
    const via =
      device.jumpHost === undefined
        ? undefined
        : await ports.jumpHosts().then((it) => it.reach(device.jumpHost ?? '', limit))
    const { hostKey } = await netlatch.transport.readHostKey(ports.hostKeys.target(device), {
      signal: limit,
      ...(via && { via }),
    })
    const verdict = judgeHostKey(ports.known, device, hostKey)
    const base = { device: name, owner: device, key: hostKey, now: keyText(hostKey) }
    if (verdict.verdict === 'ok') return { ...base, state: 'known' }
    if (verdict.verdict === 'unknown') return { ...base, state: 'new' }
    if (verdict.verdict === 'revoked') return { ...base, state: 'revoked' }
    return { ...base, state: 'changed', was: verdict.was.map((line) => keyText(line.key)).join(', ') }
  } catch (thrown) {
    ports.signal?.throwIfAborted()
    const failure = limit.aborted
      ? { code: 'TIMED_OUT' as const, details: {} }
      : { code: failureCode(thrown).code, details: failureCode(thrown).error.details }
    const reason = resultText(deviceResult(device, { ...failure, testedAt: netlatch.now() }))
    return { device: name, owner: device, state: 'failed', reason }
  }
}

async function writeNew(netlatch: Netlatch, seen: readonly Seen[]): Promise<void> {
  const fresh = seen.filter((each) => each.state === 'new')
  if (fresh.length === 0) return
  const options = { by: 'scan' as const, on: netlatch.now(), ownsAddress: addressOwner(netlatch) }
  await netlatch.changeHostKeys((known) =>
    fresh.reduce((all, { owner, key }) => (key ? addHostKey(all, owner, key, options) : all), known),
  )
}

function report(seen: readonly Seen[]): ScanReport {
  const having = (...states: ScannedKey['state'][]) => seen.filter(({ state }) => states.includes(state))
  const failures = Map.groupBy(having('failed'), ({ reason = '' }) => reason)
  return {
    known: having('known').map(publicKey),
    added: having('new').map(publicKey),
    changed: having('changed', 'revoked').map(publicKey),
    failed: [...failures].map(([text, same]) => ({ text, devices: same.map(({ device }) => device) })),
    oddities: findOddities(seen),
  }
}

function findOddities(seen: readonly Seen[]): Finding[] {
  const shown = seen.flatMap(({ device, key }) => (key ? [{ device, key }] : []))
  const shared = [...Map.groupBy(shown, ({ key }) => key.key).values()].filter((same) => same.length > 1)
  const short = shown.filter(({ key }) => key.bits !== undefined && key.bits < shortestRsaBits)
  const bits = Map.groupBy(short, ({ key }) => key.bits)
  const names = (all: readonly { readonly device: string }[]) => all.map(({ device }) => device)
  return [
    ...shared.map((same) => ({
      text: `same key on ${same.length} devices: a cloned image, or a middle box`,
      devices: names(same),
    })),
    ...[...bits].map(([length, same]) => ({ text: `RSA ${length}`, devices: names(same) })),
  ]
}

function publicKey({ owner: _owner, key: _key, ...rest }: Seen): ScannedKey {
  return rest
}

function keyText({ type, fingerprint, bits }: HostKey): string {
  return `${keyTypeName(type)}${bits === undefined ? '' : ` ${bits}`} ${fingerprint}`
}

export interface TrustOptions extends Abortable {
  /** Shown what was and what is; true trusts the new key. */
  readonly confirm: (seen: { readonly was?: string; readonly now: string }) => Promise<boolean>
  /** @default 30_000 */
  readonly timeoutMs?: number
}

export interface TrustChange {
  readonly trusted: boolean
  readonly was?: string
  readonly now: string
}

/**
 * Looks at the key that a device shows now and makes it its only one, once a person has said so. Throws the result code of
 * a device that cannot be reached, and HOST_KEY_REVOKED for a key that known_hosts revokes.
 */
export async function trustHostKey(netlatch: Netlatch, name: string, options: TrustOptions): Promise<TrustChange> {
  const device = findDevice(netlatch, name)
  await using ports = await openScanPorts(netlatch, options)
  const { key, state, reason, now = '', was } = await scanOne(netlatch, device, ports)
  if (!key) throw new NetlatchError('NOT_FOUND', `${name}: no host key was seen: ${reason}.`)
  if (state === 'revoked')
    throw new NetlatchError('HOST_KEY_REVOKED', `${name}: known_hosts revokes the key that it shows.`, {
      advice: 'ask who revoked it',
    })
  const seen = was === undefined ? { now } : { now, was }
  if (state === 'known') return { trusted: true, ...seen }
  if (!(await options.confirm(seen))) return { trusted: false, ...seen }
  const trust = { by: 'person' as const, on: netlatch.now(), ownsAddress: addressOwner(netlatch) }
  await netlatch.changeHostKeys((known) => replaceHostKeys(known, device, key, trust))
  return { trusted: true, ...seen }
}
