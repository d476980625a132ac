import type { Document, ErrorCode } from 'yaml'
import {
  Composer,
  isAlias,
  isCollection,
  isMap,
  isNode,
  isScalar,
  isSeq,
  Lexer,
  type ParsedNode,
  Parser,
  visit,
} from 'yaml'
import type { Origin, Problem } from '../model.ts'
import type { YamlEntry, YamlMap, YamlNode } from './yaml-node.ts'

export interface YamlLimits {
  /** In bytes of UTF-8. @default 16 MB */
  readonly maxBytes?: number
  /** Nested collections. @default 32 */
  readonly maxDepth?: number
  /** Nodes after aliases are followed: a small file can name a very large value. @default 1_000_000 */
  readonly maxNodes?: number
  /** @default 'allow' */
  readonly aliases?: 'allow' | 'refuse'
}

/** A parsed YAML text that still knows where everything stands. Immutable: edits give a new text. */
export interface YamlFile {
  /** As messages call it, relative to the workspace. */
  readonly file: string
  readonly text: string
  /** The content as plain values: objects without prototype, arrays, strings, numbers, booleans, null. */
  readonly value: unknown
  /** Absent when the text is empty or could not be read at all. */
  readonly root?: YamlNode
  readonly problems: readonly Problem[]
  /** Lines that a mistake in the syntax spoils: what else is wrong in them follows from it, and is not worth a word. */
  readonly spoilt?: { readonly from: number; readonly to: number }
  /** The place of an offset in the text. */
  positionAt(offset: number): Origin
}

// yaml's own messages quote the text, which may be a secret; these say the same without it.
const syntaxMessages: Partial<Record<ErrorCode, string>> = {
  BAD_ALIAS: 'an alias without its anchor',
  BAD_DQ_ESCAPE: 'an unknown \\ escape in double quotes',
  BAD_INDENT: 'wrong indentation',
  BLOCK_AS_IMPLICIT_KEY: 'two keys on one line, or a value that needs quotes',
  BLOCK_IN_FLOW: 'a block inside brackets',
  MISSING_CHAR: 'a colon, comma, quote or bracket is missing',
  MULTILINE_IMPLICIT_KEY: 'a key without a colon',
  MULTIPLE_DOCS: 'more than one document in the file',
  TAB_AS_INDENT: 'a tab as indentation',
  UNEXPECTED_TOKEN: 'something unexpected',
}
const openQuote = 'a quote that is not closed'
const openMergeAdvice = 'Choose between its sides, then git add; of a vault: netlatch vault merge.'
const openBracket = 'a bracket that is not closed, or wrong indentation'

const refusedKeys = new Set(['__proto__', 'constructor', 'prototype'])

/**
 * Reads YAML 1.2 as Netlatch wants it: string keys, each once; no directives, tags or integers that lose digits. Whatever
 * is refused is a problem with its place, and the rest is still read. Never throws for what stands in the text.
 */
export function parseYaml(text: string, file: string, limits: YamlLimits = {}): YamlFile {
  const lineStarts = findLineStarts(text)
  const positionAt = (offset: number) => place(file, lineStarts, offset)
  const problems: Problem[] = []
  const report: Report = (offset, code, message, advice) => {
    problems.push({ code, severity: 'error', message, ...(advice && { advice }), at: positionAt(offset) })
  }
  const finish = (root?: YamlNode, spoilt?: YamlFile['spoilt']): YamlFile => ({
    file,
    text,
    value: root?.value ?? null,
    ...(root && { root }),
    ...(spoilt && { spoilt }),
    problems: problems.toSorted((a, b) => a.at.line - b.at.line || a.at.column - b.at.column),
    positionAt,
  })

  const maxBytes = limits.maxBytes ?? 16 * 1024 * 1024
  if (Buffer.byteLength(text) > maxBytes) {
    report(0, 'yaml-too-large', `larger than ${Math.floor(maxBytes / 1024 / 1024)} MB`, 'Split it into several files.')
    return finish()
  }
  const document = compose(text, limits.maxDepth ?? 32, report)
  if (!document) return finish()
  if (document.directives?.yaml.explicit || Object.keys(document.directives?.tags ?? {}).length > 1) {
    const offset = Math.max(text.search(/^%/m), 0)
    report(offset, 'yaml-directive', 'a YAML directive', 'Remove the line: Netlatch reads YAML 1.2.')
    return finish()
  }
  const openMerge = document.errors.length > 0 ? text.search(/^<{7} [^>]*^>{7} /m) : -1
  if (openMerge >= 0) {
    report(openMerge, 'yaml-syntax', 'a merge that git could not finish', openMergeAdvice)
    return finish(undefined, { from: 1, to: Number.POSITIVE_INFINITY })
  }
  const [error] = findSyntaxErrors(document)
  if (error) report(error.offset, 'yaml-syntax', error.message, 'Correct the YAML here.')
  const spoilt = error && spoiltLines(text.split('\n'), positionAt(error.offset), positionAt(error.last))
  if (!document.contents) return finish(undefined, spoilt)
  return finish(readNodes(document.contents, limits, report, positionAt), spoilt)
}

