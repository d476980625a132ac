import type { YamlEntry, YamlMap, YamlNode } from '../workspace/yaml-node.ts'
import { entryAt } from '../workspace/yaml-node.ts'
import { canonicalJson } from './canonical-json.ts'
import { parseVault, type VaultFile } from './read-vault.ts'
import type { VaultDocument, VaultRecord } from './vault-schema.ts'
import { recipientText, recordText, valueText, vaultText } from './vault-text.ts'

interface Edit {
  readonly start: number
  readonly end: number
  readonly text: string
}

/**
 * The text of `file` with another document in it. Only lines whose value changed are touched: comments, order and quoting of
 * the rest stay. A layout that this cannot edit is written anew, because what is read back must be what was sealed.
 */
export function rewriteVault(file: VaultFile, next: VaultDocument): string {
  const edited = applyEdits(file.text, findEdits(file, next))
  const readBack = parseVault(edited, file.path, file.yaml.file).document
  return readBack && canonicalJson(readBack) === canonicalJson(next) ? edited : vaultText(next)
}

function findEdits(file: VaultFile, next: VaultDocument): readonly Edit[] {
  const { document, text, yaml } = file
  if (!document || yaml.root?.kind !== 'map' || yaml.root.isFlow) return []
  const edits: Edit[] = []
  for (const key of ['epoch', 'default', 'redaction_key', 'succession', 'mac'] as const)
    if (document[key] !== next[key])
      edits.push(...editValue(text, yaml.root, key, next[key], key === 'default' ? 'redaction_key' : 'credentials'))
  edits.push(...editRecipients(file, next), ...editCredentials(file, document, next))
  return edits
}

/** Changes, adds (before the entry `before`) or removes one value of a block map. */
function editValue(
  text: string,
  map: YamlMap,
  key: string,
  value: Parameters<typeof valueText>[0] | undefined,
  before: string,
): readonly Edit[] {
  const entry = map.entries.get(key)
  if (entry && value === undefined) return [{ ...lineRange(text, entry), text: '' }]
  if (entry && value !== undefined) return [{ ...rangeOf(entry.value), text: valueText(value) }]
  const next = map.entries.get(before)
  if (value === undefined || !next) return []
  const start = lineStart(text, next.keyStart)
  return [{ start, end: start, text: `${text.slice(start, next.keyStart)}${key}: ${valueText(value)}\n` }]
}

function editRecipients({ text, yaml, document }: VaultFile, next: VaultDocument): readonly Edit[] {
  const entry = entryAt(yaml.root, ['recipients'])
  if (entry?.value.kind !== 'list' || !document) return []
  if (canonicalJson(document.recipients) === canonicalJson(next.recipients)) return []
  const { items, isFlow } = entry.value
  const start = isFlow ? entry.keyEnd : lineStart(text, items[0]?.start ?? entry.value.start)
  const end = isFlow ? entry.value.end : lineEnd(text, entry.value.end)
  // An unchanged recipient keeps its lines and the comment above it.
  const kept = new Map<string, string>()
  document.recipients.forEach((recipient, index) => {
    const from = index === 0 ? start : lineEnd(text, items[index - 1]?.end ?? start)
    if (!isFlow) kept.set(canonicalJson(recipient), text.slice(from, lineEnd(text, items[index]?.end ?? from)))
  })
  const lines = next.recipients.map((recipient) => kept.get(canonicalJson(recipient)) ?? recipientText(recipient))
  return [{ start, end, text: isFlow ? `:\n${lines.join('').trimEnd()}` : lines.join('') }]
}

function editCredentials({ text, yaml }: VaultFile, document: VaultDocument, next: VaultDocument): readonly Edit[] {
  const entry = entryAt(yaml.root, ['credentials'])
  if (entry?.value.kind !== 'map') return []
  const records = entry.value
  const names = Object.keys(next.credentials)
  const isEmpty = records.entries.size === 0
  if (isEmpty || names.length === 0) {
    if (isEmpty && names.length === 0) return []
    const all = names.map((name) => recordText(name, recordOf(next, name))).join('')
    const end = lineEnd(text, entry.value.end)
    return [{ start: entry.keyEnd, end, text: all === '' ? ': {}\n' : `:\n${all}` }]
  }
  const edits: Edit[] = []
  for (const [name, { ...place }] of records.entries)
    if (!Object.hasOwn(next.credentials, name)) edits.push({ ...lineRange(text, place), text: '' })
  for (const name of names) {
    const place = records.entries.get(name)
    const record = recordOf(next, name)
    if (!place) {
      const end = lineEnd(text, records.end)
      edits.push({ start: end, end, text: recordText(name, record) })
    } else if (Object.hasOwn(document.credentials, name)) {
      edits.push(...editRecord(text, name, place, recordOf(document, name), record))
    }
  }
  return edits
}

function editRecord(
  text: string,
  name: string,
  place: YamlEntry,
  current: VaultRecord,
  next: VaultRecord,
): readonly Edit[] {
  if (canonicalJson(current) === canonicalJson(next) || place.value.kind !== 'map') return []
  const map = place.value
  const keys = [...new Set([...Object.keys(current), ...Object.keys(next)])] as (keyof VaultRecord)[]
  const changed = keys.filter((key) => canonicalJson([current[key]]) !== canonicalJson([next[key]]))
  const isReplaced = changed.every((key) => current[key] !== undefined && next[key] !== undefined)
  if (map.isFlow && !isReplaced) return [{ ...lineRange(text, place), text: recordText(name, next) }]
  return changed.flatMap((key) => {
    if (key !== 'seal' || current.seal !== undefined) return editValue(text, map, key, next[key], 'secret')
    const secret = map.entries.get('secret')
    if (!secret || next.seal === undefined) return []
    const end = lineEnd(text, secret.value.end)
    const indent = text.slice(lineStart(text, secret.keyStart), secret.keyStart)
    return [{ start: end, end, text: `${indent}seal: ${next.seal}\n` }]
  })
}

function recordOf(document: VaultDocument, name: string): VaultRecord {
  const record = document.credentials[name]
  if (!record) throw new TypeError(`no record ${name}`)
  return record
}

function applyEdits(text: string, edits: readonly Edit[]): string {
  // From the end, so that the offsets of those before stay true; at one place in the order they were made.
  const ordered = edits
    .map((edit, index) => ({ edit, index }))
    .sort((a, b) => b.edit.start - a.edit.start || b.index - a.index)
  return ordered.reduce((result, { edit }) => result.slice(0, edit.start) + edit.text + result.slice(edit.end), text)
}

function rangeOf({ start, end }: YamlNode): { readonly start: number; readonly end: number } {
  return { start, end }
}

/** The lines of an entry, from its key to the end of its value. */
function lineRange(text: string, entry: YamlEntry): { readonly start: number; readonly end: number } {
  return { start: lineStart(text, entry.keyStart), end: lineEnd(text, entry.value.end) }
}

function lineStart(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1
}

/** After the line break that follows; where the value ends with its line, as block texts do, that is its end. */
function lineEnd(text: string, offset: number): number {
  if (text[offset - 1] === '\n') return offset
  const end = text.indexOf('\n', offset)
  return end === -1 ? text.length : end + 1
}
