import { NetlatchError } from '../errors.ts'
import { type Device, deviceStatuses } from '../model.ts'
import { resultCodes } from '../result-codes.ts'
import { didYouMean } from '../workspace/nearest-name.ts'
import type { Inventory } from './inventory.ts'
import { compileValue, type MatchContext } from './match-term.ts'
import { nearestTerms, spell } from './nearest-terms.ts'
import type { Selection, SelectionKey, SelectionTerm } from './selection.ts'
import { literalOf, type Pattern, printPattern } from './selection-pattern.ts'

export interface EvaluationContext extends MatchContext {
  readonly text: string
  readonly inventory: Inventory
  readonly namesFrom: (
    selection: { readonly kind: 'failed' } | { readonly kind: 'file'; readonly source: string },
  ) => Promise<readonly string[]>
}

export interface Evaluation {
  readonly devices: ReadonlySet<Device>
  /** With every bare word spelled out as what it was taken for. */
  readonly understood: Selection
  /** How many devices each term alone selects, as `site:fra 412`. */
  readonly counts: readonly string[]
  readonly notes: readonly string[]
}

/** The last test's results as people select them; result codes are taken too. */
export const resultWords = ['opened', 'failed', 'unreachable', 'deferred', 'skipped', 'attention', 'untested'] as const

/** Finds the devices of a selection, whatever their status. Throws for words that mean nothing or several things. */
export async function evaluateSelection(selection: Selection, context: EvaluationContext): Promise<Evaluation> {
  const { inventory } = context
  switch (selection.kind) {
    case 'all':
      return { devices: new Set(inventory.devices), understood: selection, counts: [], notes: [] }
    case 'not': {
      const inner = await evaluateSelection(selection.operand, context)
      const devices = new Set(inventory.devices.filter((device) => !inner.devices.has(device)))
      return { ...inner, devices, understood: { kind: 'not', operand: inner.understood } }
    }
    case 'and':
    case 'or':
      return combine(selection.kind, selection.operands, context)
    case 'term':
      return selection.key === undefined
        ? evaluateBare(selection, context)
        : evaluateKeyed(selection, selection.key, context)
    default: {
      const names = await context.namesFrom(selection)
      const devices = new Set(names.flatMap((name) => inventory.byName.get(name) ?? []))
      const unknown = names.filter((name) => !inventory.byName.has(name))
      const shown = selection.kind === 'failed' ? '@failed' : `@${selection.source}`
      const some = `${unknown.slice(0, 3).join(', ')}${unknown.length > 3 ? ', …' : ''}`
      const count = unknown.length === 1 ? `1 name of ${shown} is` : `${unknown.length} names of ${shown} are`
      const notes = unknown.length === 0 ? [] : [`${count} not in the inventory: ${some}`]
      return { devices, understood: selection, counts: [`${shown} ${devices.size}`], notes }
    }
  }
}

async function combine(
  kind: 'and' | 'or',
  operands: readonly [Selection, Selection, ...Selection[]],
  context: EvaluationContext,
): Promise<Evaluation> {
  const [a, b, ...rest] = operands
  const first = await evaluateSelection(a, context)
  const second = await evaluateSelection(b, context)
  const all = [first, second]
  for (const operand of rest) all.push(await evaluateSelection(operand, context))
  const isIn = (device: Device) =>
    kind === 'and' ? all.every((each) => each.devices.has(device)) : all.some((each) => each.devices.has(device))
  const devices = new Set(context.inventory.devices.filter(isIn))
  const [, , ...others] = all.map((each) => each.understood)
  return {
    devices,
    understood: { kind, operands: [first.understood, second.understood, ...others] },
    counts: all.flatMap((each) => each.counts),
    notes: all.flatMap((each) => each.notes),
  }
}

function evaluateKeyed(term: SelectionTerm, key: SelectionKey, context: EvaluationContext): Evaluation {
  const notes: string[] = []
  const devices = new Set<Device>()
  for (const value of term.values) {
    refuseUnknownWord(key, value, term, context)
    const matching = matchValue(key, value, term, context)
    for (const device of matching) devices.add(device)
    const literal = literalOf(value)
    if (matching.length === 0 && literal !== undefined && namedKeys.has(key)) {
      notes.push(`${key} ${literal} exists on none.${nearest(literal, context)}`)
    }
    if (key === 'status' && literal?.toLowerCase() === 'failed') {
      notes.push('status:failed is the life cycle; the last test is result:failed')
    }
  }
  return { devices, understood: term, counts: [`${printTerm(term)} ${devices.size}`], notes }
}

const namedKeys: ReadonlySet<SelectionKey> = new Set(['tag', 'name', 'site', 'platform', 'role', 'group', 'jump'])
const bareKeys = [
  { key: 'name', what: 'a device' },
  { key: 'group', what: 'a group' },
  { key: 'tag', what: 'a tag' },
] as const

