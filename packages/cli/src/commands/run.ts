import {
  type CommandsResult,
  checkTemplates,
  type Device,
  type DeviceResult,
  diskFiles,
  formatDuration,
  type Netlatch,
  NetlatchError,
  type ParsedAnswer,
  parseAnswers,
  resultCode,
  runCommands,
  selectTargets,
  summariseResults,
  type Targets,
} from '@netlatch/core'
import type { Command } from 'commander'
import type { Action, Register } from '../command-context.ts'
import { checkOutput, type OutputOptions, withOutput } from '../output-file.ts'
import { startProgress } from '../progress-bar.ts'
import { attentionTable, failedLoginsText, resultObject, waitText, warnOfProfiles } from '../result-lines.ts'
import { writeResults } from '../result-output.ts'
import { type ConnectionOptions, type SelectionOptions, withConnections, withSelection } from '../selection-options.ts'
import type { Terminal } from '../terminal.ts'
import { inOrder, sayAnswers } from './answer-blocks.ts'
import { count } from './plan-text.ts'
import { comparedDevices, readBefore, sayComparison } from './run-compare.ts'
import { runNamedJob } from './run-job.ts'

export interface RunCommandOptions extends SelectionOptions, ConnectionOptions, OutputOptions {
  readonly wait: boolean
  readonly execute?: readonly string[]
  readonly commands?: string
  readonly job?: string
  readonly dryRun?: boolean
  readonly parse?: boolean
  readonly minScore?: number
  readonly compare?: string
  readonly ignore?: readonly string[]
  readonly groupSame: boolean
}

const several = (text: string, all: readonly string[] = []) => [...all, text]

export function registerRun(program: Command, register: Register): void {
  register(
    withOutput(withConnections(withSelection(program.command('run'))))
      .description('run read-only commands on a selection: netlatch run core -- show version')
      .option('--no-wait', 'do not stay for the windows of the attempt budget')
      .option('-x, --execute <command>', 'a command; several by repeating', several)
      .option('--commands <file>', 'commands from a file, one a line')
      .option('--job <job>', 'what jobs/<job>.yaml says; a selection narrows it')
      .option('--dry-run', 'which devices and commands, and nothing is sent')
      .option('--parse', 'answers as rows, by the TextFSM templates of the workspace')
      .option('--min-score <share>', 'with --parse: how many of the cells must be filled, 0 to 1', shareOf)
      .option(
        '--compare <file>',
        'what changed since --output before.json; its commands and devices unless others are named',
      )
      .option('--ignore <pattern>', 'with --compare: lines to leave out; several by repeating', several)
      .option('--no-group-same', 'show equal answers of many devices one by one'),
    run,
  )
}

type Result = (CommandsResult & { readonly parsed?: readonly ParsedAnswer[] }) | DeviceResult

const run: Action<RunCommandOptions> = async (context, options, args) => {
  const { terminal, interrupts } = context
  checkOutput(options)
  const { job } = options
  if (job !== undefined) {
    refuseBesideJob(options, context.tail)
    return runNamedJob(context, { ...options, job }, args)
  }
  const before = options.compare === undefined ? undefined : await readBefore(options.compare, options)
  const commands = await commandsOf(options, context.tail, before?.commands)
  await using netlatch = await context.open()
  const targets = await targetsOf(netlatch, options, args, before?.byDevice)
  if (options.parse) await checkTemplates(netlatch, targets.devices, { commandsOn: () => commands })
  if (options.dryRun) return sayPlan(terminal, targets, commands)
  const warned = warnOfProfiles(terminal, targets.devices, netlatch.now())
  const progress = startProgress(terminal, targets.devices.length, 'asked')
  const started = performance.now()
  const results: Result[] = []
  try {
    for await (const answered of runCommands(netlatch, targets.devices, {
      ...options,
      finish: interrupts.finish,
      signal: interrupts.signal,
      ...(options.timeout !== undefined && { timeoutMs: options.timeout * 1000 }),
      commands,
      selection: targets.understood,
      onProgress: (event) => {
        if (event.type === 'waiting') progress.line(waitText(event))
      },
    })) {
      const result = await withRows(netlatch, options, targets.devices, answered)
      results.push(result)
      if (terminal.json) terminal.emit(resultObject(result))
      progress.update(results.length, '')
    }
  } finally {
    progress.stop()
  }
  await writeResults(options.output, results)
  const answered = results.filter((result) => result.code === 'ANSWERED').length
  const durationMs = Math.round(performance.now() - started)
  const ordered = inOrder(results, targets.devices)
  const compared = before ? comparedDevices(netlatch, before, ordered, options.ignore) : []
  if (terminal.json) {
    for (const each of compared) terminal.emit({ type: 'comparison', ...each })
    terminal.emit({
      type: 'summary',
      devices: results.length,
      answered,
      needAttention: results.length - answered,
      ...(before && { changed: compared.filter(({ isChanged }) => isChanged).length }),
      ...warned,
      durationMs,
    })
  } else {
    if (before) sayComparison(terminal, compared)
    else sayAnswers(terminal, ordered, options.groupSame)
    const summary = summariseResults(ordered, netlatch.now())
    const attention = attentionTable(terminal, summary)
    if (attention) terminal.say(`${attention}\n`)
    const failed = failedLoginsText(summary)
    if (failed) terminal.say(`  ${failed}\n`)
    terminal.say(
      `${count(results.length, 'device')}, ${count(commands.length, 'command')} in ${formatDuration(durationMs)}: ${answered} answered`,
    )
  }
  if (interrupts.finish.aborted) return 130
  const isChanged = compared.some((each) => each.isChanged)
  return isChanged || results.some((result) => resultCode(result.code).needsAttention || isUnparsed(result)) ? 1 : 0
}

