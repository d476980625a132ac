import { createHash, randomBytes } from 'node:crypto'
import { link, mkdir, open, readFile, rm } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { inspect } from 'node:util'
import { NetlatchError } from '../errors.ts'
import { parseYaml } from '../workspace/yaml-file.ts'
import { DataKey } from './data-key.ts'
import type { OpenVault } from './open-vault.ts'
import { secretFingerprint } from './secret-fingerprint.ts'
import { notUsable } from './vault-errors.ts'

const keyBytes = 32

/**
 * A vault without credentials, for workspaces whose logins are kept elsewhere: its key makes the fingerprints of secrets, in the
 * ledger and in backups. The key is made at the first use and never leaves this file.
 */
export async function openKeyVault(path: string): Promise<OpenVault> {
  const key = await readKey(path)
  const id = createHash('sha256').update(key).digest('hex').slice(0, 24)
  const dataKey = DataKey.fromWrapped(Buffer.concat([Buffer.from(`NLDEK1 ${id} 1 `), key]))
  key.fill(0)
  if (!dataKey) throw damaged(path)
  const secretIdKey = dataKey.derive('secret-id')
  const redactionKey = dataKey.derive('redaction')
  const name = `[keys of ${basename(path)}]`
  const vault: OpenVault = {
    file: {
      path,
      text: '',
      yaml: parseYaml('', basename(path)),
      id,
      epoch: 1,
      recipients: [],
      credentials: [],
      problems: [],
    },
    credentials: [],
    problems: [],
    fingerprint: dataKey.fingerprint,
    redactionKey,
    dataKey,
    successionSteps: [],
    options: {},
    content: () => undefined,
    secretId: (username, secret, purpose) => secretFingerprint(secretIdKey, username, secret, purpose),
    sealedSecretIds: () => [],
    use: async (credential, device) => {
      throw notUsable(credential.name, device)
    },
    close: () => {
      dataKey.close()
      redactionKey.fill(0)
      secretIdKey.fill(0)
    },
    [Symbol.dispose]() {
      this.close()
    },
    toJSON: () => name,
    [inspect.custom]: () => name,
  }
  return vault
}

async function readKey(path: string): Promise<Buffer> {
  const there = await readIfThere(path)
  const text = there ?? (await makeKey(path))
  const key = Buffer.from(text.trim(), 'base64')
  if (key.length !== keyBytes) throw damaged(path)
  return key
}

/** The key is linked into its place whole; where another program was first, it is that one's. */
async function makeKey(path: string): Promise<string> {
  const draft = `${path}.${randomBytes(6).toString('hex')}.new`
  try {
    await mkdir(dirname(path), { recursive: true })
    await using file = await open(draft, 'wx', 0o600)
    await file.writeFile(`${randomBytes(keyBytes).toString('base64')}\n`)
    await file.sync()
    await link(draft, path).catch((cause: unknown) => {
      if (!isCode(cause, 'EEXIST')) throw cause
    })
    return await readFile(path, 'utf8')
  } catch (cause) {
    throw unusable(path, cause)
  } finally {
    await rm(draft, { force: true })
  }
}

async function readIfThere(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch((cause: unknown) => {
    if (isCode(cause, 'ENOENT')) return undefined
    throw unusable(path, cause)
  })
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}

function unusable(path: string, cause: unknown): NetlatchError {
  return new NetlatchError('FILE_UNREADABLE', `${path}: cannot be read or made.`, {
    cause,
    advice: 'Check the rights of its folder.',
  })
}

function damaged(path: string): NetlatchError {
  return new NetlatchError('VAULT_TAMPERED', `${path}: is not the key that was written there.`, {
    advice: 'Restore it. Without it, secrets in backups show as changed and the ledger knows no secret.',
  })
}
