import { NetlatchError } from '../errors.ts'
import type { Device } from '../model.ts'
import { type Evaluation, type EvaluationContext, evaluateSelection } from './evaluate-selection.ts'
import type { Inventory } from './inventory.ts'
import type { DeviceFacts } from './match-term.ts'
import { parseSelection } from './parse-selection.ts'
import { printSelection, stateKeys, termsOf } from './selection.ts'

export type { DeviceFacts } from './match-term.ts'

export interface SelectOptions {
  /** `active` leaves out devices of any other status, unless the selection has a `status:` term. */
  readonly statuses: 'active' | 'all'
  /** What the state knows; without it the keys that read the state are refused. */
  readonly facts?: (device: Device) => DeviceFacts
  /** Names for `@failed`: the devices of the last run that need attention. */
  readonly lastAttention?: readonly string[]
  /** Names of a file (its path as written) or of standard input (`@-`), one each, without comments. */
  readonly readNames?: (source: string) => Promise<readonly string[]>
  /** For `older:` and `backup-older:`. @default the present */
  readonly now?: Date
}

export interface SelectedDevices {
  /** In inventory order; at least one. */
  readonly devices: readonly Device[]
  /** The selection as it was taken, with every bare word spelled out: `site:fra and not tag:lab`. */
  readonly understood: string
  /** What a person may want to know, as `tag labb exists on none. Nearest: tag:lab (38).` */
  readonly notes: readonly string[]
}

/**
 * Finds the devices that a selection means. Throws SELECTION_INVALID when it cannot be read or a word means several things,
 * NOTHING_SELECTED, with what was understood and what is near, when no device is left.
 */
export async function selectDevices(
  selection: string | readonly string[],
  inventory: Inventory,
  options: SelectOptions,
): Promise<SelectedDevices> {
  const text = typeof selection === 'string' ? selection : selection.join(' ')
  const parsed = parseSelection(text)
  const terms = termsOf(parsed)
  const needsState = terms.find(({ key }) => (stateKeys as readonly (string | undefined)[]).includes(key))
  if (needsState && !options.facts) {
    const message = `"${text}", column ${needsState.column}: ${needsState.key}: reads the state, which is not open here.`
    throw new NetlatchError('SELECTION_INVALID', message, {
      advice: 'Select by name, tag, site, platform, role or group.',
    })
  }
  const evaluation = await evaluateSelection(parsed, contextOf(text, inventory, options))
  const takesAll = options.statuses === 'all' || terms.some(({ key }) => key === 'status')
  const devices = inventory.devices.filter(
    (device) => evaluation.devices.has(device) && (takesAll || device.status === 'active'),
  )
  if (inventory.devices.length === 0)
    throw new NetlatchError('NOTHING_SELECTED', '0 devices: the inventory has none yet.', {
      advice: 'netlatch inventory add, or netlatch inventory import',
    })
  if (devices.length === 0) throw nothingSelected(evaluation)
  return { devices, understood: printSelection(evaluation.understood), notes: evaluation.notes }
}

function contextOf(text: string, inventory: Inventory, options: SelectOptions): EvaluationContext {
  return {
    text,
    inventory,
    facts: options.facts ?? (() => ({ results: [], backups: [] })),
    now: options.now ?? new Date(),
    namesFrom: async (source) => {
      if (source.kind === 'failed' && options.lastAttention) return options.lastAttention
      if (source.kind === 'file' && options.readNames)
        return options.readNames(source.source === '-' ? '@-' : source.source)
      const what =
        source.kind === 'failed' ? '@failed needs the last run, which' : `@${source.source} needs a file, which`
      throw new NetlatchError('SELECTION_INVALID', `"${text}": ${what} is not read here.`, {
        advice: 'Name the devices.',
      })
    },
  }
}

function nothingSelected({ devices, understood, counts, notes }: Evaluation): NetlatchError {
  const shown = printSelection(understood)
  if (devices.size > 0) {
    const statuses = [...new Set([...devices].map(({ status }) => status))].toSorted()
    const message = `0 devices: ${shown} selects ${devices.size}, none of them active (${statuses.join(', ')}).`
    const advice = `Add: and status:${statuses.join(',')}`
    return new NetlatchError('NOTHING_SELECTED', message, { advice })
  }
  const [note] = notes
  const detail =
    note ?? (counts.length > 0 ? `${shown} selects none (${counts.join(', ')}).` : `${shown} selects none.`)
  return new NetlatchError('NOTHING_SELECTED', `0 devices: ${detail}`, { advice: 'netlatch inventory list' })
}

/** The names in a text: one a line, `#` starts a comment. */
export function readNameLines(text: string): readonly string[] {
  // An editor of Windows may put a byte order mark before the first name.
  const lines = text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .map((line) => line.replace(/(?:^|\s)#.*$/, '').trim())
  return lines.filter((line) => line !== '')
}
