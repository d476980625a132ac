import type { ShrinkOptions } from './shrink.ts'

/** How a configuration ends, beside the one before it. */
export type Ending =
  /** At the same lines. */
  | { readonly kind: 'same' }
  /** Before the other did, at lines which that one has as well; or behind them. */
  | { readonly kind: 'early' | 'beyond'; readonly lines: number }
  | { readonly kind: 'other' }

export interface EndingOptions extends ShrinkOptions {
  /**
   * The one before is of a run that had ended when this one began: a device that is short of memory, or of a lock, stops two
   * sessions of one minute at one place.
   * @default true
   */
  readonly mayVouch?: boolean
}

/** `unproven`: to be stored, and not to be called good. */
export type EndingVerdict =
  | { readonly verdict: 'good' }
  | { readonly verdict: 'unproven' | 'held'; readonly because: string }

/**
 * Judges a configuration that has nothing of its own to show its end (`unproven` says why), by the one before it.
 *
 * Two captures of different runs that end at the same lines are what the device really has: whatever stops a device early by
 * chance (memory, a lock, a pager, a session that was cut) does not stop it there twice, whatever else has changed in between. One
 * that ends where the one before went on is held, as one that shrank; the same one twice in a row is taken. All others are kept
 * until the next run proves them, or a person: held, they would be no backup at all, and called good, one would be trusted that
 * may lack its end.
 */
export function judgeEnding(
  now: {
    readonly text: string
    readonly sha256: string
    readonly unproven: string
    /** How many commands showed it: of several answers only the last one ends where the text does. */
    readonly answers: number
  },
  before: string | undefined,
  { lastHeld, acceptShrink = false, mayVouch = true }: EndingOptions = {},
): EndingVerdict {
  if (lastHeld?.sha256 === now.sha256) return { verdict: 'good' }
  if (before === undefined) return { verdict: 'unproven', because: now.unproven }
  const ending =
    now.answers > 1 && now.text !== before ? compareAnswers(now.text, before) : compareEndings(now.text, before)
  if (ending.kind === 'same' && mayVouch) return { verdict: 'good' }
  if (ending.kind === 'same' || ending.kind === 'other') return { verdict: 'unproven', because: now.unproven }
  const lines = `${ending.lines.toLocaleString('en-US')} ${ending.lines === 1 ? 'line' : 'lines'}`
  if (ending.kind === 'beyond')
    return {
      verdict: 'unproven',
      because: `goes on ${lines} behind the end of the one before, which may have been short`,
    }
  const because = `ends ${lines} before the last one`
  return { verdict: acceptShrink ? 'unproven' : 'held', because }
}

/** Only an equal one says that each of several answers has its end. */
function compareAnswers(now: string, before: string): Ending {
  const ending = compareEndings(now, before)
  return ending.kind === 'same' ? { kind: 'other' } : ending
}

/** So many lines are the end of a configuration. */
const linesOfEnd = 5

/** Only lines that stand once in a text say where in it they are: five closing braces say nothing. */
export function compareEndings(now: string, before: string): Ending {
  if (now === before) return { kind: 'same' }
  if (before.startsWith(now)) return { kind: 'early', lines: countLines(before.slice(now.length)) }
  if (now.startsWith(before)) return { kind: 'beyond', lines: countLines(now.slice(before.length)) }
  const [ofNow, ofBefore] = [endOf(now), endOf(before)]
  if (ofNow === ofBefore) return { kind: isOnce(now, ofNow) && isOnce(before, ofNow) ? 'same' : 'other' }
  const behindNow = linesBehind(before, ofNow)
  if (behindNow > 0) return { kind: 'early', lines: behindNow }
  const behindBefore = linesBehind(now, ofBefore)
  return behindBefore > 0 ? { kind: 'beyond', lines: behindBefore } : { kind: 'other' }
}

/** The last lines, from the line end before them on. */
function endOf(text: string): string {
  let start = text.length - 1
  for (let line = 0; line < linesOfEnd && start > 0; line++) start = text.lastIndexOf('\n', start - 1)
  return start <= 0 ? `\n${text}` : text.slice(start)
}

function isOnce(text: string, end: string): boolean {
  const whole = `\n${text}`
  return whole.indexOf(end) === whole.lastIndexOf(end)
}

/** What follows these lines; 0 where they do not stand in it, or more than once. */
function linesBehind(text: string, lines: string): number {
  const whole = `\n${text}`
  const at = whole.indexOf(lines)
  return at === -1 || at !== whole.lastIndexOf(lines) ? 0 : countLines(whole.slice(at + lines.length))
}

function countLines(text: string): number {
  return text === '' ? 0 : text.trimEnd().split('\n').length
}
