import { shellWord } from './shell-word.ts'

/**
 * The closed set of things that can come out for a device. The CLI's lines, n8n's messages and VS Code's inline texts are
 * all made from this table.
 */
interface ResultCodeEntry {
  /** At most 30 characters; `{…}` are filled from the result's details. */
  readonly text: string
  readonly outcome: DeviceOutcome
  readonly symbol: ResultSymbol
  /** A person must look at it: exit code 1, n8n's second output. */
  readonly needsAttention: boolean
  /** The next command, with `{device}` and `{credential}` filled in. Empty when there is nothing to do. */
  readonly advice: string
  /** The advice holds for several devices at once: `{device}` may be a selection. */
  readonly takesSelection?: true
}

/** `success` done · `failed` · `held` captured, not good enough to keep · `deferred` by the attempt budget · `skipped` on purpose */
export type DeviceOutcome = 'success' | 'failed' | 'held' | 'deferred' | 'skipped'

/** `good` ✓ · `bad` ✗ a credential problem · `look` ! a person must look · `idle` ○ · `none` · not reached */
export type ResultSymbol = 'good' | 'bad' | 'look' | 'idle' | 'none'

const done = { outcome: 'success', symbol: 'good', needsAttention: false } as const
const failed = { outcome: 'failed', symbol: 'look', needsAttention: true } as const
const refused = { outcome: 'failed', symbol: 'bad', needsAttention: true } as const
const skipped = { outcome: 'skipped', symbol: 'idle', needsAttention: false } as const

export const resultCodes = {
  OPENED: { ...done, text: '{credential}', advice: '' },
  OPENED_UNPRIVILEGED: {
    ...done,
    text: '{credential}, not privileged',
    advice: 'netlatch vault set {credential} --enable',
  },
  SKIPPED_RECENT: { ...skipped, text: 'tested {ago}', advice: '--force' },
  SKIPPED_STATUS: { ...skipped, text: 'status {status}', advice: '' },
  AUTH_REJECTED: { ...refused, text: 'no credential works', advice: 'netlatch creds explain {device}' },
  AUTH_UNCLEAR: { ...refused, text: 'login timed out after password', advice: 'netlatch doctor {device}' },
  AUTH_METHOD: { ...refused, text: 'asks for a method we lack', advice: 'netlatch doctor {device}' },
  EXTRA_PROMPT: { ...failed, text: 'asks for a second factor', advice: 'netlatch creds explain {device}' },
  ENABLE_REJECTED: { ...refused, text: 'enable secret refused', advice: 'netlatch vault set {credential} --enable' },
  NO_CANDIDATE: { ...refused, text: 'no credential applies', advice: 'netlatch creds explain {device}' },
  NOT_OPENED: {
    ...failed,
    text: 'not opened yet',
    advice: 'netlatch creds discover {device}',
    takesSelection: true,
  },
  DEFERRED: {
    outcome: 'deferred',
    symbol: 'idle',
    needsAttention: true,
    text: 'deferred until {until}',
    advice: 'wait, or netlatch creds release {credential}',
  },
  QUARANTINED: {
    ...refused,
    text: 'credential quarantined',
    advice: 'netlatch vault set {credential}, then netlatch creds release {credential}',
  },
  HOST_KEY_UNKNOWN: {
    ...failed,
    text: 'host key unknown',
    advice: 'netlatch trust --scan {device}',
    takesSelection: true,
  },
  HOST_KEY_CHANGED: { ...failed, text: 'host key changed', advice: 'netlatch trust {device}' },
  HOST_KEY_REVOKED: { ...failed, text: 'host key revoked', advice: 'ask who revoked it in known_hosts' },
  DNS_FAILED: { ...failed, text: 'name not found', advice: 'correct host: in the inventory' },
  UNREACHABLE: { ...failed, text: 'no answer on port {port}', advice: 'check routing, access lists and port:' },
  REFUSED: { ...failed, text: 'port {port} refused', advice: 'is SSH switched on there? else correct port:' },
  NOT_SSH: { ...failed, text: 'port {port} is not SSH', advice: 'correct port:, or set transport: telnet' },
  ALGORITHMS: {
    ...failed,
    text: 'needs an older SSH profile',
    advice: 'netlatch inventory set {device} ssh.algorithms={profile}',
    takesSelection: true,
  },
  JUMP_HOST_FAILED: { ...failed, text: 'jump host {jumpHost} failed', advice: 'netlatch doctor {jumpHost}' },
  DEVICE_BUSY: { ...failed, text: 'no free line on the device', advice: 'run again later' },
  TRANSPORT_UNSUPPORTED: { ...skipped, text: 'Telnet only, not handled', advice: '' },
  PASSWORD_EXPIRED: {
    ...refused,
    text: 'password must be changed',
    advice: 'change it on the device, then netlatch vault set {credential}',
  },
  SECOND_FACTOR: {
    ...failed,
    text: 'right secret, second factor asked',
    advice: 'use a credential that needs no second factor',
  },
  NO_AUTH_REQUIRED: { ...failed, text: 'lets anybody in', advice: 'look at the login settings of {device}' },
  NEEDS_DECISION: { ...refused, text: 'a person decides', advice: 'netlatch creds release {credential}' },
  TIMED_OUT: { ...failed, text: 'no answer before the login', advice: 'netlatch doctor {device}' },
  COMMAND_TIMED_OUT: {
    ...failed,
    text: 'command took too long',
    advice: 'again with --timeout 300, or netlatch doctor {device}',
  },
  OUTPUT_TOO_LARGE: { ...failed, text: 'answer over 16 MB', advice: 'ask for less at once' },
  SESSION_LOST: { ...failed, text: 'connection lost', advice: 'run again' },
  SECRET_UNAVAILABLE: { ...failed, text: 'secret store did not answer', advice: '{reason}' },
  PLATFORM_UNKNOWN: { ...failed, text: 'platform not recognised', advice: 'set platform: for {device}' },
  EXPECTATION_FAILED: { ...failed, text: 'answer is not as expected', advice: 'compare with the job’s expect' },
  CHANGED: { ...done, text: 'changed, +{added} -{removed}', advice: '' },
  UNCHANGED: { ...done, text: 'unchanged', advice: '' },
  FIRST: { ...done, text: 'first backup', advice: '' },
  ANSWERED: { ...done, text: '{commands}', advice: '' },
  PROMPT_NOT_FOUND: {
    ...failed,
    text: 'prompt not recognised',
    advice: 'check platform:, or netlatch doctor {device}',
  },
  COMMAND_ERROR: { ...failed, text: 'command refused', advice: '{reason}' },
  CAPTURE_HELD: {
    outcome: 'held',
    symbol: 'look',
    needsAttention: true,
    text: 'backup held: {reason}',
    advice: 'netlatch backups held {device}',
  },
  ABORTED: { ...failed, text: 'stopped', advice: 'run again: finished devices are skipped' },
} as const satisfies Record<string, ResultCodeEntry>

