import { isDeepStrictEqual } from 'node:util'
import { NetlatchError } from '../errors.ts'
import { markEmptied, planChange } from './yaml-edit-plan.ts'
import { applyChanges, isDictionary, valueAt } from './yaml-edit-value.ts'
import { parseYaml, type YamlFile } from './yaml-file.ts'
import type { YamlPath } from './yaml-node.ts'
import { originOf } from './yaml-node.ts'
import type { YamlValue } from './yaml-text.ts'

export type YamlChange =
  /** Sets a value, making the mappings above it where they are missing. */
  | { readonly kind: 'set'; readonly path: YamlPath; readonly value: YamlValue }
  /** Removes a key or a list item; what is not there is no mistake. */
  | { readonly kind: 'remove'; readonly path: YamlPath }
  /** Gives a key another name, in its place. */
  | { readonly kind: 'rename'; readonly path: YamlPath; readonly name: string }
  /** Adds an item at the end of a list, making the list where it is missing; one that is there already stays. */
  | { readonly kind: 'add'; readonly path: YamlPath; readonly item: YamlValue }

/** One replacement in the text: offsets as in an editor's text edit. */
export interface TextEdit {
  readonly start: number
  readonly end: number
  readonly text: string
}

/**
 * Changes a YAML text in place: only the ranges that must change do, so that comments, order and quoting stay. The result
 * is read again and must mean exactly the old value with the changes; else it throws INPUT_INVALID and nothing is lost.
 * Changes are independent of each other: each path means what it means in the given file.
 */
export function editYaml(file: YamlFile, changes: readonly YamlChange[]): string {
  const [broken] = file.problems.filter((problem) => problem.severity === 'error')
  if (broken) {
    const message = `${file.file}:${broken.at.line}: ${broken.message}. Not changed.`
    throw new NetlatchError('INPUT_INVALID', message, {
      at: broken.at,
      advice: 'Correct it first.',
      problems: file.problems,
    })
  }
  const ordered = lastItemsFirst(changes)
  const expected = plain(applyChanges(file.value, ordered))
  const isRight = (text: string) => {
    const result = parseYaml(text, file.file)
    return result.problems.length === 0 && isDeepStrictEqual(plain(result.value), expected)
  }
  const planned = mergeSets(file, ordered).flatMap((change) => planChange(file, change))
  const edits = [...planned, ...markEmptied(file, ordered)]
  const together = touch(edits) ? undefined : applyEdits(file.text, edits)
  if (together !== undefined && isRight(together)) return together
  // Several changes of one short line can touch each other's ranges; one after another they do not.
  if (ordered.length <= maxOneByOne) {
    const oneByOne = ordered.reduce(changeText, file)
    if (isRight(oneByOne.text)) return oneByOne.text
  }
  const at = originOf(file, changes[0]?.path ?? [])
  const message = `${at.file}:${at.line}: this place cannot be changed without changing others (an alias, or unusual YAML).`
  throw new NetlatchError('INPUT_INVALID', message, { at, advice: 'Change it by hand.' })
}

const maxOneByOne = 50

function touch(edits: readonly TextEdit[]): boolean {
  const ordered = edits.toSorted((a, b) => a.start - b.start || a.end - b.end)
  return ordered.some((edit, index) => edit.start < (ordered[index - 1]?.end ?? 0))
}

function changeText(file: YamlFile, change: YamlChange): YamlFile {
  const edits = mergeSets(file, [change]).flatMap((each) => planChange(file, each))
  return parseYaml(applyEdits(file.text, edits), file.file)
}

/** Removing an item moves those behind it, so the last ones go first. */
function lastItemsFirst(changes: readonly YamlChange[]): readonly YamlChange[] {
  const itemOf = ({ kind, path }: YamlChange) =>
    kind === 'remove' ? path.findLastIndex((step) => typeof step === 'number') : -1
  const items = changes.filter((change) => itemOf(change) !== -1)
  if (items.length === 0) return changes
  const index = (change: YamlChange) => Number(change.path[itemOf(change)])
  return [...changes.filter((change) => itemOf(change) === -1), ...items.toSorted((a, b) => index(b) - index(a))]
}

/** Applies edits that do not overlap; of several insertions at one place the first given comes first. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  const ordered = edits.toSorted((a, b) => a.start - b.start || a.end - b.end)
  const parts: string[] = []
  let position = 0
  for (const edit of ordered) {
    parts.push(text.slice(position, Math.max(edit.start, position)), edit.text)
    position = Math.max(edit.end, position)
  }
  return parts.join('') + text.slice(position)
}

/** Sets below a mapping (and items of a list) that is not there yet become one set of it. */
function mergeSets(file: YamlFile, changes: readonly YamlChange[]): readonly YamlChange[] {
  const merged = new Map<string, { readonly path?: YamlPath; readonly changes: YamlChange[] }>()
  for (const change of changes) {
    const isNewList = change.kind === 'add' && !Array.isArray(valueAt(file.value, change.path))
    const isSet = change.kind === 'set' || isNewList
    const path = change.path.slice(0, firstMissing(file, change.path))
    const key = JSON.stringify(isSet ? path : change)
    const known = merged.get(key)
    if (known) known.changes.push(change)
    else merged.set(key, { ...(isSet && { path }), changes: [change] })
  }
  return [...merged.values()].flatMap(({ path, changes: same }) => {
    if (!path) return same.slice(0, 1)
    return [{ kind: 'set', path, value: valueAt(applyChanges({}, same), path) as YamlValue }]
  })
}

/** How much of the path is needed to name the first thing that is missing (or the whole of it). */
function firstMissing(file: YamlFile, path: YamlPath): number {
  for (let length = 1; length < path.length; length += 1) {
    const inner = valueAt(file.value, path.slice(0, length))
    if (!isDictionary(inner) && !Array.isArray(inner)) return length
  }
  return path.length
}

/** With ordinary prototypes, and an empty mapping like an empty value: removing a last key may leave either. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain)
  if (!isDictionary(value)) return value
  const entries = Object.entries(value).map(([key, entry]) => [key, plain(entry)])
  return entries.length === 0 ? null : Object.fromEntries(entries)
}