/** A bare word is a device, a group or a tag; more than one of them only where all mean the same devices. */
function evaluateBare(term: SelectionTerm, context: EvaluationContext): Evaluation {
  const parts = term.values.map((value): Evaluation => {
    const readings = bareKeys
      .map(({ key, what }) => ({ key, what, devices: new Set(matchValue(key, value, term, context)) }))
      .filter(({ key, devices }) => devices.size > 0 || (key === 'group' && isEmptyGroup(value, context)))
    const [first, ...others] = readings
    const word = literalOf(value)
    if (!first) {
      const shown = word ?? printPattern(value)
      const message = `0 devices: ${shown} is no device, group or tag.${word === undefined ? '' : nearest(word, context)}`
      throw new NetlatchError('NOTHING_SELECTED', message, {
        advice: 'netlatch inventory list',
        details: { column: term.column },
      })
    }
    const isOne = others.every(
      ({ devices }) => devices.size === first.devices.size && [...devices].every((each) => first.devices.has(each)),
    )
    if (!isOne) {
      const shown = printPattern(value)
      const spellings = readings.map(({ key }) => `${key}:${shown}`).join(' or ')
      const message = `${shown} is ${readings.map(({ what }) => what).join(' and ')}: write ${spellings}`
      throw new NetlatchError('SELECTION_INVALID', message, { details: { column: term.column } })
    }
    const understood: SelectionTerm = { kind: 'term', key: first.key, values: [value], column: term.column }
    return { devices: first.devices, understood, counts: [`${printTerm(understood)} ${first.devices.size}`], notes: [] }
  })
  return {
    devices: new Set(parts.flatMap((part) => [...part.devices])),
    understood: parts.map((part) => part.understood).reduce(either),
    counts: parts.flatMap((part) => part.counts),
    notes: [],
  }
}

/** `name:a,b` for neighbours of one key, else `name:a or tag:b`. */
function either(before: Selection, next: Selection): Selection {
  const last = before.kind === 'or' ? before.operands.at(-1) : before
  if (last?.kind === 'term' && next.kind === 'term' && last.key === next.key) {
    const joined: SelectionTerm = { ...last, values: [...last.values, ...next.values] }
    if (before.kind !== 'or') return joined
    const [first, ...rest] = before.operands.slice(0, -1)
    return first ? { kind: 'or', operands: [first, ...rest, joined] as [Selection, Selection] } : joined
  }
  if (before.kind === 'or') return { kind: 'or', operands: [...before.operands, next] }
  return { kind: 'or', operands: [before, next] }
}

function matchValue(
  key: SelectionKey,
  value: Pattern,
  term: SelectionTerm,
  context: EvaluationContext,
): readonly Device[] {
  const test = compileValue(key, value, context)
  if (test) return context.inventory.devices.filter(test)
  const shown = `${key}:${printPattern(value)}`
  if (key === 'host')
    throw invalid(term, context, `${shown} is no network`, 'Write host:10.20.0.0/16, an address or a name.')
  throw invalid(term, context, `${shown} is no age`, `Write ${key}:30d, 12h or 2w.`)
}

function refuseUnknownWord(key: SelectionKey, value: Pattern, term: SelectionTerm, context: EvaluationContext): void {
  const word = literalOf(value)
  const words = key === 'status' ? deviceStatuses : key === 'result' ? resultWords : undefined
  if (word === undefined || !words || (words as readonly string[]).includes(word.toLowerCase())) return
  if (key === 'result' && Object.hasOwn(resultCodes, word.toUpperCase())) return
  throw invalid(term, context, `unknown ${key} "${word}"`, didYouMean(word, words, `One of: ${words.join(', ')}.`))
}

function isEmptyGroup(value: Pattern, { inventory }: EvaluationContext): boolean {
  const word = literalOf(value)?.toLowerCase()
  return word !== undefined && [...inventory.groups.keys()].some((name) => name.toLowerCase() === word)
}

function invalid(term: SelectionTerm, context: EvaluationContext, message: string, advice: string): NetlatchError {
  const details = { column: term.column }
  return new NetlatchError('SELECTION_INVALID', `"${context.text}", column ${term.column}: ${message}.`, {
    advice,
    details,
  })
}

function nearest(word: string, { inventory }: EvaluationContext): string {
  const terms = nearestTerms(word, inventory)
  return terms.length === 0 ? '' : ` Nearest: ${terms.join(', ')}.`
}

function printTerm({ key, values }: SelectionTerm): string {
  const [value] = values
  const word = values.length === 1 && value ? literalOf(value) : undefined
  return word !== undefined && key
    ? spell(key, word)
    : `${key}:${values.map((value) => printPattern(value, true)).join(',')}`
}
