import type { BigIntStats } from 'node:fs'
import { lstat, open, readFile, rename, rm } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { NetlatchError } from '../errors.ts'
import { describeClaims, type HeldFile, holdFile, unfinishedFile } from './file-claims.ts'
import type { Program } from './programs.ts'
import { explained } from './sqlite-file.ts'
import { marks, refuseForeignMark } from './sqlite-marks.ts'

/** A database file that is read and written whole, by the one program that holds it. */
export class WholeFile {
  readonly #path: string
  readonly #held: HeldFile
  /** How the file was when it was read or written here last. */
  #seen: string

  private constructor(path: string, held: HeldFile, seen: string) {
    this.#path = path
    this.#held = held
    this.#seen = seen
  }

  /** Throws STATE_BUSY when another program holds it for longer than `waitMs`. Nothing is changed then. */
  static async hold(path: string, program: Program, waitMs: number): Promise<WholeFile> {
    const held = await holdFile(path, program, waitMs)
    if ('isHeld' in held) return new WholeFile(path, held, await look(path))
    const file = basename(path)
    const locks = held.map((claim) => basename(claim.file)).join(', ')
    throw new NetlatchError(
      'STATE_BUSY',
      `${file} is held by ${describeClaims(held)}, and was not free in ${waitMs / 1000} s. sql.js lets in one program at a time. Nothing was sent.`,
      { advice: `end the other program; if it is gone, remove ${locks} beside ${file}` },
    )
  }

  async read(): Promise<Uint8Array> {
    this.#seen = await look(this.#path)
    return readWhole(this.#path)
  }

  /** On the disk when it resolves; the old file is whole until then. Throws STATE_UNAVAILABLE where it is not ours any more. */
  async write(bytes: Uint8Array): Promise<void> {
    const draft = unfinishedFile(this.#path, this.#held.id)
    try {
      await explained(this.#path, async () => {
        await writeSynced(draft, bytes)
        await this.#refuseStrangers()
        await rename(draft, this.#path)
        this.#seen = await look(this.#path)
        await syncFolder(dirname(this.#path))
      })
    } finally {
      await rm(draft, { recursive: true, force: true })
    }
  }

  release(): Promise<void> {
    return this.#held.release()
  }

  /** Whoever took our lock file away, or wrote the file past it, must not lose what they wrote. */
  async #refuseStrangers(): Promise<void> {
    const advice = 'let one program at a time use it, and run again'
    if (!(await this.#held.isHeld()))
      throw new NetlatchError(
        'STATE_UNAVAILABLE',
        `${this.#path}: our lock file was removed. Nothing was written. Let one program at a time use it, and run again.`,
        { advice },
      )
    if ((await look(this.#path)) !== this.#seen)
      throw new NetlatchError(
        'STATE_UNAVAILABLE',
        `${this.#path}: somebody else wrote it. Nothing was written. Let one program at a time use it, and run again.`,
        { advice },
      )
  }
}

/** On the disk when it resolves; not yet its name in the folder. */
export async function writeSynced(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'w', 0o600)
  try {
    await file.writeFile(bytes)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** The bytes of a database that sql.js may open. Throws STATE_UNAVAILABLE with what is wrong, the file as it was. */
export async function readWhole(path: string): Promise<Uint8Array> {
  const bytes = await explained(path, () => readFile(path))
  // Without this an empty file, and one whose changes lie in a log, would open as a healthy empty database.
  if (bytes.length === 0)
    throw unusable(path, 'it is empty (0 bytes), so what it knew is lost', 'Restore it, or remove it to start anew')
  if (bytes.length < headerSize || bytes.toString('latin1', 0, 16) !== 'SQLite format 3\0')
    throw unusable(path, 'it is not a SQLite database', 'Point `state:` at a file of its own')
  refuseForeignMark(basename(path), bytes.readUInt32BE(68), marks.sqljs)
  for (const log of [`${path}-wal`, `${path}-journal`])
    if ((await look(log)) !== '')
      throw unusable(path, `changes of another SQLite program lie in ${basename(log)}`, 'Let that program end first')
  if (bytes[18] !== 1 || bytes[19] !== 1)
    throw unusable(path, 'another SQLite program set it to write-ahead logging', 'Restore it from a backup')
  return bytes
}

/** Of the file format: https://sqlite.org/fileformat2.html#the_database_header */
const headerSize = 100

/** Another text for another state of the file; empty where there is none. */
async function look(path: string): Promise<string> {
  try {
    const { dev, ino, size, mtimeNs }: BigIntStats = await lstat(path, { bigint: true })
    return [dev, ino, size, mtimeNs].join('/')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return ''
    throw error
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

function unusable(path: string, found: string, advice: string): NetlatchError {
  return new NetlatchError('STATE_UNAVAILABLE', `${path}: ${found}. ${advice}.`, { advice })
}
