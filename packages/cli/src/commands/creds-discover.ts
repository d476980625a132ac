import {
  type DeviceResult,
  discoverCredentials,
  formatDuration,
  NetlatchError,
  parseAge,
  planDiscovery,
  planQuestions,
  resultCode,
  selectTargets,
  summariseResults,
} from '@netlatch/core'
import { confirm } from '../ask.ts'
import type { Action, CommandContext } from '../command-context.ts'
import { checkOutput, type OutputOptions } from '../output-file.ts'
import { type Progress, startProgress } from '../progress-bar.ts'
import {
  attentionTable,
  failedLoginsText,
  resultObject,
  scrollingLines,
  summaryObject,
  waitText,
  warnOfProfiles,
} from '../result-lines.ts'
import { writeResults } from '../result-output.ts'
import type { ConnectionOptions, SelectionOptions } from '../selection-options.ts'
import { askQuestions, questionText } from './creds-answer.ts'
import { count, planText } from './plan-text.ts'

interface DiscoverOptions extends SelectionOptions, ConnectionOptions, OutputOptions {
  readonly search?: string
  readonly status?: string
  readonly staleAfter?: string
  readonly update: boolean
  readonly force?: boolean
  readonly skipKnown?: boolean
  readonly retryRejected?: boolean
  readonly includeFallback?: boolean
  readonly requirePrivileged?: boolean
  readonly wait: boolean
  readonly dryRun?: boolean
}

export const discover: Action<DiscoverOptions> = (context, options, args) => discoverOnce(context, options, args, true)

/** `mayAsk`: the plan's one question is put once, and the plan is made again on the answers. */
async function discoverOnce(
  context: CommandContext,
  options: DiscoverOptions,
  args: readonly string[],
  mayAsk: boolean,
): Promise<number> {
  const { terminal, globals } = context
  checkOutput(options)
  const staleAfterMs = ageOf(options.staleAfter)
  await using netlatch = await context.open()
  const targets = await selectTargets(netlatch, { ...options, selection: args.length > 0 ? args : ['all'] })
  const discovery = {
    ...options,
    save: options.update,
    ...(staleAfterMs !== undefined && { staleAfterMs }),
    ...(options.timeout !== undefined && { timeoutMs: options.timeout * 1000 }),
  }
  const plan = await planDiscovery(netlatch, targets.devices, discovery)
  if (terminal.json) terminal.emit({ type: 'plan', ...planObject(plan) })
  else if (!terminal.quiet) {
    const shown = { verbose: globals.verbose === true, now: netlatch.now(), columns: terminal.columns }
    terminal.say(planText(plan, targets.understood, shown))
  }
  const questions = await planQuestions(netlatch, plan.toTest)
  for (const question of questions) terminal.emit({ type: 'question', ...question })
  if (questions.length > 0 && !terminal.json && !terminal.quiet) terminal.say(`\n${questionText(questions)}`)
  const contacted = plan.toTest.map(({ device }) => device)
  const warned = warnOfProfiles(terminal, contacted, netlatch.now())
  if (options.dryRun) return 0
  const asks = mayAsk && terminal.isInteractive && globals.yes !== true && questions.length > 0
  if (asks && (await askQuestions(context, netlatch, questions))) return discoverOnce(context, options, args, false)
  if (plan.toTest.length > 0) {
    const yes = await confirm(terminal, {
      message: `Test ${count(plan.toTest.length, 'device')}?`,
      yes: globals.yes === true,
      otherwise: `Add --yes to test ${count(plan.toTest.length, 'device')}, or --dry-run to see the plan.`,
    })
    if (!yes) return 2
  }
  const progress = startProgress(terminal, plan.toTest.length, 'tested')
  const results = discoverCredentials(netlatch, plan, {
    ...discovery,
    finish: context.interrupts.finish,
    signal: context.interrupts.signal,
    selection: targets.understood,
    onProgress: (event) => {
      if (event.type === 'waiting') progress.line(waitText(event))
    },
  })
  const exitCode = await run(context, progress, results, { now: netlatch.now, plan, output: options.output, warned })
  if (questions.length > 0 && exitCode === 1 && !terminal.json) terminal.say(`\n${questionText(questions)}`)
  return exitCode
}

