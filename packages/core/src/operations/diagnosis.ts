import type { ResultCode } from '../result-codes.ts'
import { adviceFor, fillCommand, fillTemplate, resultCode } from '../result-codes.ts'

export const diagnosisPhases = [
  'inventory',
  'jump host',
  'name',
  'TCP',
  'identification',
  'key exchange',
  'host key',
  'login',
  'prompt',
  'privilege',
] as const
export type DiagnosisPhase = (typeof diagnosisPhases)[number]

/** One phase on the way to a prompt, and what was found there. */
export interface DiagnosisStep {
  readonly phase: DiagnosisPhase
  /** `stopped`: not gone into on purpose; nothing is known to be wrong there. */
  readonly outcome: 'ok' | 'failed' | 'stopped' | 'not-reached'
  readonly text: string
  readonly durationMs?: number
  /** Longer findings by their names, as `device offers`. */
  readonly more?: Readonly<Record<string, string>>
}

export interface Diagnosis {
  /** `device` and `jump host` where names are left out. */
  readonly name: string
  readonly kind: 'device' | 'jump host'
  readonly platform?: string
  /** `10.20.1.40:22`. */
  readonly address?: string
  readonly via?: string
  readonly steps: readonly DiagnosisStep[]
  /** Of the first phase that failed; absent when none did. */
  readonly code?: ResultCode
  /** The next command or sentence, empty when there is nothing to do. */
  readonly advice: string
  /** Logins that were sent, on the way and to it. */
  readonly sent: readonly SentLogin[]
  /** How many other devices showed the same code last time. */
  readonly alike: number
  readonly alikeDevices?: readonly string[]
}

export interface SentLogin {
  readonly to: string
  readonly credential: string
  readonly outcome: string
}

/** What the texts of a diagnosis call things; without names and addresses for a report that strangers read. */
export interface DiagnosisNames {
  readonly isAnonymous: boolean
  readonly subject: string
  readonly jumpHost: string
  credential(name: string): string
  username(name: string): string
}

export function namesFor(
  subject: { readonly name: string; readonly kind: Diagnosis['kind'] },
  jumpHost: string | undefined,
  isAnonymous: boolean,
): DiagnosisNames {
  const given = <T extends string>(name: T) => name
  if (!isAnonymous)
    return { isAnonymous, subject: subject.name, jumpHost: jumpHost ?? '', credential: given, username: given }
  const { kind } = subject
  return {
    isAnonymous,
    subject: kind,
    jumpHost: 'jump host',
    credential: () => 'a credential',
    username: () => 'a user',
  }
}

/** Details that say nothing about whose network it is. */
const harmless = ['port', 'profile', 'kind', 'offered', 'ours', 'wasType', 'nowType', 'until'] as const

/** Collects the steps in their order; once one has failed, the others are not reached. */
export class DiagnosisSheet {
  readonly #names: DiagnosisNames
  readonly #phases: readonly DiagnosisPhase[]
  readonly #steps: DiagnosisStep[] = []
  code: ResultCode | undefined
  advice = ''

  constructor(names: DiagnosisNames, phases: readonly DiagnosisPhase[]) {
    this.#names = names
    this.#phases = phases
  }

  ok(phase: DiagnosisPhase, text: string, more: Pick<DiagnosisStep, 'durationMs' | 'more'> = {}): void {
    this.#steps.push({ phase, outcome: 'ok', text, ...more })
  }

  /** Ends here on purpose. */
  stop(phase: DiagnosisPhase, text: string, advice: string): void {
    this.#steps.push({ phase, outcome: 'stopped', text })
    this.advice = advice
  }

  fail(phase: DiagnosisPhase, failure: Failure): void {
    const { code, details = {}, durationMs } = failure
    const known = {
      ...(this.#names.isAnonymous ? onlyHarmless(details) : details),
      device: this.#names.subject,
      jumpHost: this.#names.jumpHost,
      ...('credential' in details && { credential: this.#names.credential(String(details.credential)) }),
    }
    const more = findings(failure, this.#names)
    this.#steps.push({
      phase,
      outcome: 'failed',
      text: fillTemplate(resultCode(code).text, known),
      ...(durationMs !== undefined && { durationMs }),
      ...(Object.keys(more).length > 0 && { more }),
    })
    this.code = code
    const special = own[code]
    this.advice = special === undefined ? adviceFor(code, known) : fillCommand(special, known)
  }

  /** All phases; those without a finding were not reached. */
  get steps(): readonly DiagnosisStep[] {
    const reached = new Set(this.#steps.map(({ phase }) => phase))
    const rest = this.#phases.filter((phase) => !reached.has(phase))
    return [...this.#steps, ...rest.map((phase) => ({ phase, outcome: 'not-reached' as const, text: '' }))]
  }
}

export interface Failure {
  readonly code: ResultCode
  readonly details?: Readonly<Record<string, string | number>>
  /** What was seen, with names in it. */
  readonly message?: string
  readonly durationMs?: number
}

function findings({ code, details = {}, message }: Failure, names: DiagnosisNames): Record<string, string> {
  if (code === 'ALGORITHMS' && 'offered' in details)
    return { missing: String(details.kind), 'device offers': String(details.offered), 'this end': String(details.ours) }
  if (code === 'HOST_KEY_CHANGED') {
    const { was, now, wasType, nowType, vouchedBy, since } = details
    if (names.isAnonymous) return { was: String(wasType), now: String(nowType) }
    const vouched = vouchedBy === undefined ? '' : `, vouched by ${vouchedBy} on ${since}`
    return { was: `${wasType} ${was}${vouched}`, now: `${nowType} ${now}` }
  }
  return message === undefined || names.isAnonymous ? {} : { because: message }
}

function onlyHarmless(details: Readonly<Record<string, string | number>>): Record<string, string | number> {
  return Object.fromEntries(harmless.flatMap((key) => (details[key] === undefined ? [] : [[key, details[key]]])))
}

/** Where the table of codes sends people here, and where there is more to say than one line of a result. */
const own: Readonly<Partial<Record<ResultCode, string>>> = {
  AUTH_UNCLEAR: 'netlatch creds history {device}',
  AUTH_METHOD: 'netlatch creds explain {device}',
  EXTRA_PROMPT: 'use a credential that one password opens, or a jump host of the kind ssh:',
  TIMED_OUT: 'again with --timeout 120; then look at load and access lists on the way',
  PROMPT_NOT_FOUND: 'check platform: of {device}',
  SESSION_LOST: 'look at the free lines and the access list of the terminal lines on {device}',
}
