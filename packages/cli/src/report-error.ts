import { errorExitCode, NetlatchError, type Problem } from '@netlatch/core'
import { CommanderError } from 'commander'
import { problemCount, problemLines } from './problem-lines.ts'

export interface ReportOptions {
  readonly json: boolean
  readonly verbose: boolean
}

/** One clear message on standard error, never a stack; returns the exit code. */
export function reportError(error: unknown, options: ReportOptions): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
  if (error instanceof NetlatchError) {
    process.stderr.write(`${errorText(error, options.verbose)}\n`)
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

function errorText(error: NetlatchError, verbose: boolean): string {
  if (error.problems.length > 0) return problemsText(error.problems, verbose)
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
function problemsText(problems: readonly Problem[], verbose: boolean): string {
  const errors = problems.filter(({ severity }) => severity === 'error')
  const warnings = problems.length - errors.length
  const more =
    warnings > 0 && errors.length > 0
      ? `, and ${warnings} ${warnings === 1 ? 'warning' : 'warnings'}: netlatch inventory check`
      : ''
  const shown = errors.length > 0 ? errors : problems
  return [
    ...problemLines(shown, { verbose, columns: process.stderr.columns ?? Number.POSITIVE_INFINITY }),
    `${problemCount(shown)}${more}`,
  ].join('\n')
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
