import { NetlatchError } from '../../errors.ts'
import type { Origin } from '../../model.ts'
import { readCsv } from './csv-rows.ts'
import type { Imported } from './imported.ts'
import { type DeviceRecord, importRecords, namesDevices } from './records.ts'
import { wrongSource } from './refuse-source.ts'

/** A table with a line of column names, matched loosely. Throws INPUT_INVALID when it is no table. */
export function importCsv(text: string, file: string): Imported {
  return importRecords(recordsOfCsv('csv', text, file).map(withoutFormulaMark))
}

/**
 * What NetRaven imports and what its API answers: a table or JSON with hostname, ip_address, device_type, port and tags. In a
 * table tags are numbers of its database (`1|2`); they become `netraven-1`, because their names are not in the file.
 */
export function importNetRaven(text: string, file: string): Imported {
  const isJson = /^\uFEFF?\s*[[{]/.test(text)
  return importRecords(isJson ? recordsOfJson(text, file) : recordsOfCsv('netraven', text, file), {
    tagOf: netRavenTag,
  })
}

function netRavenTag(item: unknown): string {
  const name: unknown = typeof item === 'object' && item !== null && 'name' in item ? item.name : item
  const text = String(name).trim()
  return /^\d+$/.test(text) ? `netraven-${text}` : text
}

function recordsOfCsv(source: 'csv' | 'netraven', text: string, file: string): readonly DeviceRecord[] {
  const reading = readCsv(text)
  if ('brokenAt' in reading) {
    const at: Origin = { file, line: reading.brokenAt, column: 1 }
    throw new NetlatchError('INPUT_INVALID', `${file}:${at.line}: a quote that is not closed.`, {
      at,
      advice: 'Close it, or take it away.',
    })
  }
  const [head, ...rows] = reading.rows
  const names = head?.cells.map((cell) => cell.trim()) ?? []
  // The cells of a first line that is no head are not shown: they may hold a secret.
  if (!head || !names.some(namesDevices)) throw wrongSource(source, file, 'no line of column names that names devices')
  return rows.map(({ line, cells }) => ({
    fields: Object.fromEntries(names.map((name, index) => [name, cells[index] ?? ''])),
    at: { file, line, column: 1 },
  }))
}

/** An array, or an object that holds one as `items` (a page of the API) or `devices`. */
function recordsOfJson(text: string, file: string): readonly DeviceRecord[] {
  const value = parse(text)
  const list = Array.isArray(value) ? value : (member(value, 'items') ?? member(value, 'devices'))
  if (!Array.isArray(list))
    throw wrongSource('netraven', file, value === undefined ? 'JSON that is broken or cut off' : 'JSON without a list')
  return list.map((each: unknown, index) => ({
    fields: isDictionary(each) ? each : {},
    at: { file, line: index + 1, column: 1 },
  }))
}

/** Exports mark cells that a spreadsheet would run as a formula by a quote in front. */
function withoutFormulaMark({ fields, at }: DeviceRecord): DeviceRecord {
  const plain = Object.entries(fields).map(([key, value]) => [key, String(value).replace(/^'(?=[=+\-@\t\r])/, '')])
  return { fields: Object.fromEntries(plain), at }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch {
    // The parser's message would quote the text, which may hold a secret.
    return undefined
  }
}

function member(value: unknown, key: string): unknown {
  return isDictionary(value) && Object.hasOwn(value, key) ? value[key] : undefined
}

function isDictionary(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