export type ResultCode = keyof typeof resultCodes

/** The entry of a code, with the widened type that tables and loops want. */
export function resultCode(code: ResultCode): ResultCodeEntry {
  return resultCodes[code]
}

export function isResultCode(code: string): code is ResultCode {
  return Object.hasOwn(resultCodes, code)
}

/** Names that stand in commands. */
const words: readonly string[] = ['device', 'credential', 'jumpHost']

/** The text of a result. A backup that is stored, and whose end nothing proves, says so behind it. */
export function textFor(code: ResultCode, details: Readonly<Record<string, string | number>>): string {
  const text = fillTemplate(resultCode(code).text, details)
  return details.unproven === undefined ? text : `${text}, unproven`
}

/** The next command for a result, as a shell takes it. */
export function adviceFor(code: ResultCode, details: Readonly<Record<string, string | number>>): string {
  if (details.unproven !== undefined)
    return fillCommand('netlatch backup {device} later, or netlatch backups accept {device}', details)
  if (code === 'ALGORITHMS' && details.profile === 'none')
    return 'no profile speaks any of these: reach it through a jump host of the kind ssh:'
  return fillCommand(resultCode(code).advice, details)
}

/** As `fillTemplate`, with names in commands as words of a shell. */
export function fillCommand(template: string, details: Readonly<Record<string, string | number>>): string {
  if (!template.includes('netlatch ')) return fillTemplate(template, details)
  const safe = Object.entries(details).map(([key, value]) => [
    key,
    words.includes(key) ? shellWord(String(value)) : value,
  ])
  return fillTemplate(template, Object.fromEntries(safe))
}

/** Fills `{name}` places; a detail that is missing reads as `?`, so that a gap is seen and never `undefined`. */
export function fillTemplate(template: string, details: Readonly<Record<string, string | number>>): string {
  return template.replace(/\{(\w+)\}/g, (_, key: string) => String(details[key] ?? '?'))
}
