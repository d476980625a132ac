import type { ConnectionPhase } from '../connection/transport.ts'
import type { ResultCode } from '../result-codes.ts'
import type { DiagnosisPhase, DiagnosisSheet } from './diagnosis.ts'

/** The phases of a connection in their order, as a diagnosis calls them. */
const looked = { dns: 'name', tcp: 'TCP', identification: 'identification', 'key-exchange': 'key exchange' } as const
const lookedPhases = Object.values(looked)
type LookedPhase = (typeof lookedPhases)[number]

const phases: Readonly<Partial<Record<ResultCode, DiagnosisPhase>>> = {
  DNS_FAILED: 'name',
  UNREACHABLE: 'TCP',
  REFUSED: 'TCP',
  JUMP_HOST_FAILED: 'TCP',
  NOT_SSH: 'identification',
  ALGORITHMS: 'key exchange',
}

/** Where a failure belongs, when its code says so by itself. */
export function phaseOf(code: ResultCode): DiagnosisPhase | undefined {
  return phases[code]
}

/** Keeps the times of the phases of one connection, and writes them down in the end. */
export function lookTimes() {
  const times = new Map<DiagnosisPhase, number>()
  return {
    add: (phase: ConnectionPhase, durationMs: number) => {
      if (phase in looked) times.set(looked[phase as keyof typeof looked], durationMs)
    },
    /** The phase that ended last; a failed one ends as well. */
    last: (): DiagnosisPhase => [...times.keys()].at(-1) ?? 'TCP',
    of: (phase: DiagnosisPhase) => times.get(phase),
    /** Good ones up to and without `failed`. */
    report(
      sheet: DiagnosisSheet,
      failed: DiagnosisPhase | undefined,
      texts: Readonly<Record<LookedPhase, string>>,
    ): void {
      for (const phase of lookedPhases) {
        if (phase === failed) return
        const durationMs = times.get(phase)
        sheet.ok(phase, texts[phase], durationMs === undefined ? {} : { durationMs })
      }
    },
  }
}
