import { errorExitCode, NetlatchError, type Problem } from '@netlatch/core'
import { CommanderError } from 'commander'

export interface ReportOptions {
  readonly json: boolean
  readonly verbose: boolean
}

/** One clear message on standard error, never a stack; returns the exit code. */
export function reportError(error: unknown, options: ReportOptions): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
  if (error instanceof NetlatchError) {
    process.stderr.write(`${errorText(error)}\n`)
    if (options.verbose && error.cause) process.stderr.write(`  because: ${causeText(error.cause)}\n`)
    if (options.json) process.stdout.write(`${JSON.stringify(errorObject(error))}\n`)
    return errorExitCode(error.code)
  }
  if (isInterrupt(error)) return 130
  const text =
    error instanceof Error ? (options.verbose ? (error.stack ?? error.message) : error.message) : String(error)
  process.stderr.write(`netlatch met something it does not expect: ${text}\n`)
  if (!options.verbose) process.stderr.write('  --verbose shows where. Nothing more was sent.\n')
  return 1
}

function isInterrupt(error: unknown): boolean {
  return (
    error instanceof Error &&
    (/^stopped/.test(error.message) || error.name === 'ExitPromptError' || error.name === 'AbortError')
  )
}

function errorText(error: NetlatchError): string {
  if (error.problems.length > 0) return problemsText(error.problems)
  return `${placedMessage(error)}${error.advice ? `\n  ${error.advice.replaceAll('\n', '\n  ')}` : ''}`
}

/** The place once: a message that begins with its file has a shorter one. */
function placedMessage({ at, message }: NetlatchError): string {
  if (!at) return message
  const start = message.startsWith(at.file) ? /^(?::\d+)*: /.exec(message.slice(at.file.length))?.[0] : undefined
  const rest = start === undefined ? message : message.slice(at.file.length + start.length)
  return `${at.file}:${at.line}:${at.column}  ${rest}`
}

/** What stops the command, in full; warnings are only counted, because they do not. */
function problemsText(problems: readonly Problem[]): string {
  const errors = problems.filter(({ severity }) => severity === 'error')
  const warnings = problems.length - errors.length
  const more =
    warnings > 0 && errors.length > 0
      ? `, and ${warnings} ${warnings === 1 ? 'warning' : 'warnings'}: netlatch inventory check`
      : ''
  const shown = errors.length > 0 ? errors : problems
  return [...shown.map(problemText), `${problemCount(shown)}${more}`].join('\n')
}

/** What is longer has its advice on a line of its own. */
const lineWidth = 100

export function problemText(problem: Problem): string {
  const place = `${problem.at.file}:${problem.at.line}:${problem.at.column}`
  const what = problem.severity === 'warning' ? `warning: ${problem.message}` : problem.message
  if (!problem.advice) return `${place}  ${what}`
  const oneLine = `${place}  ${what}. ${problem.advice}`
  return oneLine.length <= lineWidth ? oneLine : `${place}  ${what}\n${' '.repeat(place.length + 2)}${problem.advice}`
}

/** `5 problems in 2 files`. */
export function problemCount(problems: readonly Problem[]): string {
  const files = new Set(problems.map((problem) => problem.at.file)).size
  const noun = problems.length === 1 ? 'problem' : 'problems'
  return `${problems.length} ${noun} in ${files} ${files === 1 ? 'file' : 'files'}`
}

function errorObject(error: NetlatchError): object {
  return {
    schema: 'netlatch/1',
    type: 'error',
    code: error.code,
    message: error.message,
    ...(error.advice && { advice: error.advice }),
    ...(error.at && { at: error.at }),
    ...(error.problems.length > 0 && { problems: error.problems }),
  }
}

function causeText(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}
