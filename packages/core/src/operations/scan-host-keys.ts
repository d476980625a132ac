import { NetlatchError } from '../errors.ts'
import type { Device } from '../model.ts'
import type { Abortable } from '../progress.ts'
import { addHostKeys, type OwnedKey, vouchForScanned } from '../safety/known-hosts-edit.ts'
import { eachAtOnce } from './at-once.ts'
import { addressOwner } from './host-key-desk.ts'
import { type Finding, findOddities } from './host-key-oddities.ts'
import type { Netlatch } from './netlatch.ts'
import { openScanPorts } from './run-ports.ts'
import { publicKey, type ScannedKey, type SeenKey, seeHostKey } from './see-host-key.ts'

export interface ScanReport {
  readonly known: readonly ScannedKey[]
  /** Written to known_hosts, for review. */
  readonly added: readonly ScannedKey[]
  /** Not written: a person decides. */
  readonly changed: readonly ScannedKey[]
  /** One for each cause, with what to do about it on the first of its devices. */
  readonly failed: readonly (Finding & { readonly advice: string })[]
  /** What a person should look at before trusting the new keys. */
  readonly oddities: readonly Finding[]
  /** With a first scan: devices that showed the same key twice. */
  readonly confirmed: number
  /** With a first scan: shown there with another key. A new one of these is not written. */
  readonly differing: readonly DifferingKey[]
}

export interface DifferingKey extends ScannedKey {
  /** What the first scan saw. */
  readonly first: string
}

/** What an earlier scan saw: `ED25519 SHA256:…` by device. */
export type FirstScan = ReadonlyMap<string, string>

export interface ScanOptions extends Abortable {
  /** Nothing new is started once it fires; what was seen so far is written. */
  readonly finish?: AbortSignal
  /** @default the workspace's */
  readonly concurrency?: number
  /** For each device. @default 30_000 */
  readonly timeoutMs?: number
  /** A scan from another place: a key that both saw is vouched for twice. */
  readonly compareWith?: FirstScan
  readonly onScanned?: (seen: ScannedKey) => void
}

/**
 * Collects host keys: key exchange only, no user name, no secret. New keys are written to known_hosts, where a git diff shows
 * them for review; a changed key is never written, nor one that a first scan saw otherwise.
 */
export async function scanHostKeys(
  netlatch: Netlatch,
  devices: readonly Device[],
  options: ScanOptions = {},
): Promise<ScanReport> {
  const seen: SeenKey[] = []
  const reachable = devices.filter((device) => device.transport === 'ssh')
  await using ports = await openScanPorts(netlatch, options)
  const lanes = options.concurrency ?? netlatch.workspace.settings.limits.concurrency
  try {
    await eachAtOnce(reachable, lanes, async (device) => {
      if (options.finish?.aborted) return
      const key = await seeHostKey(netlatch, device, ports)
      seen.push(key)
      options.onScanned?.(publicKey(key))
    })
  } finally {
    await write(netlatch, seen, options.compareWith)
  }
  return report(seen, findOddities(seen, ports.known), options.compareWith)
}

async function write(netlatch: Netlatch, seen: readonly SeenKey[], first: FirstScan | undefined): Promise<void> {
  const trust = { on: netlatch.now(), ownsAddress: addressOwner(netlatch) }
  const ofState = (state: ScannedKey['state'], compared: Compared) =>
    seen.filter((each) => each.state === state && compare(each, first) === compared).flatMap(ownedKey)
  const once = ofState('new', 'only here')
  const twice = ofState('new', 'same')
  const again = ofState('known', 'same')
  if (once.length + twice.length + again.length === 0) return
  await netlatch.changeHostKeys((known) => {
    const scanned = addHostKeys(known, once, { ...trust, by: 'scan' })
    const compared = addHostKeys(scanned, twice, { ...trust, by: 'scan-twice' })
    return vouchForScanned(compared, again, { ...trust, by: 'scan-twice' })
  })
}

type Compared = 'same' | 'another' | 'only here'

function compare({ device, now }: ScannedKey, first: FirstScan | undefined): Compared {
  const then = first?.get(device)
  if (then === undefined || now === undefined) return 'only here'
  return then === now ? 'same' : 'another'
}

function ownedKey({ owner, key }: SeenKey): readonly OwnedKey[] {
  return key ? [{ owner, key }] : []
}

function report(seen: readonly SeenKey[], oddities: ScanReport['oddities'], first: FirstScan | undefined): ScanReport {
  const having = (...states: ScannedKey['state'][]) => seen.filter(({ state }) => states.includes(state))
  const failures = Map.groupBy(having('failed'), ({ reason = '' }) => reason)
  const differs = (each: ScannedKey) => compare(each, first) === 'another'
  return {
    known: having('known').map(publicKey),
    added: having('new')
      .filter((each) => !differs(each))
      .map(publicKey),
    changed: having('changed', 'revoked').map(publicKey),
    failed: [...failures].map(([text, same]) => ({
      text,
      devices: same.map(({ device }) => device),
      advice: same[0]?.advice ?? '',
    })),
    oddities,
    confirmed: seen.filter((each) => compare(each, first) === 'same').length,
    differing: seen.filter(differs).map((each) => ({ ...publicKey(each), first: first?.get(each.device) ?? '' })),
  }
}

/** Reads what `trust --scan` wrote, under `--json` or with `--output`. Throws INPUT_INVALID. */
export function parseScan(text: string, file: string): FirstScan {
  const seen = new Map<string, string>()
  for (const entry of entriesOf(text)) {
    if (entry === undefined)
      throw new NetlatchError('INPUT_INVALID', `${file}: not the JSON of a scan.`, {
        advice: 'netlatch trust --scan <selection> --output scan.json',
      })
    const { device, now } = entry as { readonly device?: unknown; readonly now?: unknown }
    if (typeof device === 'string' && typeof now === 'string') seen.set(device, now)
  }
  if (seen.size === 0)
    throw new NetlatchError('INPUT_INVALID', `${file}: no host key in it.`, {
      advice: 'netlatch trust --scan <selection> --output scan.json',
    })
  return seen
}

/** Objects of a list, or of lines; undefined for what is none. */
function entriesOf(text: string): readonly (object | undefined)[] {
  const whole = parseJson(text)
  const values = Array.isArray(whole)
    ? whole
    : text
        .split('\n')
        .filter((line) => line.trim() !== '')
        .map(parseJson)
  return values.map((value: unknown) => (typeof value === 'object' && value !== null ? value : undefined))
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Several lines of JSON are no JSON; a line that is none is told by its place.
    return undefined
  }
}
