import { randomBytes } from 'node:crypto'
import { open, readdir, readFile, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { isRunning, type ProcessPlace, placeOf } from './process-place.ts'
import type { Program } from './programs.ts'

type Owner = Pick<Program, 'program' | 'user' | 'host' | 'pid'>

/** What a lock file says of the program that made it. */
export interface Claim extends Owner, ProcessPlace {
  /** The lock file. */
  readonly file: string
}

export interface HeldFile {
  /** Of this holding; no other has the same. */
  readonly id: string
  /** False once somebody has removed the lock file. */
  isHeld(): Promise<boolean>
  release(): Promise<void>
}

/**
 * Holds a file for one program, without any lock of the operating system: each program that wants it makes a lock file of its
 * own, `<path>.lock.<id>`, and has it when it then sees no other whose program may still run. Of two programs that do so at once
 * the later look sees both files, so they never both have it. A lock file has its own name for ever, so that removing that of
 * an ended program cannot hit its successor's.
 *
 * Gives the claims in the way instead when they are still there after `waitMs`. Whether a program of another host or container
 * runs cannot be told: it holds until it, or a person, removes its lock file.
 */
export async function holdFile(path: string, owner: Owner, waitMs: number): Promise<HeldFile | readonly Claim[]> {
  const deadline = performance.now() + waitMs
  // Those who got in each other's way spread out.
  for (let spreadMs = 40; ; spreadMs = Math.min(2 * spreadMs, 320)) {
    let others = await liveClaims(path)
    if (others.length === 0) {
      const id = randomBytes(8).toString('hex')
      const own = lockFile(path, id)
      await writeClaim(own, owner)
      others = (await liveClaims(path)).filter(({ file }) => file !== own)
      if (others.length === 0) return heldFile(path, id)
      await rm(own, { force: true })
    }
    if (performance.now() >= deadline) return others
    await sleep(10 + Math.random() * spreadMs)
  }
}

/** Claims whose program may still run. Those of ended programs are cleared away, with what they left half written. */
async function liveClaims(path: string): Promise<readonly Claim[]> {
  const claims = await readClaims(path)
  const live: Claim[] = []
  for (const claim of claims) {
    if (!(await hasEnded(claim))) {
      live.push(claim)
      continue
    }
    await rm(unfinishedFile(path, claim.file.slice(lockFile(path, '').length)), { force: true })
    await rm(claim.file, { force: true })
  }
  return live
}

/** Who holds the file now, as far as this host can tell. Changes nothing. */
export async function holdersOf(path: string): Promise<readonly Claim[]> {
  const claims = await readClaims(path)
  const ended = await Promise.all(claims.map(hasEnded))
  return claims.filter((_, index) => !ended[index])
}

export function describeClaims(claims: readonly Claim[]): string {
  return claims.map(({ program, pid, host }) => `${program} (pid ${pid}, host ${host})`).join(', ')
}

/** Where the holder writes before it renames. */
export function unfinishedFile(path: string, id: string): string {
  return `${path}.saving.${id}`
}

function lockFile(path: string, id: string): string {
  return `${path}.lock.${id}`
}

function heldFile(path: string, id: string): HeldFile {
  const file = lockFile(path, id)
  return {
    id,
    isHeld: async () => (await readIfThere(file)) !== undefined,
    release: () => rm(file, { force: true }),
  }
}

/** Appears under its name when it is whole: nobody reads half of it. */
async function writeClaim(file: string, { program, user, host, pid }: Owner): Promise<void> {
  const draft = join(dirname(file), `.${basename(file)}.new`)
  const handle = await open(draft, 'wx', 0o600)
  try {
    await handle.writeFile(`${JSON.stringify({ ...(await placeOf(pid)), program, user, host, pid })}\n`)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(draft, file)
}

async function readClaims(path: string): Promise<readonly Claim[]> {
  const folder = dirname(path)
  const prefix = basename(lockFile(path, ''))
  const names = (await readdir(folder)).filter((name) => name.startsWith(prefix))
  const claims = await Promise.all(names.map((name) => readClaim(join(folder, name))))
  return claims.filter((claim) => claim !== undefined)
}

async function readClaim(file: string): Promise<Claim | undefined> {
  const text = await readIfThere(file)
  if (text === undefined) return undefined
  const { program, user, host, pid, boot, namespace, started } = parse(text)
  return {
    file,
    program: String(program ?? 'another program'),
    user: String(user ?? ''),
    host: String(host ?? '?'),
    pid: Number(pid ?? 0),
    boot: String(boot ?? ''),
    namespace: String(namespace ?? ''),
    started: String(started ?? ''),
  }
}

/** A lock file that cannot be understood is somebody's all the same. */
function parse(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? { ...value } : {}
  } catch {
    return {}
  }
}

/** True only where it is certain. */
async function hasEnded(claim: Claim): Promise<boolean> {
  const here = await placeOf(claim.pid)
  if (claim.host !== here.host || claim.pid <= 0) return false
  if (differ(claim.boot, here.boot)) return true
  if (claim.namespace !== here.namespace) return false
  return !isRunning(claim.pid) || differ(claim.started, here.started)
}

/** What one of them does not say is no difference. */
function differ(one: string, other: string): boolean {
  return one !== '' && other !== '' && one !== other
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}
