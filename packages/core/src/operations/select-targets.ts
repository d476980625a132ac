import { NetlatchError } from '../errors.ts'
import { parseSelection } from '../inventory/parse-selection.ts'
import { selectDevices } from '../inventory/select-devices.ts'
import { type Selection, stateKeys, termsOf } from '../inventory/selection.ts'
import { quote } from '../inventory/selection-pattern.ts'
import type { Device } from '../model.ts'
import { resultCode } from '../result-codes.ts'
import { nearestName } from '../workspace/nearest-name.ts'
import { readFacts } from './device-facts.ts'
import type { Netlatch } from './netlatch.ts'

export interface TargetOptions {
  /** A selection; several words are read as one. */
  readonly selection: string | readonly string[]
  /** These narrow the selection. */
  readonly site?: string
  readonly platform?: string
  readonly role?: string
  /** Only devices whose names contain this. */
  readonly search?: string
  /** Only devices of this status. */
  readonly status?: string
  /** At most so many, taken evenly over the sites, the same ones each time. @default all */
  readonly limit?: number
  /** @default 'active' */
  readonly statuses?: 'active' | 'all'
  /** Names of `@devices.txt` and of standard input (`@-`). @default as the workspace was opened */
  readonly readNames?: (source: string) => Promise<readonly string[]>
}

export interface Targets {
  /** In inventory order; at least one. */
  readonly devices: readonly Device[]
  /** The selection as it was understood. */
  readonly understood: string
  readonly notes: readonly string[]
}

/** The devices that a user means. Throws SELECTION_INVALID and NOTHING_SELECTED with what was understood and what is near. */
export async function selectTargets(netlatch: Netlatch, options: TargetOptions): Promise<Targets> {
  const { statuses = 'active', limit, readNames = netlatch.readNames } = options
  const selection = narrowed(options)
  const reads = stateNeeds(selection)
  const state = reads.facts || reads.lastRun ? await netlatch.state() : undefined
  const chosen = await selectDevices(selection, netlatch.inventory, {
    statuses,
    now: netlatch.now(),
    ...(state && reads.facts && { facts: await readFacts(state) }),
    ...(state && reads.lastRun && { lastAttention: await lastAttention(netlatch) }),
    ...(readNames && { readNames }),
  })
  for (const note of chosen.notes) netlatch.onNote?.(note)
  return limit === undefined ? chosen : { ...chosen, devices: takeEvenly(chosen.devices, limit) }
}

/** The one device of that name. */
export function findDevice({ inventory }: Netlatch, name: string): Device {
  const device = inventory.byName.get(name)
  if (device) return device
  const nearest = nearestName(name, [...inventory.byName.keys()])
  throw new NetlatchError('NOT_FOUND', `${name} is not in the inventory.`, {
    advice: nearest ? `Did you mean ${nearest}?` : 'netlatch inventory list',
  })
}

/** The flags `--site`, `--platform`, `--role`, `--status` and `--search` read like terms of the selection. */
function narrowed({ selection, site, platform, role, status, search }: TargetOptions): string {
  if (search !== undefined && !/^[\w.-]+$/.test(search))
    throw new NetlatchError('USAGE', '--search takes a part of a name: letters, digits, dots, dashes.')
  const name = search === undefined ? undefined : `*${search}*`
  const text = typeof selection === 'string' ? selection : selection.join(' ')
  const terms = Object.entries({ site, platform, role, status, name }).flatMap(([key, value]) =>
    value === undefined ? [] : `${key}:${termOf(value)}`,
  )
  return terms.length === 0 ? text : [`(${text})`, ...terms].join(' and ')
}

/** A flag narrows, whatever stands in it: what is more than names and patterns is a name with quotes around it. */
function termOf(value: string): string {
  const values = value.split(',').map((each) => each.trim())
  return values.map((each) => (/^[\w.*?[\]-]+$/.test(each) ? each : quote(each))).join(',')
}

function stateNeeds(text: string): { readonly facts: boolean; readonly lastRun: boolean } {
  const selection = parseSelection(text)
  const keys: readonly string[] = stateKeys
  return {
    facts: termsOf(selection).some(({ key }) => key !== undefined && keys.includes(key)),
    lastRun: namesLastRun(selection),
  }
}

function namesLastRun(selection: Selection): boolean {
  if (selection.kind === 'failed') return true
  if (selection.kind === 'not') return namesLastRun(selection.operand)
  return selection.kind === 'and' || selection.kind === 'or' ? selection.operands.some(namesLastRun) : false
}

async function lastAttention(netlatch: Netlatch): Promise<readonly string[]> {
  const state = await netlatch.state()
  const results = await state.results()
  return results.filter(({ code }) => resultCode(code).needsAttention).map(({ device }) => device)
}

/** One of each site in turn, in inventory order, until there are enough. */
function takeEvenly(devices: readonly Device[], limit: number): readonly Device[] {
  const sites = [...Map.groupBy(devices, (device) => device.site).values()]
  const taken = new Set<Device>()
  for (let round = 0; taken.size < Math.min(limit, devices.length); round++)
    for (const site of sites) {
      const device = site[round]
      if (device && taken.size < limit) taken.add(device)
    }
  return devices.filter((device) => taken.has(device))
}