function ageOf(text: string | undefined): number | undefined {
  const age = text === undefined ? undefined : parseAge(text)
  if (text !== undefined && age === undefined)
    throw new NetlatchError('USAGE', `--stale-after takes an age as 12h or 7d; not ${text}.`)
  return age
}

type Plan = Awaited<ReturnType<typeof planDiscovery>>

function planObject(plan: Plan): Record<string, unknown> {
  return {
    devices: plan.toTest.length,
    skipped: plan.skipped.length,
    refused: plan.refused.length,
    leftOut: [...plan.skipped, ...plan.refused].map(({ device, code, advice }) => ({
      device,
      code,
      ...(advice && { advice }),
    })),
    accounts: plan.accounts,
    credentials: plan.credentials,
    candidates: plan.toTest.map(({ device, candidates }) => ({
      device: device.name,
      candidates: candidates.map((candidate) => ({ credential: candidate.credential.name, reason: candidate.reason })),
    })),
    estimateMs: plan.estimateMs,
  }
}

interface RunEnd {
  readonly now: () => Date
  readonly plan: Plan
  readonly output: string | undefined
  /** Of the summary: what was warned of before the run. */
  readonly warned: Readonly<Record<string, unknown>>
}

async function run(
  context: CommandContext,
  progress: Progress,
  results: AsyncIterable<DeviceResult>,
  { now, plan, output, warned }: RunEnd,
): Promise<number> {
  const { terminal, interrupts } = context
  const started = performance.now()
  const collected: DeviceResult[] = []
  const planned = new Set(plan.toTest.map(({ device }) => device.name))
  const lineOf = scrollingLines(terminal)
  let tested = 0
  const counts = { good: 0, bad: 0, look: 0, idle: 0, none: 0 }
  try {
    for await (const result of results) {
      collected.push(result)
      const entry = resultCode(result.code)
      terminal.emit(resultObject(result))
      // What the plan has said already, and what Ctrl-C left, is in the summary.
      if (!planned.has(result.device)) continue
      counts[entry.symbol]++
      tested++
      const isNews = result.code !== 'ABORTED'
      const line = entry.needsAttention && isNews && !terminal.json ? lineOf(result) : undefined
      if (line !== undefined) progress.line(line)
      const { symbols } = terminal
      progress.update(
        tested,
        `opened ${counts.good}  ${symbols.bad} ${counts.bad}  ${symbols.look} ${counts.look}  ${symbols.idle} ${counts.idle}`,
      )
    }
  } finally {
    progress.stop()
  }
  await writeResults(output, collected)
  const summary = summariseResults(collected, now())
  const durationMs = Math.round(performance.now() - started)
  if (terminal.json) terminal.emit(summaryObject(summary, { ...warned, durationMs }))
  else sayOutcome(context, summary, durationMs)
  if (interrupts.finish.aborted) return 130
  return summary.needAttention > 0 ? 1 : 0
}

function sayOutcome(
  { terminal }: CommandContext,
  summary: ReturnType<typeof summariseResults>,
  durationMs: number,
): void {
  const attention = summary.needAttention > 0 ? `${summary.needAttention} need attention` : 'nothing needs attention'
  terminal.say(
    `\n${count(summary.devices, 'device')} in ${formatDuration(durationMs)}: ${summary.opened} opened · ${attention}`,
  )
  const opened = Object.entries(summary.byCredential).map(([name, devices]) => `${name} ${devices}`)
  if (opened.length > 0) {
    const changed = summary.changed > 0 ? `    ${summary.changed} changed since last time` : ''
    terminal.say(`\n  opened   ${opened.join(' · ')}${changed}`)
  }
  const table = attentionTable(terminal, summary)
  if (table) terminal.say(`\n${table}`)
  terminal.say(`\n  ${failedLoginsText(summary) || 'Failed logins: none'}`)
  terminal.say(
    `\nnetlatch creds status${summary.needAttention > 0 ? '      netlatch creds discover @failed' : '      netlatch backup'}`,
  )
}
