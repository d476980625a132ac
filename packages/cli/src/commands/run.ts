import { readFile } from 'node:fs/promises'
import {
  type CommandsResult,
  type Device,
  type DeviceResult,
  foldNamesShort,
  formatDuration,
  NetlatchError,
  resultCode,
  runCommands,
  selectTargets,
} from '@netlatch/core'
import type { Command } from 'commander'
import type { Action, Register } from '../command-context.ts'
import { checkOutput, type OutputOptions, withOutput } from '../output-file.ts'
import { startProgress } from '../progress-bar.ts'
import { resultLine, resultObject } from '../result-lines.ts'
import { writeResults } from '../result-output.ts'
import { type ConnectionOptions, type SelectionOptions, withConnections, withSelection } from '../selection-options.ts'
import type { Terminal } from '../terminal.ts'
import { count } from './plan-text.ts'

interface RunCommandOptions extends SelectionOptions, ConnectionOptions, OutputOptions {
  readonly wait: boolean
  readonly execute?: readonly string[]
  readonly commands?: string
  readonly groupSame: boolean
}

export function registerRun(program: Command, register: Register): void {
  register(
    withOutput(withConnections(withSelection(program.command('run'))))
      .description('run read-only commands on a selection: netlatch run core -- show version')
      .option('--no-wait', 'do not stay for the windows of the attempt budget')
      .option('-x, --execute <command>', 'a command; several by repeating', (text, all: string[] = []) => [
        ...all,
        text,
      ])
      .option('--commands <file>', 'commands from a file, one a line')
      .option('--no-group-same', 'show equal answers of many devices one by one'),
    run,
  )
}

const run: Action<RunCommandOptions> = async (context, options, args) => {
  const { terminal, interrupts } = context
  checkOutput(options)
  const commands = await commandsOf(options, context.tail)
  await using netlatch = await context.open()
  const targets = await selectTargets(netlatch, { ...options, selection: args })
  const progress = startProgress(terminal, targets.devices.length, 'asked')
  const started = performance.now()
  const results: (CommandsResult | DeviceResult)[] = []
  try {
    for await (const result of runCommands(netlatch, targets.devices, {
      ...options,
      finish: interrupts.finish,
      signal: interrupts.signal,
      ...(options.timeout !== undefined && { timeoutMs: options.timeout * 1000 }),
      commands,
      selection: targets.understood,
    })) {
      results.push(result)
      if (terminal.json) terminal.emit(answerObject(result))
      progress.update(results.length, '')
    }
  } finally {
    progress.stop()
  }
  await writeResults(options.output, results)
  const answered = results.filter((result) => result.code === 'ANSWERED').length
  const durationMs = Math.round(performance.now() - started)
  if (terminal.json)
    terminal.emit({
      type: 'summary',
      devices: results.length,
      answered,
      needAttention: results.length - answered,
      durationMs,
    })
  else {
    for (const block of blocks(inOrder(results, targets.devices), options.groupSame && results.length > 3))
      sayBlock(terminal, block)
    terminal.say(
      `${count(results.length, 'device')}, ${count(commands.length, 'command')} in ${formatDuration(durationMs)}: ${answered} answered`,
    )
  }
  if (interrupts.finish.aborted) return 130
  return results.some((result) => resultCode(result.code).needsAttention) ? 1 : 0
}

async function commandsOf(options: RunCommandOptions, tail: readonly string[]): Promise<readonly string[]> {
  const fromFile = options.commands === undefined ? [] : (await readFile(options.commands, 'utf8')).split(/\r?\n/)
  const commands = [
    ...(tail.length > 0 ? [tail.join(' ')] : []),
    ...(options.execute ?? []),
    ...fromFile.map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('#')),
  ]
  if (commands.length === 0)
    throw new NetlatchError('USAGE', 'Nothing to run. Write the command after --: netlatch run core -- show version')
  return commands
}

/** As the devices stand in the inventory, however they came in. */
function inOrder<R extends DeviceResult>(results: readonly R[], devices: readonly Device[]): R[] {
  const places = new Map(devices.map((device, index) => [device.name, index]))
  return results.toSorted((a, b) => (places.get(a.device) ?? 0) - (places.get(b.device) ?? 0))
}

interface Block {
  readonly devices: readonly string[]
  readonly result: CommandsResult | DeviceResult
}

/** Devices that gave the same answers stand together, when asked. */
function blocks(results: readonly (CommandsResult | DeviceResult)[], grouped: boolean): Block[] {
  const key = (result: CommandsResult | DeviceResult) =>
    'answers' in result && grouped ? JSON.stringify(result.answers.map((answer) => answer.output)) : result.device
  return [...Map.groupBy(results, key).values()].map((same) => ({
    devices: same.map((result) => result.device),
    result: same[0] as CommandsResult,
  }))
}

function sayBlock(terminal: Terminal, { devices, result }: Block): void {
  if (!('answers' in result)) {
    terminal.say(`${resultLine(terminal, result)}\n`)
    return
  }
  const names = foldNamesShort(devices, 6)
  const took = formatDuration(result.durationMs)
  const head = devices.length > 1 ? `${names}   (${devices.length} devices, same answer)` : names
  terminal.say(`${terminal.style('bold', head)}${' '.repeat(Math.max(2, 78 - head.length - took.length))}${took}`)
  for (const answer of result.answers) {
    if (result.answers.length > 1) terminal.say(`│ ${terminal.style('dim', answer.command)}`)
    for (const line of answer.output.trimEnd().split('\n')) terminal.say(`│ ${line}`.trimEnd())
  }
  terminal.say()
}

function answerObject(result: CommandsResult | DeviceResult): Record<string, unknown> {
  return 'answers' in result ? { ...resultObject(result), answers: result.answers } : resultObject(result)
}
