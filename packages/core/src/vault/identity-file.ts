import { constants } from 'node:fs'
import { mkdir, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { NetlatchError } from '../errors.ts'
import { Secret } from '../secret.ts'
import { generateIdentity, recipientOf } from './age-wrap.ts'

const largestFile = 64 * 1024

/**
 * The identities of an age identity file. Undefined when there is no file; throws VAULT_LOCKED when others could read it, as
 * ssh does with private keys, or when it holds no identity.
 */
export async function readIdentityFile(path: string): Promise<readonly Secret[] | undefined> {
  const handle = await open(path, constants.O_RDONLY).catch((cause: unknown) => {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined
    throw new NetlatchError('VAULT_LOCKED', `${path}: cannot be read.`, { cause, advice: 'Check the identity file.' })
  })
  if (!handle) return undefined
  await using file = handle
  const { mode, size } = await file.stat()
  // Windows has no such bits: stat makes them up there.
  if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
    const bits = (mode & 0o777).toString(8).padStart(4, '0')
    throw new NetlatchError('VAULT_LOCKED', `${path}: others can read this identity (mode ${bits}). Refused.`, {
      advice: `chmod 600 ${path}, and rotate the vault if somebody may have read it.`,
    })
  }
  const text = size > largestFile ? '' : await file.readFile('utf8')
  // Awaited here: closing the file takes a turn, in which a refusal would pass for unhandled.
  return await parseIdentities(text, path)
}

/** One identity a line; empty lines and comments aside. `where` is what messages call the text. */
export async function parseIdentities(text: string, where: string): Promise<readonly Secret[]> {
  const lines = text.split(/\r?\n/).map((line) => line.trim())
  const identities = lines.filter((line) => line !== '' && !line.startsWith('#')).map((line) => new Secret(line))
  const recipients = await Promise.all(identities.map(recipientOf))
  if (identities.length === 0 || recipients.includes(undefined))
    throw new NetlatchError('VAULT_LOCKED', `${where}: holds something else than age identities.`, {
      advice: 'It must hold AGE-SECRET-KEY-… lines, as age-keygen writes them.',
    })
  return identities
}

export interface NewIdentity {
  readonly identity: Secret
  /** Its public half, `age1…`: what a vault is made for. */
  readonly recipient: string
}

/** Makes an identity and keeps it in a new file that only its owner reads. Throws FILE_CHANGED when the file is there. */
export async function createIdentityFile(path: string): Promise<NewIdentity> {
  const { identity, recipient } = await generateIdentity()
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const handle = await open(path, 'wx', 0o600).catch((cause: unknown) => {
    const isThere = cause instanceof Error && 'code' in cause && cause.code === 'EEXIST'
    throw new NetlatchError(
      isThere ? 'FILE_CHANGED' : 'FILE_UNREADABLE',
      `${path}: ${isThere ? 'is there already' : 'cannot be written'}.`,
      { cause, advice: isThere ? 'It may open other vaults: use it, or choose another place.' : 'Check the folder.' },
    )
  })
  await using file = handle
  await file.writeFile(`# Netlatch identity; keep a copy in a safe place\n# public key: ${recipient}\n${identity}\n`)
  await file.sync()
  return { identity: new Secret(identity), recipient }
}

export interface OwnIdentity {
  /** Its public half, `age1…`. */
  readonly recipient: string
  /** It was made now; otherwise it was there. */
  readonly isNew: boolean
}

/** The identity of this user: the one in the file, or a new one. Throws VAULT_LOCKED for a file that others can read. */
export async function ensureIdentityFile(path: string): Promise<OwnIdentity> {
  const [identity] = (await readIdentityFile(path)) ?? []
  const recipient = identity && (await recipientOf(identity))
  if (recipient) return { recipient, isNew: false }
  return { recipient: (await createIdentityFile(path)).recipient, isNew: true }
}
