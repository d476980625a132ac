import { agoText } from '../ages.ts'
import { mayLearn } from '../credentials/may-learn.ts'
import type { Resolution, ResolutionRequest } from '../credentials/resolve-candidates.ts'
import { deviceResult, type ResultFacts } from '../device-result.ts'
import { NetlatchError } from '../errors.ts'
import type { Device } from '../model.ts'
import type { DeviceResult } from '../progress.ts'
import { resultCode } from '../result-codes.ts'
import type { DeviceRecord } from '../state/state-store.ts'
import type { DiscoveryPlan, PlannedCredential, PlannedDevice } from './discovery-plan.ts'
import { gatherKnowledge, type Knowledge } from './gather-knowledge.ts'
import { openHostKeyDesk } from './host-key-desk.ts'
import type { Netlatch } from './netlatch.ts'
import { obstacleTo } from './obstacle-to.ts'
import { planAccounts } from './plan-accounts.ts'

export interface DiscoveryOptions {
  /** Also devices opened within `staleAfterMs`. @default false */
  readonly force?: boolean
  /** A device that was opened longer ago is tested again. @default 24 hours */
  readonly staleAfterMs?: number
  /** Leave out devices that have a working credential, however old. @default false */
  readonly skipKnown?: boolean
  /** Nothing but these is tried. */
  readonly credentials?: readonly string[]
  readonly includeFallback?: boolean
  readonly retryRejected?: boolean
  readonly concurrency?: number
}

const recentMs = 24 * 3_600_000
/** A login over a network, from the connection to the prompt, as an expectation. */
const expectedLoginMs = 1_500

/** Knowledge with the vault unlocked where it can be; a locked one plans with the unverified public parts. */
export async function gatherFor(netlatch: Netlatch): Promise<Knowledge> {
  return gatherKnowledge(netlatch, await netlatch.vaultIfUnlocked())
}

/** What a discovery of these devices would do. Nothing is connected, nothing is sent. */
export async function planDiscovery(
  netlatch: Netlatch,
  devices: readonly Device[],
  options: DiscoveryOptions = {},
): Promise<DiscoveryPlan> {
  refuseUnknownNames(netlatch, options.credentials)
  const madeAt = netlatch.now()
  const knowledge = await gatherFor(netlatch)
  const hostKeys = await openHostKeyDesk(netlatch)
  const request = resolutionRequest(options)
  const toTest: PlannedDevice[] = []
  const skipped: DeviceResult[] = []
  const refused: DeviceResult[] = []
  for (const device of devices) {
    const record = knowledge.known.devices.get(device.name)
    const skip = skipFacts(device, record, options, netlatch.now())
    if (skip) {
      skipped.push(deviceResult(device, skip))
      continue
    }
    const resolution = knowledge.resolve(device, request)
    const { candidates } = resolution
    const obstacle = obstacleTo(device, resolution, hostKeys)
    if (!obstacle) toTest.push({ device, candidates })
    else if (learnsHere(device, resolution, options) && hostKeys.isKnown(device))
      toTest.push({ device, candidates, otherwise: obstacle })
    else refused.push(deviceResult(device, { ...obstacle, testedAt: netlatch.now() }))
  }
  const concurrency = options.concurrency ?? netlatch.workspace.settings.limits.concurrency
  const accounts = planAccounts(toTest, knowledge)
  return {
    madeAt,
    devices: devices.length,
    toTest,
    known: toTest.filter(({ candidates }) => candidates.some(({ reason }) => reason === 'worked-before')).length,
    unnamed: toTest.filter(({ candidates }) => candidates.length === 0).length,
    skipped,
    refused,
    credentials: plannedCredentials(toTest),
    accounts,
    leftOut: options.includeFallback ? [] : netlatch.credentials.flatMap((each) => (each.fallback ? [each.name] : [])),
    concurrency,
    estimateMs: estimate(toTest.length, concurrency, accounts),
  }
}

/** A device that nothing names may still be opened by what opens its neighbours: discovery learns that on the way. */
function learnsHere(device: Device, { candidates, excluded }: Resolution, options: DiscoveryOptions): boolean {
  if (options.credentials) return false
  return (
    candidates.length === 0 &&
    excluded.some(({ kind, credential }) => kind === 'no-match' && mayLearn(device, credential))
  )
}

export function resolutionRequest(options: DiscoveryOptions): ResolutionRequest {
  const { credentials, includeFallback, retryRejected } = options
  return {
    ...(credentials && { only: credentials }),
    ...(includeFallback && { includeFallback }),
    ...(retryRejected && { retryRejected }),
  }
}

function refuseUnknownNames(netlatch: Netlatch, names: readonly string[] = []): void {
  const unknown = names.find((name) => !netlatch.credentials.some((credential) => credential.name === name))
  if (unknown !== undefined)
    throw new NetlatchError('NOT_FOUND', `There is no credential ${unknown} in the vault.`, {
      advice: 'netlatch vault list',
    })
}

/** Why a device is not tested, as its result; undefined when it is. */
export function skipFacts(
  device: Device,
  record: DeviceRecord | undefined,
  options: Pick<DiscoveryOptions, 'force' | 'skipKnown' | 'staleAfterMs'>,
  now: Date,
): ResultFacts | undefined {
  const testedAt = record?.testedAt ?? now
  if (device.transport === 'telnet') return { code: 'TRANSPORT_UNSUPPORTED', testedAt }
  if (!record?.credential || record.openedAt === undefined || resultCode(record.code).needsAttention) return undefined
  const isRecent = now.getTime() - record.openedAt.getTime() < (options.staleAfterMs ?? recentMs)
  if (!(isRecent && !options.force) && !options.skipKnown) return undefined
  return openedBefore(record, now)
}

/** The result of a device that needs no login, because one has opened it. */
export function openedBefore({ credential, privilege, testedAt, openedAt }: DeviceRecord, now: Date): ResultFacts {
  return {
    code: 'SKIPPED_RECENT',
    ...(credential !== null && { credential }),
    ...{ privilege, testedAt, details: { ago: agoText(openedAt ?? testedAt, now) } },
  }
}

function plannedCredentials(planned: readonly PlannedDevice[]): PlannedCredential[] {
  const byName = new Map<string, { because: Map<string, number>; first: number; later: number }>()
  for (const { candidates } of planned)
    for (const [index, { credential, because }] of candidates.entries()) {
      const entry = byName.get(credential.name) ?? { because: new Map<string, number>(), first: 0, later: 0 }
      byName.set(credential.name, entry)
      const reason = because.replace(/ (just now|\d+ \w+ ago), unchanged since| · priority \d+/, '')
      entry.because.set(reason, (entry.because.get(reason) ?? 0) + 1)
      if (index === 0) entry.first++
      else entry.later++
    }
  return [...byName]
    .map(([credential, { because, first, later }]) => ({
      credential,
      because: [...because]
        .sort((a, b) => b[1] - a[1])
        .slice(0, 2)
        .map(([reason]) => reason)
        .join(', '),
      devices: first + later,
      first,
      later,
    }))
    .sort((a, b) => b.first - a.first || b.devices - a.devices)
}

/** Devices over places, where an account that was never proven has one place. */
function estimate(devices: number, concurrency: number, accounts: DiscoveryPlan['accounts']): number {
  const oneByOne = accounts.filter(({ isProven, kind }) => !isProven && kind !== 'device').map((each) => each.devices)
  const slowest = Math.max(0, ...oneByOne) * expectedLoginMs
  return Math.max(slowest, Math.ceil(devices / concurrency) * expectedLoginMs)
}
