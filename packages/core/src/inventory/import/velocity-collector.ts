import { readFile, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Database, SqlValue } from 'sql.js'
import { NetlatchError } from '../../errors.ts'
import type { Origin } from '../../model.ts'
import { acceptDevice } from './accept-device.ts'
import { commonPlatforms } from './common-platforms.ts'
import { openNoteBook } from './import-notes.ts'
import type { Imported, ImportedDevice } from './imported.ts'
import { wrongSource } from './refuse-source.ts'

type Row = Readonly<Record<string, SqlValue>>

/**
 * VelocityCollector's dcim.db: devices with their sites, platforms and roles. Which credential opened a device comes along by
 * name, from the collector.db beside it; its secrets are not looked at. `shown`: what messages call the file. Throws
 * FILE_UNREADABLE, INPUT_INVALID.
 */
export async function readVelocityCollector(path: string, shown: string): Promise<Imported> {
  const devices = await readTables(path, shown, (database) => {
    if (!columnsOf(database, 'dcim_device').includes('primary_ip4'))
      throw wrongSource('velocitycollector', shown, 'a database without its table of devices')
    // Before version 2 of its schema no test was remembered.
    const hasResults = columnsOf(database, 'dcim_device').includes('credential_test_result')
    return rowsOf(database, deviceQuery(hasResults))
  })
  const beside = [join(dirname(path), 'collector.db'), join(dirname(shown), 'collector.db')] as const
  const credentials = await readTables(...beside, credentialRows).catch((error: unknown) => {
    if (error instanceof NetlatchError && isMissing(error.cause)) return []
    throw error
  })
  return importVelocityCollector(devices, credentials, shown)
}

function deviceQuery(hasResults: boolean): string {
  return `
    select d.name, d.status, d.primary_ip4, d.primary_ip6, d.oob_ip, d.ssh_port,
      ${hasResults ? "case when d.credential_test_result = 'success' then d.credential_id end" : 'd.credential_id'}
        as credential_id,
      s.slug as site, r.slug as role, coalesce(nullif(p.netmiko_device_type, ''), p.slug) as platform
    from dcim_device d
      left join dcim_site s on s.id = d.site_id
      left join dcim_device_role r on r.id = d.role_id
      left join dcim_platform p on p.id = d.platform_id
    order by d.name, d.id`
}

function credentialRows(database: Database): readonly Row[] {
  return columnsOf(database, 'credentials').includes('username')
    ? rowsOf(database, 'select id, name, username from credentials')
    : []
}

function importVelocityCollector(rows: readonly Row[], credentials: readonly Row[], file: string): Imported {
  const notes = openNoteBook()
  const byId = new Map(credentials.map((row) => [row.id, row]))
  const devices = new Map<string, ImportedDevice>()
  for (const [index, row] of rows.entries()) {
    const at: Origin = { file, line: index + 1, column: 1 }
    const name = String(row.name ?? '').trim()
    if (devices.has(name)) {
      notes.add('skipped', 'a name that is there twice (another site)', `${name} (${String(row.site)})`, at)
      continue
    }
    const device = acceptDevice(
      {
        name,
        at,
        values: {
          host: { value: [row.primary_ip4, row.primary_ip6, row.oob_ip].map((each) => withoutMask(each)) },
          port: { value: row.ssh_port === 22 ? undefined : row.ssh_port },
          platform: { value: row.platform },
          status: { value: row.status === 'active' ? undefined : row.status },
          site: { value: row.site },
          role: { value: row.role },
          credential: { value: byId.get(row.credential_id ?? null)?.name },
        },
      },
      commonPlatforms,
      notes,
    )
    if (device) devices.set(name, device)
  }
  const usernames = credentials.map(({ name, username }) => [String(name), String(username)] as const)
  return {
    devices: [...devices.values()],
    groups: [],
    jumpHosts: [],
    notes: notes.notes(),
    usernames: new Map(usernames),
  }
}

function withoutMask(address: SqlValue | undefined): string {
  return typeof address === 'string' ? address.replace(/\/\d+$/, '') : ''
}

/** Reads a SQLite file that nobody is writing. A copy in memory: the file itself is never written to. */
async function readTables<T>(path: string, shown: string, read: (database: Database) => T): Promise<T> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new NetlatchError('FILE_UNREADABLE', `${shown}: cannot be read.`, { cause, advice: 'Check the file.' })
  })
  await refuseUnfinished(path, shown, bytes)
  const { default: initSqlJs } = await import('sql.js/dist/sql-wasm-inline.js')
  const { Database } = await initSqlJs()
  const database = new Database(bytes)
  try {
    return read(database)
  } catch (cause) {
    if (cause instanceof NetlatchError) throw cause
    throw new NetlatchError('FILE_UNREADABLE', `${shown}: is damaged.`, { cause, advice: 'Copy it anew.' })
  } finally {
    database.close()
  }
}

/** What is still in a journal is not in the file: sql.js would read an old state, or an empty one, as a sound one. */
async function refuseUnfinished(path: string, shown: string, bytes: Uint8Array): Promise<void> {
  if (Buffer.from(bytes.subarray(0, 15)).toString('latin1') !== 'SQLite format 3')
    throw wrongSource('velocitycollector', shown, 'no SQLite file')
  for (const end of ['-wal', '-journal']) {
    const size = await stat(path + end).then(
      (found) => found.size,
      () => 0,
    )
    if (size > 0)
      throw new NetlatchError('FILE_UNREADABLE', `${shown}: another program is writing to it (${shown}${end}).`, {
        advice: 'End VelocityCollector, then run the command again.',
      })
  }
}

function columnsOf(database: Database, table: 'dcim_device' | 'credentials'): readonly string[] {
  return rowsOf(database, `pragma table_info(${table})`).map(({ name }) => String(name))
}

function rowsOf(database: Database, sql: string): readonly Row[] {
  const [result] = database.exec(sql)
  return (result?.values ?? []).map((values) =>
    Object.fromEntries((result?.columns ?? []).map((column, index) => [column, values[index] ?? null])),
  )
}

function isMissing(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === 'ENOENT'
}