function isUnparsed(result: Result): boolean {
  return 'parsed' in result && (result.parsed?.some(({ failed }) => failed !== undefined) ?? false)
}

async function withRows(
  netlatch: Netlatch,
  { parse, minScore = 0 }: RunCommandOptions,
  devices: readonly Device[],
  result: CommandsResult | DeviceResult,
): Promise<Result> {
  const device = devices.find(({ name }) => name === result.device)
  if (!parse || !device || !('answers' in result)) return result
  return { ...result, parsed: await parseAnswers(netlatch, { minScore }, device, result) }
}

async function targetsOf(
  netlatch: Netlatch,
  options: RunCommandOptions,
  args: readonly string[],
  before: ReadonlyMap<string, unknown> | undefined,
): Promise<Targets> {
  if (!before || args.length > 0) return selectTargets(netlatch, { ...options, selection: args })
  const names = [...before.keys()].map((name) => `"${name.replaceAll(/["\\]/g, '\\$&')}"`)
  return selectTargets(netlatch, { ...options, selection: `name:${names.join(',')}` })
}

function refuseBesideJob(options: RunCommandOptions, tail: readonly string[]): void {
  const { execute, commands, compare, parse, minScore, ignore } = options
  const given = Object.entries({ '--execute': execute, '--commands': commands, '--compare': compare, '--parse': parse })
  const more = Object.entries({ '--min-score': minScore, '--ignore': ignore })
  const [flag] = [...given, ...more].find(([, value]) => value !== undefined) ?? (tail.length > 0 ? ['a command'] : [])
  if (flag !== undefined)
    throw new NetlatchError('USAGE', `--job says what is asked; ${flag} does not go with it.`, {
      advice: 'Write it into the job, or leave --job out.',
    })
}

function sayPlan(terminal: Terminal, { devices, understood }: Targets, commands: readonly string[]): number {
  const names = devices.map(({ name }) => name)
  terminal.emit({ type: 'plan', selection: understood, devices: names, commands })
  if (terminal.json) return 0
  terminal.say(`${understood}: ${count(devices.length, 'device')}\n  ${names.join(' ')}`)
  for (const command of commands) terminal.say(`  ${command}`)
  terminal.say('Nothing was sent.')
  return 0
}

async function commandsOf(
  options: RunCommandOptions,
  tail: readonly string[],
  before: readonly string[] | undefined,
): Promise<readonly string[]> {
  const fromFile = options.commands === undefined ? [] : (await diskFiles.readText(options.commands)).split(/\r?\n/)
  const commands = [
    ...(tail.length > 0 ? [tail.join(' ')] : []),
    ...(options.execute ?? []),
    ...fromFile.map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('#')),
  ]
  if (commands.length > 0) return commands
  if (before) return before
  throw new NetlatchError('USAGE', 'Nothing to run. Write the command after --: netlatch run core -- show version')
}

function shareOf(text: string): number {
  const share = Number(text)
  if (text.trim() !== '' && share >= 0 && share <= 1) return share
  throw new NetlatchError('USAGE', `--min-score takes a number from 0 to 1; not ${text}.`)
}
