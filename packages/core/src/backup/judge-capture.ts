import { hash } from 'node:crypto'
import type { Device } from '../model.ts'
import type { Platform } from '../platforms/platform.ts'
import { Secret } from '../secret.ts'
import type { RedactionMode } from '../workspace/redaction-modes.ts'
import type { Configuration } from './archive.ts'
import { configurationAnswers, furtherAnswers } from './capture-commands.ts'
import { checkCompleteness, type GateResult } from './completeness.ts'
import { type CapturedAnswer, countSections, joinOutputs } from './configuration-text.ts'
import { type EndingVerdict, judgeEnding } from './ending.ts'
import { checkIdentity, checkOwner, readIdentity, withPrompt } from './identity.ts'
import { normaliseConfiguration } from './normalise.ts'
import { redactConfiguration } from './redact.ts'
import { checkShrink } from './shrink.ts'

export interface Capture {
  readonly device: Pick<Device, 'name' | 'expect'>
  readonly platform: Platform
  readonly configuration: Configuration
  /** One per command of `captureCommands`, in its order. */
  readonly answers: readonly CapturedAnswer[]
  /** What the session learned from the prompt. */
  readonly session: { readonly hostname?: string }
  /** The text of the last good one, as the archive has it. */
  readonly lastGood?: string
  /** It is of a run that had ended when this one began. @default true */
  readonly mayVouch?: boolean
  /** The latest capture of this configuration, when it was held after the last good one. */
  readonly lastHeld?: { readonly sha256: string }
  /** What becomes of its secrets. @default 'fingerprint' */
  readonly redaction?: RedactionMode
  /** The vault's redaction key. */
  readonly redactionKey: Uint8Array
  /** Replaces every secret this process has opened. */
  readonly redact: (text: string) => string
  /** @default false */
  readonly acceptShrink?: boolean
  /** Of one answer. @default 16 MiB */
  readonly maxBytes?: number
}

/**
 * `good` nothing of it is missing · `unproven` nothing seems to be missing, and nothing shows that the device had not stopped early:
 * stored, and not called good · `held` not good enough to replace the last one
 */
export type CaptureVerdict = 'good' | 'unproven' | 'held'

export interface JudgedCapture {
  readonly verdict: CaptureVerdict
  /** Why it is held, `cut off: no "end" after 41,322 bytes`, or unproven. Empty when it is good. */
  readonly because: string
  /** Normalised, and redacted unless that is not wanted: what is stored, on the branch or as a held one. */
  readonly text: string
  /** Normalised and not redacted, to be sealed; only where that is wanted. */
  readonly raw?: Secret
  /** Of `text`: equal when nothing changed. (A hash of the raw text would let its secrets be guessed.) */
  readonly sha256: string
  /** Of `text`, UTF-8. */
  readonly bytes: number
  readonly sections: number
  /** Of the configuration, else of the prompt. */
  readonly hostname?: string
}

/**
 * Puts a capture through all gates, the one place that says what is good. It is that only when each one lets it pass and its end is
 * proven, by itself or by the capture before; where only the proof is lacking, it is unproven; else it is held, with the reason of
 * the first gate that did not let it pass. Throws CAPTURE_HELD when its secrets cannot be replaced: then nothing of it may be stored.
 */
export function judgeCapture(capture: Capture): JudgedCapture {
  const { device, platform, configuration, answers, session, lastGood } = capture
  const how = platform.configurations[configuration]
  if (!how) throw new TypeError(`${platform.name} has no ${configuration} configuration`)
  const complete = checkCompleteness(platform, how, answers, { maxBytes: capture.maxBytes })
  const own = configurationAnswers(how, answers)
  const raw = normaliseConfiguration(platform, how, complete.ok ? own : own.map(dropUnendedLine))
  const { redaction = 'fingerprint' } = capture
  const options = { device: device.name, key: capture.redactionKey, redact: capture.redact, whole: complete.ok }
  const text = redaction === 'raw' ? raw : redactConfiguration(raw, platform, options)
  const measure = (one: string) => ({ ...fingerprintText(one), sections: countSections(one, how) })
  const size = measure(text)
  // Most configurations are the same as the night before.
  const lastSize = (one: string) => (one === text ? size : measure(one))
  const stated = readIdentity(platform, how, raw + joinOutputs(furtherAnswers(how, answers)))
  const seen = withPrompt(stated, session.hostname)
  const last = lastGood === undefined ? undefined : readIdentity(platform, how, lastGood)
  const gate = firstHeld([
    () => complete,
    () => checkIdentity(device, seen, last),
    () => checkOwner(device, stated, last),
    () => checkShrink(size, lastGood === undefined ? undefined : lastSize(lastGood), capture),
  ])
  const unproven = complete.ok ? complete.unproven : undefined
  const judged: EndingVerdict = !gate.ok
    ? { verdict: 'held', because: gate.because }
    : unproven === undefined
      ? { verdict: 'good' }
      : judgeEnding({ text, sha256: size.sha256, unproven, answers: own.length }, lastGood, capture)
  return {
    because: '',
    ...judged,
    text,
    ...(redaction === 'sealed' && { raw: new Secret(raw) }),
    ...size,
    ...(seen.hostnames[0] !== undefined && { hostname: seen.hostnames[0] }),
  }
}

/** A line without its end may be half a secret, which no pattern knows. */
function dropUnendedLine(answer: CapturedAnswer): CapturedAnswer {
  return { ...answer, output: answer.output.slice(0, answer.output.lastIndexOf('\n') + 1) }
}

function firstHeld(gates: readonly (() => GateResult)[]): GateResult {
  for (const gate of gates) {
    const result = gate()
    if (!result.ok) return result
  }
  return { ok: true }
}

function fingerprintText(text: string): { readonly sha256: string; readonly bytes: number } {
  return { sha256: hash('sha256', text), bytes: Buffer.byteLength(text) }
}
