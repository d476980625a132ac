import type { GateResult } from './completeness.ts'
import { formatBytes } from './reason-text.ts'

/** What the shrink gate compares; both sides measured on the text as it is stored. */
export interface CaptureSize {
  readonly bytes: number
  readonly sections: number
  /** Of the text as it is stored. */
  readonly sha256: string
}

export interface ShrinkOptions {
  /** The latest capture of this configuration, when it was held after the last good one. */
  readonly lastHeld?: { readonly sha256: string }
  /** A person said that it may. @default false */
  readonly acceptShrink?: boolean
}

const minimumOfBytes = 0.5
const minimumOfSections = 0.7

/**
 * A configuration that lost half of its size, or three sections in ten, since the last good one is held: a device that ran
 * out of memory prints a short one that ends well. The same capture twice in a row is what the device really has.
 */
export function checkShrink(
  now: CaptureSize,
  lastGood: CaptureSize | undefined,
  { lastHeld, acceptShrink = false }: ShrinkOptions = {},
): GateResult {
  if (!lastGood || acceptShrink || lastHeld?.sha256 === now.sha256) return { ok: true }
  if (now.bytes < lastGood.bytes * minimumOfBytes) {
    return { ok: false, because: `shrank from ${formatBytes(lastGood.bytes)} to ${formatBytes(now.bytes)}` }
  }
  if (now.sections < lastGood.sections * minimumOfSections) {
    return { ok: false, because: `shrank from ${lastGood.sections} sections to ${now.sections}` }
  }
  return { ok: true }
}
