import { NetlatchError } from '../errors.ts'
import { changeText } from '../inventory/text-diff.ts'
import { type LinearPattern, linearPattern } from '../linear-pattern.ts'
import { compilePattern } from '../platforms/pattern.ts'
import type { Platform } from '../platforms/platform.ts'
import type { CommandsResult } from './run-commands.ts'

/** Answers of an earlier run, as `run --output before.json` or `run --json` wrote them. */
export interface EarlierAnswers {
  readonly byDevice: ReadonlyMap<string, readonly EarlierAnswer[]>
  /** What was asked, in its order; undefined where it was not the same of all devices. */
  readonly commands: readonly string[] | undefined
}

export interface EarlierAnswer {
  readonly command: string
  readonly output: string
}

export interface ComparedAnswers {
  readonly device: string
  readonly isChanged: boolean
  readonly commands: readonly ComparedCommand[]
}

export interface ComparedCommand {
  readonly command: string
  /** `new`: it was not asked, or not answered, before. */
  readonly state: 'same' | 'changed' | 'new'
  /** As `diff -u` shows it; empty when it is the same. */
  readonly diff: string
}

/** Lines that are other ones each time, on any platform: clocks, load, the time since the start. */
const alwaysVolatile = [
  /^\s*(?:Load for five secs|Time source is|Current time\b)/i,
  /^.{0,200}\buptime(?: is\b|\s*:)/i,
  /^[*.]?\d\d:\d\d:\d\d(?:\.\d+)? \S{2,5} [A-Z][a-z]{2} [A-Z][a-z]{2} +\d{1,2} \d{4}$/,
]

/** Reads what an earlier run wrote. Throws INPUT_INVALID for anything else. */
export function readEarlierAnswers(text: string, file: string): EarlierAnswers {
  const byDevice = new Map<string, readonly EarlierAnswer[]>()
  for (const value of jsonValues(text, file)) {
    if (!isRecord(value) || typeof value.device !== 'string' || !Array.isArray(value.answers)) continue
    const answers = value.answers
      .filter(isRecord)
      .flatMap(({ command, output }): EarlierAnswer[] =>
        typeof command === 'string' && typeof output === 'string' ? [{ command, output }] : [],
      )
    if (answers.length > 0) byDevice.set(value.device, answers)
  }
  if (byDevice.size === 0) throw noAnswers(file)
  const lists = new Set([...byDevice.values()].map((answers) => JSON.stringify(answers.map(({ command }) => command))))
  const [only] = lists
  return { byDevice, commands: lists.size === 1 && only ? (JSON.parse(only) as readonly string[]) : undefined }
}

export interface CompareOptions {
  readonly platform: Platform | undefined
  /** Patterns of further lines that are left out; RE2's syntax. */
  readonly ignore?: readonly string[]
}

/** What is other than before in the answers of a device, without the lines that are other ones each time. */
export function compareAnswers(
  earlier: EarlierAnswers,
  result: CommandsResult,
  { platform, ignore = [] }: CompareOptions,
): ComparedAnswers {
  const before = earlier.byDevice.get(result.device) ?? []
  const patterns = [...ignore.map(ignoredPattern), ...volatilePatterns(platform)]
  const lasting = (text: string) =>
    text
      .split(/\r?\n/)
      .map((line) => line.trimEnd())
      .filter((line) => !patterns.some((pattern) => pattern.test(line)))
      .join('\n')
      .trimEnd()
  const commands = result.answers.map(({ command, output }): ComparedCommand => {
    const was = before.find((each) => each.command === command)
    if (!was) return { command, state: 'new', diff: '' }
    const [old, now] = [lasting(was.output), lasting(output)]
    if (old === now) return { command, state: 'same', diff: '' }
    return { command, state: 'changed', diff: changeText({ file: command, before: old, after: now }) }
  })
  return { device: result.device, isChanged: commands.some(({ state }) => state !== 'same'), commands }
}

function volatilePatterns(platform: Platform | undefined): readonly { test(line: string): boolean }[] {
  return [...alwaysVolatile, ...(platform?.volatile ?? []).map(({ pattern }) => compilePattern(pattern))]
}

function ignoredPattern(source: string): LinearPattern {
  try {
    return linearPattern(source)
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause
    throw new NetlatchError('USAGE', `the pattern ${source} is not understood: ${cause.message}.`, {
      advice: 'Use the syntax of RE2.',
      cause,
    })
  }
}

/** A list, or one value a line. */
function jsonValues(text: string, file: string): readonly unknown[] {
  const parse = (part: string): unknown => {
    try {
      return JSON.parse(part)
    } catch (cause) {
      throw noAnswers(file, cause)
    }
  }
  if (text.trimStart().startsWith('[')) {
    const list = parse(text)
    return Array.isArray(list) ? list : []
  }
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map(parse)
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function noAnswers(file: string, cause?: unknown): NetlatchError {
  return new NetlatchError('INPUT_INVALID', `${file}: holds no answers of an earlier run.`, {
    advice: 'Write it with: netlatch run core --output before.json -- show version',
    ...(cause !== undefined && { cause }),
  })
}
