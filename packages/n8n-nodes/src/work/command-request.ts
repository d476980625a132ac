import { type Expectation, NetlatchError } from '@netlatch/core'
import type { IDataObject, IExecuteFunctions } from 'n8n-workflow'
import { type DeviceChoice, readDeviceChoice } from '../run/device-choice.ts'
import { type OutputShape, readOutputShape } from '../run/output-shape.ts'

/** What an item asks of Netlatch Run Command. */
export interface CommandRequest {
  readonly operation: string
  readonly devices: DeviceChoice
  readonly shape: OutputShape
  readonly commands: readonly string[]
  readonly parse: boolean
  readonly job: string
  readonly narrow: string
  readonly expect: readonly Expectation[]
  readonly options: CommandNodeOptions
}

interface CommandNodeOptions {
  readonly concurrency?: number
  readonly limit?: number
  readonly output?: 'commands' | 'devices'
  readonly timeoutSeconds?: number
}

type Rule = { readonly rule?: string; readonly text?: string }

export function readCommandRequest(context: IExecuteFunctions, index: number): CommandRequest {
  const operation = String(context.getNodeParameter('operation', index))
  const isRun = operation === 'run'
  const { expect, ...options } = context.getNodeParameter('options', index, {}) as IDataObject &
    CommandNodeOptions & { readonly expect?: { readonly expectations?: readonly Rule[] } }
  const text = (name: string) => String(context.getNodeParameter(name, index, '', { extractValue: true }) ?? '').trim()
  const commands = isRun
    ? text('commands')
        .split('\n')
        .map((line) => line.trim())
        .filter((line) => line !== '')
    : []
  if (isRun && commands.length === 0)
    throw new NetlatchError('USAGE', 'No command is given.', { advice: "Write one per line into 'Commands'." })
  return {
    operation,
    devices: isRun ? readDeviceChoice(context, index) : { kind: 'selection', selection: 'all' },
    shape: readOutputShape(context, index),
    commands,
    parse: isRun && context.getNodeParameter('parseOutput', index, false) === true,
    job: isRun ? '' : text('job'),
    narrow: isRun ? '' : text('narrow'),
    expect: isRun ? expectationsOf(expect?.expectations ?? []) : [],
    options,
  }
}

function expectationsOf(rules: readonly Rule[]): readonly Expectation[] {
  const of = (wanted: string) => rules.flatMap(({ rule, text = '' }) => (rule === wanted && text !== '' ? [text] : []))
  const [contains, matches, notMatches] = [of('contains'), of('matches'), of('notMatches')]
  return contains.length + matches.length + notMatches.length === 0 ? [] : [{ contains, matches, notMatches }]
}
