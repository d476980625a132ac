import {
  type Device,
  type DeviceBackup,
  type DeviceRecord,
  type DeviceResult,
  formatAge,
  formatTime,
  type ResultCode,
  type ResultSymbol,
  resultCode,
  resultText,
} from '@netlatch/core'

/** How an annotation looks: `dim` for health, the others for what a person must see. */
export type Tone = 'dim' | 'stale' | 'idle' | 'warning' | 'error'

export interface InlineText {
  readonly text: string
  readonly tone: Tone
}

/** What is known about one device, from the state and from what runs now. */
export interface DeviceStanding {
  readonly record?: DeviceRecord | undefined
  /** The latest result of this window, where it is newer than the record. */
  readonly live?: DeviceResult | undefined
  readonly isRunning?: boolean
  /** Refused logins since one succeeded. */
  readonly tries?: number
  readonly backup?: Pick<DeviceBackup, 'state' | 'lastGoodAt' | 'unproven'> | undefined
  /** What kind of secret stands in its entry of the file: `password`. */
  readonly secretInFile?: string | undefined
}

export interface InlineOptions {
  readonly now: Date
  /** Results older than this fade. */
  readonly staleAfterMs: number
  readonly maxLength: number
}

export const symbols: Readonly<Record<ResultSymbol, string>> = { good: '✓', bad: '✗', look: '!', idle: '○', none: '–' }

/** What stands at the end of a device's line; nothing for devices that are not active. */
export function inlineResult(device: Device, standing: DeviceStanding, options: InlineOptions): InlineText | undefined {
  const found = deviceText(device, standing, options)
  return found && { ...found, text: shorten(found.text, options.maxLength) }
}

function deviceText(device: Device, standing: DeviceStanding, options: InlineOptions): InlineText | undefined {
  if (standing.secretInFile !== undefined) return { text: `! ${standing.secretInFile} in the inventory`, tone: 'error' }
  if (standing.isRunning) return { text: '⟳ testing…', tone: 'idle' }
  if (device.transport === 'telnet') return { text: '– Telnet only', tone: 'idle' }
  if (device.status !== 'active') return undefined
  const { record, live } = standing
  const latest = live && (!record || live.testedAt >= record.testedAt) ? liveFacts(live) : record && recordFacts(record)
  if (!latest) return { text: '○ untested', tone: 'idle' }
  return resultCode(latest.code).outcome === 'success' && latest.credential
    ? openedText(latest, standing, options)
    : troubleText(latest, standing, options)
}

interface Facts {
  readonly code: ResultCode
  readonly text: string
  readonly at: Date
  readonly credential: string | null
  readonly previous?: string
  readonly isUnprivileged: boolean
  readonly until?: Date
  readonly tries?: number
}

function liveFacts(result: DeviceResult): Facts {
  const { code, credential, previousCredential, testedAt, privilege, deferredUntil, attempts } = result
  const login = credential && resultCode(code).outcome === 'success'
  return {
    code: login ? (privilege === 'user' ? 'OPENED_UNPRIVILEGED' : 'OPENED') : code,
    text: resultText(result),
    at: testedAt,
    credential,
    ...(previousCredential !== undefined && { previous: previousCredential }),
    isUnprivileged: privilege === 'user',
    ...(deferredUntil && { until: deferredUntil }),
    tries: attempts.filter(({ outcome }) => outcome === 'rejected' || outcome === 'unclear').length,
  }
}

function recordFacts({ device, code, message, testedAt, credential, privilege }: DeviceRecord): Facts {
  // A record's message begins with the device's name.
  return {
    code,
    text: message.slice(device.length + 2),
    at: testedAt,
    credential,
    isUnprivileged: privilege === 'user',
  }
}

function openedText(facts: Facts, standing: DeviceStanding, { now, staleAfterMs }: InlineOptions): InlineText {
  const changed = facts.previous === undefined ? '' : ` (was ${facts.previous})`
  const parts = [
    `✓ ${facts.credential}${changed}`,
    ...(facts.isUnprivileged ? ['user mode'] : []),
    formatAge(facts.at, now),
    // No trouble: the next backup may prove it.
    ...(standing.backup?.state === 'unproven' ? ['backup unproven'] : []),
  ]
  const backup = backupTrouble(standing, now)
  const isStale = now.getTime() - facts.at.getTime() > staleAfterMs
  return {
    text: `${parts.join(' · ')}${backup === undefined ? '' : `   ! ${backup}`}`,
    tone: backup !== undefined ? 'warning' : isStale ? 'stale' : 'dim',
  }
}

/** A backup that was never made is no trouble. */
function backupTrouble({ backup }: DeviceStanding, now: Date): string | undefined {
  if (backup?.state === 'held') return 'backup held'
  const last = backup?.unproven?.at ?? backup?.lastGoodAt
  return backup?.state === 'stale' && last ? `backup ${formatAge(last, now)} old` : undefined
}

const withoutAge: readonly ResultCode[] = ['NO_CANDIDATE', 'DEFERRED', 'ALGORITHMS']

function troubleText(facts: Facts, standing: DeviceStanding, { now }: InlineOptions): InlineText {
  const { code, text, at, until } = facts
  const { symbol } = resultCode(code)
  const tries = facts.tries || standing.tries || 0
  const parts = [
    `${symbols[symbol]} ${code === 'DEFERRED' && until ? `deferred until ${formatTime(until, now)}` : text}`,
    ...(code === 'AUTH_REJECTED' && tries > 0 ? [`${tries} ${tries === 1 ? 'try' : 'tries'}`] : []),
    ...(code.startsWith('HOST_KEY') ? ['nothing sent'] : withoutAge.includes(code) ? [] : [formatAge(at, now)]),
  ]
  return { text: parts.join(' · '), tone: symbol === 'bad' ? 'error' : symbol === 'look' ? 'warning' : 'idle' }
}

function shorten(text: string, maxLength: number): string {
  return text.length <= maxLength ? text : `${text.slice(0, maxLength - 1)}…`
}
