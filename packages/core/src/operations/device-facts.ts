import type { DeviceFacts } from '../inventory/select-devices.ts'
import type { Device } from '../model.ts'
import { type ResultCode, resultCode } from '../result-codes.ts'
import type { StateStore } from '../state/state-store.ts'

/** What came out of a test, in one word. */
export type ResultWord = 'opened' | 'failed' | 'unreachable' | 'deferred' | 'skipped' | 'attention' | 'untested'

const unreachable: readonly ResultCode[] = [
  'DNS_FAILED',
  'UNREACHABLE',
  'REFUSED',
  'NOT_SSH',
  'TIMED_OUT',
  'JUMP_HOST_FAILED',
]

export function resultWord(code: ResultCode | undefined): ResultWord {
  if (code === undefined) return 'untested'
  const { outcome, symbol } = resultCode(code)
  if (unreachable.includes(code)) return 'unreachable'
  if (outcome === 'success') return 'opened'
  if (outcome === 'deferred' || outcome === 'skipped') return outcome
  return symbol === 'bad' ? 'failed' : 'attention'
}

/** Reads the state once; gives what the keys `result:`, `credential:`, `older:`, `backup:` and `backup-older:` ask for. */
export async function readFacts(state: StateStore): Promise<(device: Device) => DeviceFacts> {
  const records = await state.devices()
  const stored = await state.lastSnapshots()
  const held = new Set((await state.snapshots(undefined, { held: true })).map((snapshot) => snapshot.device))
  return ({ name }) => {
    const record = records.get(name)
    const { seenAt: backedUpAt, unprovenBecause } = stored.get(name) ?? {}
    const backup = backedUpAt === undefined ? 'none' : unprovenBecause === undefined ? 'good' : 'unproven'
    const backups = [backup, ...(held.has(name) ? ['held'] : [])]
    return {
      results: resultWords(record?.code),
      ...(record?.credential && { credential: record.credential }),
      ...(record && { testedAt: record.testedAt }),
      backups,
      ...(backedUpAt && { backedUpAt }),
    }
  }
}

/** Every spelling that holds: the word, the code, and `failed` for whatever needs attention. */
function resultWords(code: ResultCode | undefined): readonly string[] {
  if (code === undefined) return ['untested']
  const attention = resultCode(code).needsAttention ? ['attention', 'failed'] : []
  return [resultWord(code), code.toLowerCase(), ...attention]
}
