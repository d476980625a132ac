import {
  type Device,
  type DeviceItem,
  type DeviceResult,
  devicesOfItems,
  type Netlatch,
  selectTargets,
} from '@netlatch/core'
import type { IDataObject, IExecuteFunctions } from 'n8n-workflow'
import type { OutItem } from './node-items.ts'

/** Which devices an item asks for, as plain JSON: equal choices run once. */
export type DeviceChoice =
  | { readonly kind: 'selection'; readonly selection: string }
  | { readonly kind: 'items'; readonly isDefined: boolean }

/** The devices of a piece of work. */
export interface ChosenDevices {
  /** With the devices that only the items know. */
  readonly netlatch: Netlatch
  readonly devices: readonly Device[]
  /** As the record of the run calls them. */
  readonly selection: string
  /** Results that are known without any work. */
  readonly skipped: readonly DeviceResult[]
  /** Items that name no device. */
  readonly unusable: readonly OutItem[]
  /** The input items of a device; undefined: those of the work. */
  readonly itemsOf: (device: string) => readonly number[] | undefined
}

type Parameters = Pick<IExecuteFunctions, 'getNodeParameter'>

/** Reads the parameters of device-parameters.ts. */
export function readDeviceChoice(context: Parameters, index: number): DeviceChoice {
  const text = (name: string) => String(context.getNodeParameter(name, index, '') ?? '').trim()
  const kind = text('devices')
  if (kind === 'items') return { kind: 'items', isDefined: text('deviceFields') === 'define' }
  if (kind === 'selection') return { kind: 'selection', selection: text('selection') }
  if (kind === 'filter') return { kind: 'selection', selection: filterText(context, index) }
  if (kind !== 'name') return { kind: 'selection', selection: 'all' }
  const device = context.getNodeParameter('device', index, '', { extractValue: true })
  return { kind: 'selection', selection: `name:${quoted(String(device ?? ''))}` }
}

function filterText(context: Parameters, index: number): string {
  const term = (key: string, parameter: string) => {
    const values = [context.getNodeParameter(parameter, index, []) as string | string[]]
      .flat()
      .filter((each) => each !== '')
    return values.length === 0 ? [] : [`${key}:${values.map(quoted).join(',')}`]
  }
  const terms = [
    ...term('site', 'sites'),
    ...term('platform', 'platforms'),
    ...term('role', 'roles'),
    ...term('tag', 'tags'),
    ...term('result', 'lastResults'),
  ]
  if (terms.length === 0) return 'all'
  return terms.join(context.getNodeParameter('mustMatch', index, 'all') === 'any' ? ' or ' : ' and ')
}

/** A name as one value of a selection, whatever it is made of. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '')}"`
}

/** The devices of a choice. `statuses`: whatever connects takes active ones only. Throws SELECTION_INVALID, NOTHING_SELECTED. */
export async function chooseDevices(
  context: IExecuteFunctions,
  work: {
    readonly netlatch: Netlatch
    readonly choice: DeviceChoice
    readonly items: readonly number[]
    readonly limit?: number
    readonly statuses?: 'active' | 'all'
  },
): Promise<ChosenDevices> {
  const { netlatch, choice, items, limit } = work
  if (choice.kind === 'selection') {
    const targets = await selectTargets(netlatch, {
      selection: choice.selection,
      statuses: work.statuses ?? 'active',
      ...(limit !== undefined && { limit }),
    })
    const { devices, understood } = targets
    return { netlatch, devices, selection: understood, skipped: [], unusable: [], itemsOf: () => undefined }
  }
  const inputs = context.getInputData()
  const handed = items.map((index) => deviceItem(context, index, inputs[index]?.json ?? {}, choice.isDefined))
  const found = devicesOfItems(netlatch, handed)
  const owners = new Map<string, number[]>()
  for (const [position, each] of found.items.entries())
    if ('device' in each) owners.set(each.device, [...(owners.get(each.device) ?? []), items[position] ?? 0])
  return {
    netlatch: found.netlatch,
    devices: limit === undefined ? found.devices : found.devices.slice(0, limit),
    selection: `${handed.length} input items`,
    skipped: found.skipped,
    unusable: found.items.flatMap((each, position) =>
      'problem' in each ? [unusable(each.problem, items[position] ?? 0)] : [],
    ),
    itemsOf: (device) => owners.get(device),
  }
}

function deviceItem(context: Parameters, index: number, json: IDataObject, isDefined: boolean): DeviceItem {
  if (!isDefined) return { json }
  const text = (name: string) => {
    const value = context.getNodeParameter(name, index, '') as unknown
    return value === '' ? undefined : value
  }
  const tags = text('itemTags')
  return {
    fields: {
      name: text('itemName') ?? '',
      host: text('itemHost'),
      platform: text('itemPlatform'),
      site: text('itemSite'),
      role: text('itemRole'),
      tags: typeof tags === 'string' ? tags.split(',') : tags,
      port: text('itemPort'),
    },
  }
}

function unusable(problem: string, index: number): OutItem {
  const json = {
    device: null,
    result: 'attention',
    code: 'INPUT_INVALID',
    message: `Input item ${index} is no device: ${problem}`,
    advice: 'Give it a name that the inventory has, or a name and an address.',
  }
  return { json, needsAttention: true, from: [index] }
}
