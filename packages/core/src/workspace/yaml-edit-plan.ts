import type { TextEdit, YamlChange } from './yaml-edit.ts'
import type { YamlFile } from './yaml-file.ts'
import { entryAt, nodeAt, type YamlEntry, type YamlMap, type YamlNode, type YamlPath } from './yaml-node.ts'
import { formatInline, formatText, type QuoteStyle, type YamlValue } from './yaml-text.ts'

/** The ranges that one change touches. */
export function planChange(file: YamlFile, change: YamlChange): readonly TextEdit[] {
  const { text, root } = file
  const parent = nodeAt(root, change.path.slice(0, -1))
  const key = change.path.at(-1)
  const node = nodeAt(root, change.path)
  switch (change.kind) {
    case 'rename': {
      const entry = entryAt(root, change.path)
      return entry
        ? [{ start: entry.keyStart, end: entry.keyEnd, text: formatText(change.name, styleAt(text, entry.keyStart)) }]
        : []
    }
    case 'remove':
      return removeFrom(text, change, parent, node, file)
    case 'add': {
      if (node?.kind !== 'list' || node.value.includes(change.item)) return []
      return [addItem(text, node, change.item)]
    }
    case 'set': {
      const entry = entryAt(root, change.path)
      if (node && !entry) return [replaceNode(text, node, change.value)]
      if (entry) return [replaceValue(text, entry, change.value)]
      const above = entryAt(root, change.path.slice(0, -1))
      if (above && isBare(above.value) && isLarge(change.value))
        return [putBelow(text, above, { [String(key)]: change.value })]
      return [addKey(text, change.path.length > 1 ? parent : root, String(key), change.value)]
    }
  }
}

/** Where several removals together leave nothing of a mapping or list on lines of its own, it is written as empty. */
export function markEmptied({ text, root }: YamlFile, changes: readonly YamlChange[]): readonly TextEdit[] {
  const byParent = Map.groupBy(changes, ({ path }) => JSON.stringify(path.slice(0, -1)))
  return [...byParent.values()].flatMap((same): readonly TextEdit[] => {
    const path = same[0]?.path.slice(0, -1) ?? []
    const parent = nodeAt(root, path)
    const above = entryAt(root, path)
    if (!above || !parent || parent.kind === 'scalar' || parent.isFlow) return []
    const size = parent.kind === 'map' ? parent.entries.size : parent.items.length
    const removed = new Set(same.filter((each) => each.kind === 'remove' && nodeAt(root, each.path)).map(lastStep))
    const isKept = changes.some(({ kind, path: other }) => kind !== 'remove' && isBelow(other, path))
    // Of a single one the removal itself does it.
    if (size < 2 || removed.size < size || isKept) return []
    return [insert(text.indexOf(':', above.keyEnd) + 1, parent.kind === 'map' ? ' {}' : ' []')]
  })
}

function lastStep({ path }: YamlChange): YamlPath[number] | undefined {
  return path.at(-1)
}

function isBelow(path: YamlPath, above: YamlPath): boolean {
  return path.length > above.length && above.every((step, index) => step === path[index])
}

function replaceNode(text: string, node: YamlNode, value: YamlValue): TextEdit {
  const style = node.kind === 'scalar' ? styleAt(text, node.start) : 'plain'
  return { start: node.start, end: contentEnd(text, node), text: formatInline(value, style) }
}

function replaceValue(text: string, entry: YamlEntry, value: YamlValue): TextEdit {
  const node = entry.value
  const isOnKeyLine = !text.slice(entry.keyEnd, node.start).includes('\n')
  const isEmpty = node.start === node.end
  if (isBare(node) && isLarge(value)) return putBelow(text, entry, value)
  if (!isEmpty && isOnKeyLine) return replaceNode(text, node, value)
  const colon = text.indexOf(':', entry.keyEnd) + 1
  return { start: colon, end: isEmpty ? colon : contentEnd(text, node), text: ` ${formatInline(value)}` }
}

function addKey(text: string, parent: YamlNode | undefined, key: string, value: YamlValue): TextEdit {
  if (parent?.kind === 'map' && parent.isFlow) {
    const { last } = parent
    const added = `${formatText(key)}: ${formatInline(value)}`
    if (last) return insert(contentEnd(text, last.value, last.keyEnd), `, ${added}`)
    return { start: parent.start, end: parent.end, text: `{ ${added} }` }
  }
  if (parent?.kind === 'map') {
    const [first] = parent.entries.values()
    const indent = ' '.repeat(columnOf(text, first?.keyStart ?? parent.start))
    return insertLines(text, endOfMap(text, parent), formatEntry(key, value, indent), eolOf(text))
  }
  return insertLines(text, text.trimEnd().length, formatEntry(key, value, ''), eolOf(text))
}

/** Nothing yet: no text, `~` or `{}`. */
function isBare(node: YamlNode): boolean {
  return (
    !node.isAlias && (node.kind === 'scalar' ? node.value === null : node.kind === 'map' && node.entries.size === 0)
  )
}

/** Puts a large value on the lines below its key; a comment behind the key stays on its line. */
function putBelow(text: string, entry: YamlEntry, value: Readonly<Record<string, YamlValue>>): TextEdit {
  const indent = `${' '.repeat(columnOf(text, entry.keyStart))}  `
  const lines = Object.entries(value).flatMap(([key, inner]) => formatEntry(key, inner, indent))
  const colon = text.indexOf(':', entry.keyEnd) + 1
  const lineEnd = endOfLine(text, colon)
  const comment = text.slice(Math.max(colon, entry.value.end), lineEnd).trim()
  const eol = eolOf(text)
  return { start: colon, end: lineEnd, text: `${comment && `  ${comment}`}${eol}${lines.join(eol)}` }
}