/** The first mistake, where the text that it belongs to begins: those behind it mostly follow from it. `last` is where they end. */
function findSyntaxErrors(document: Document.Parsed): readonly { offset: number; message: string; last: number }[] {
  const errors = document.errors.toSorted((a, b) => a.pos[0] - b.pos[0])
  const last = errors.at(-1)?.pos[0] ?? 0
  return errors.slice(0, 1).map(({ code, message, pos: [offset] }) => {
    const isQuote = message.startsWith('Missing closing')
    if (!isQuote && !message.startsWith('Flow '))
      return { offset, message: syntaxMessages[code] ?? 'not valid YAML', last }
    const starts: number[] = []
    visit(document, (_, node) => {
      if (!isNode(node) || !node.range || node.range[0] > offset || node.range[2] < offset) return
      if (isQuote ? isScalar(node) : isCollection(node) && node.flow === true) starts.push(node.range[0])
    })
    return { offset: starts.at(-1) ?? offset, message: isQuote ? openQuote : openBracket, last }
  })
}

/**
 * The device, group or setting that the mistake is in, as indentation shows it; everything from there on where there are
 * mistakes behind it too: the structure of the rest is a guess then.
 */
function spoiltLines(lines: readonly string[], first: Origin, last: Origin): YamlFile['spoilt'] {
  const beginsEntry = (line: string) => /^ {0,2}[^\s#]/.test(line)
  const isInside = beginsEntry(lines[first.line - 1] ?? '') && first.column > 3
  const from = isInside ? first.line : lines.slice(0, first.line - 1).findLastIndex(beginsEntry) + 1
  const next = lines.findIndex((line, index) => index >= first.line && beginsEntry(line))
  const to = next === -1 ? lines.length : next
  return { from, to: last.line > to + 1 ? Number.POSITIVE_INFINITY : to }
}

type Report = (offset: number, code: string, message: string, advice?: string) => void

/** Drives yaml's stages by hand, because only between them can the depth be checked before its recursion meets it. */
function compose(text: string, maxDepth: number, report: Report): Document.Parsed | undefined {
  const parser = new Parser()
  const composer = new Composer({ uniqueKeys: false, prettyErrors: false, logLevel: 'silent' })
  const documents: Document.Parsed[] = []
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) documents.push(...composer.next(token))
    // The document and the value being read take two places of their own.
    if (parser.stack.length > maxDepth + 2) {
      report(parser.offset, 'yaml-too-deep', `nested deeper than ${maxDepth} levels`, 'Make it flatter.')
      return undefined
    }
  }
  for (const token of parser.end()) documents.push(...composer.next(token))
  documents.push(...composer.end(true, text.length))
  const [first, second] = documents
  if (second) {
    report(second.range[0], 'yaml-syntax', 'more than one document in the file', 'Keep one document a file.')
  }
  return first
}

