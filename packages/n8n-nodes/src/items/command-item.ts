import { type CommandsResult, type DeviceResult, type ParsedAnswer, resultCode, resultWord } from '@netlatch/core'
import type { IDataObject } from 'n8n-workflow'
import { type OutItem, plain } from '../run/node-items.ts'
import { adviceOf } from './advice.ts'
import { allOf, type ItemOptions, messageOf } from './device-item.ts'

/** What commands gave on a device, parsed or not. */
export type AnsweredDevice = (CommandsResult & { readonly parsed?: readonly ParsedAnswer[] }) | DeviceResult

interface Answer {
  readonly command: string
  readonly output: string
  readonly rows?: readonly object[]
  readonly ok: boolean
}

/** The items of a device: one, or one for each command. Secrets in what it answered are fingerprints. */
export function commandItems(result: AnsweredDevice, perCommand: boolean, options: ItemOptions): readonly OutItem[] {
  const answers = answersOf(result)
  if (perCommand && answers.length > 0) return answers.map((answer) => item(result, answer, options))
  const [only, ...others] = answers
  return [item(result, only === undefined || others.length === 0 ? only : { commands: answers }, options)]
}

function item(
  result: AnsweredDevice,
  answer: Answer | { readonly commands: readonly Answer[] } | undefined,
  { simplify, workspace, runId }: ItemOptions,
): OutItem {
  const { needsAttention } = resultCode(result.code)
  const said = answer === undefined ? {} : 'commands' in answer ? answer : withoutOk(answer)
  const message = result.code === 'ANSWERED' ? result.message : messageOf(result)
  const json: IDataObject = {
    device: result.device,
    result: commandWord(result),
    ...plain(said),
    site: result.site ?? null,
    platform: result.platform,
    message,
    ...(needsAttention && { advice: adviceOf(result) }),
    durationMs: result.durationMs,
    ranAt: result.testedAt.toISOString(),
  }
  const more = simplify
    ? {}
    : { ...allOf(result, { workspace, runId }), host: result.host, credential: result.credential }
  return { json: { ...json, ...more }, needsAttention }
}

function withoutOk({ command, output, rows }: Answer): Omit<Answer, 'ok'> {
  return { command, output, ...(rows && { rows }) }
}

function answersOf(result: AnsweredDevice): readonly Answer[] {
  if (!('answers' in result)) return []
  return result.answers.map(({ command, output, error }, index) => {
    const parsed = 'parsed' in result ? result.parsed?.[index] : undefined
    return { command, output, ...(parsed && { rows: parsed.rows }), ok: error === undefined && !parsed?.failed }
  })
}

/** `ok`, else the word of a login's result. */
function commandWord({ code }: DeviceResult): string {
  if (code === 'ANSWERED') return 'ok'
  const word = resultWord(code)
  return word === 'attention' ? 'failed' : word
}