/** A device, and what holds one, takes a line a key; everything smaller goes on one line. */
function formatEntry(key: string, value: YamlValue, indent: string): readonly string[] {
  if (!isLarge(value)) return [`${indent}${formatText(key)}: ${formatInline(value)}`]
  const inner = Object.entries(value).flatMap(([name, entry]) => formatEntry(name, entry, `${indent}  `))
  return [`${indent}${formatText(key)}:`, ...inner]
}

function isLarge(value: YamlValue): value is Readonly<Record<string, YamlValue>> {
  if (typeof value !== 'object' || Array.isArray(value)) return false
  return 'host' in value || Object.values(value).some(isLarge)
}

/** As the first line ends. */
function eolOf(text: string): string {
  return text[text.indexOf('\n') - 1] === '\r' ? '\r\n' : '\n'
}

function addItem(text: string, list: Extract<YamlNode, { kind: 'list' }>, item: YamlValue): TextEdit {
  const last = list.items.at(-1)
  if (!last) return { start: list.start, end: list.end, text: `[${formatInline(item)}]` }
  if (list.isFlow) return insert(contentEnd(text, last), `, ${formatInline(item)}`)
  const dash = text.lastIndexOf('-', last.start)
  return insertLines(
    text,
    contentEnd(text, last),
    [`${' '.repeat(columnOf(text, dash))}- ${formatInline(item)}`],
    eolOf(text),
  )
}

function removeFrom(
  text: string,
  change: YamlChange,
  parent: YamlNode | undefined,
  node: YamlNode | undefined,
  file: YamlFile,
): readonly TextEdit[] {
  if (!parent || parent.kind === 'scalar' || !node) return []
  const entry = entryAt(file.root, change.path)
  const start = entry?.keyStart ?? node.start
  const end = contentEnd(text, node, entry?.keyEnd)
  const size = parent.kind === 'map' ? parent.entries.size : parent.items.length
  if (size === 1) {
    const above = entryAt(file.root, change.path.slice(0, -1))
    const empty = parent.kind === 'map' ? '{}' : '[]'
    if (above && !parent.isFlow) {
      const colon = text.indexOf(':', above.keyEnd) + 1
      return [
        insert(colon, ` ${empty}`),
        wholeLines(text, parent.kind === 'map' ? start : text.lastIndexOf('-', start), end),
      ]
    }
    return [{ start: parent.start, end: contentEnd(text, parent), text: empty }]
  }
  if (!parent.isFlow) return [wholeLines(text, parent.kind === 'map' ? start : text.lastIndexOf('-', start), end)]
  const siblings =
    parent.kind === 'map'
      ? [...parent.entries.values()].map((each) => each.keyStart)
      : parent.items.map((each) => each.start)
  const next = siblings[siblings.indexOf(start) + 1]
  if (next !== undefined) return [{ start, end: next, text: '' }]
  const comma = text.lastIndexOf(',', start)
  return [{ start: comma, end, text: '' }]
}

/** The lines of an entry with the comments at their ends; comments on lines of their own stay. */
function wholeLines(text: string, start: number, end: number): TextEdit {
  const lineStart = text.lastIndexOf('\n', start - 1) + 1
  const lineEnd = endOfLine(text, end)
  const withBreak = text.startsWith('\r\n', lineEnd) ? lineEnd + 2 : Math.min(lineEnd + 1, text.length)
  return { start: lineStart, end: withBreak, text: '' }
}

function insertLines(text: string, after: number, lines: readonly string[], eol: string): TextEdit {
  const at = endOfLine(text, after)
  const isFirst = text.slice(0, at).trim() === ''
  return insert(isFirst ? 0 : at, isFirst ? lines.join(eol) + eol : eol + lines.join(eol))
}

function insert(at: number, text: string): TextEdit {
  return { start: at, end: at, text }
}

function endOfMap(text: string, map: YamlMap): number {
  const { last } = map
  return last ? contentEnd(text, last.value, last.keyEnd) : map.end
}

/** After the last character of a value, without the line ends and comments that follow it. */
function contentEnd(text: string, node: YamlNode, keyEnd?: number): number {
  if (node.isAlias) return node.end
  if (node.kind === 'map' && !node.isFlow) return endOfMap(text, node)
  if (node.kind === 'list' && !node.isFlow) {
    const last = node.items.at(-1)
    return last ? contentEnd(text, last) : node.end
  }
  if (node.start === node.end && keyEnd !== undefined) return text.indexOf(':', keyEnd) + 1
  return node.start + text.slice(node.start, node.end).trimEnd().length
}

function endOfLine(text: string, offset: number): number {
  const end = text.indexOf('\n', offset)
  if (end === -1) return text.length
  return text[end - 1] === '\r' && end > offset ? end - 1 : end
}

function columnOf(text: string, offset: number): number {
  return offset - (text.lastIndexOf('\n', offset - 1) + 1)
}

function styleAt(text: string, offset: number): QuoteStyle {
  const mark = text[offset]
  return mark === "'" ? 'single' : mark === '"' ? 'double' : 'plain'
}
