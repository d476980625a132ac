import {
  type CommandsResult,
  type ComparedAnswers,
  compareAnswers,
  type DeviceResult,
  diskFiles,
  type EarlierAnswers,
  type Netlatch,
  NetlatchError,
  readEarlierAnswers,
} from '@netlatch/core'
import type { Terminal } from '../terminal.ts'
import { count } from './plan-text.ts'

/** The answers of `--compare`, read before anything is connected. */
export async function readBefore(file: string, { parse }: { readonly parse?: boolean }): Promise<EarlierAnswers> {
  if (parse) throw new NetlatchError('USAGE', '--compare shows lines; --parse does not go with it.')
  return readEarlierAnswers(await diskFiles.readText(file), file)
}

export function comparedDevices(
  netlatch: Netlatch,
  before: EarlierAnswers,
  results: readonly (CommandsResult | DeviceResult)[],
  ignore: readonly string[] = [],
): readonly ComparedAnswers[] {
  return results.flatMap((result) =>
    'answers' in result
      ? [compareAnswers(before, result, { platform: netlatch.platform(result.spokenPlatform), ignore })]
      : [],
  )
}

export function sayComparison(terminal: Terminal, compared: readonly ComparedAnswers[]): void {
  for (const { device, isChanged, commands } of compared) {
    if (!isChanged) continue
    terminal.say(terminal.style('bold', device))
    for (const { command, state, diff } of commands) {
      if (state === 'new') terminal.say(`│ ${command}: no answer before`)
      for (const line of diff.trimEnd().split('\n')) if (line !== '') terminal.say(`│ ${line}`)
    }
    terminal.say()
  }
  const changed = compared.filter(({ isChanged }) => isChanged).length
  terminal.say(changed === 0 ? 'No difference.' : `${count(changed, 'device')} changed.`)
}