function readNodes(
  contents: ParsedNode,
  limits: YamlLimits,
  report: Report,
  positionAt: (offset: number) => Origin,
): YamlNode | undefined {
  const maxNodes = limits.maxNodes ?? 1_000_000
  const anchors = new Map<string, { readonly node: YamlNode; readonly size: number }>()
  // How many nodes the whole value has so far, with each alias counted at the size of what it names.
  let nodes = 0

  const read = (source: ParsedNode | null, offset: number): YamlNode => {
    nodes += 1
    if (!source) return { kind: 'scalar', value: null, start: offset, end: offset }
    const [start, end] = source.range
    if (isAlias(source)) return readAlias(source.source, start, end)
    if (source.tag) report(start, 'yaml-tag', 'a YAML tag', 'Remove it: Netlatch reads plain values only.')
    const before = nodes
    const node = isMap(source) ? readMap(source) : isSeq(source) ? readList(source) : readScalar(source, start, end)
    if (source.anchor) anchors.set(source.anchor, { node, size: nodes - before + 1 })
    return node
  }

  const readAlias = (name: string, start: number, end: number): YamlNode => {
    const target = anchors.get(name)
    nodes += target?.size ?? 0
    if (limits.aliases === 'refuse') {
      report(start, 'yaml-alias', 'a YAML alias', 'Write the value out.')
    } else if (target && nodes <= maxNodes) {
      return { ...target.node, start, end, isAlias: true }
    }
    return { kind: 'scalar', value: null, start, end, isAlias: true }
  }

  const readScalar = (source: ParsedNode, start: number, end: number): YamlNode => {
    const value = isScalar(source) ? source.value : null
    if (
      typeof value === 'number' &&
      !(Number.isInteger(value) ? Number.isSafeInteger(value) : Number.isFinite(value))
    ) {
      report(start, 'yaml-number', 'a number that would lose digits', 'Correct it, or put it in quotes.')
      return { kind: 'scalar', value: null, start, end }
    }
    return { kind: 'scalar', value, start, end }
  }

  const readList = (source: ParsedNode & { readonly items: readonly unknown[] }): YamlNode => {
    const [start, end] = source.range
    const items = source.items.map((item) => read(item as ParsedNode | null, start))
    return { kind: 'list', value: items.map((item) => item.value), items, isFlow: isFlow(source), start, end }
  }

  const readMap = (source: ParsedNode & { readonly items: readonly unknown[] }): YamlMap => {
    const [start, end] = source.range
    const entries = new Map<string, YamlEntry>()
    const value: Record<string, unknown> = Object.create(null)
    let last: YamlEntry | undefined
    for (const item of source.items as readonly { key: ParsedNode | null; value: ParsedNode | null }[]) {
      const keyStart = item.key?.range[0] ?? start
      const keyEnd = item.key?.range[1] ?? start
      const node = read(item.value, keyEnd)
      const name = isScalar(item.key) ? item.key.value : undefined
      const first = typeof name === 'string' ? entries.get(name) : undefined
      if (typeof name !== 'string' || item.key?.tag) {
        report(keyStart, 'yaml-key', 'a key that is not a text', 'Put it in quotes.')
      } else if (refusedKeys.has(name)) {
        report(keyStart, 'yaml-key', `the key "${name}"`, 'Choose another name.')
      } else if (name === '<<') {
        report(keyStart, 'yaml-merge', 'a YAML merge key', 'Use groups: or defaults: for shared values.')
      } else if (first) {
        const at = positionAt(first.keyStart)
        const message = `"${name}" is also in ${at.file}:${at.line}:${at.column}`
        report(keyStart, 'duplicate-key', message, 'Names must be unique.')
      } else {
        last = { keyStart, keyEnd, value: node }
        entries.set(name, last)
        value[name] = node.value
      }
    }
    return { kind: 'map', value, entries, last, isFlow: isFlow(source), start, end }
  }

  const root = read(contents, 0)
  if (nodes <= maxNodes) return root
  report(0, 'yaml-alias', 'aliases that grow into a very large value', 'Write the values out.')
  return undefined
}

function isFlow(source: object): boolean {
  return 'flow' in source && source.flow === true
}

function findLineStarts(text: string): readonly number[] {
  // No editor counts a byte order mark as a column.
  const starts = [text.startsWith('\uFEFF') ? 1 : 0]
  for (let index = text.indexOf('\n'); index !== -1; index = text.indexOf('\n', index + 1)) starts.push(index + 1)
  return starts
}

function place(file: string, lineStarts: readonly number[], offset: number): Origin {
  let low = 0
  let high = lineStarts.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((lineStarts[middle] ?? 0) <= offset) low = middle
    else high = middle - 1
  }
  return { file, line: low + 1, column: Math.max(offset - (lineStarts[low] ?? 0), 0) + 1 }
}
