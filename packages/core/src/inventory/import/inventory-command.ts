import { execFile } from 'node:child_process'
import { NetlatchError } from '../../errors.ts'

export interface InventoryCommandOptions {
  /** Where the program starts: the workspace. */
  readonly folder: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly signal?: AbortSignal | undefined
  /** Dynamic inventories ask other servers. @default 300_000 */
  readonly timeoutMs?: number
}

const largestOutput = 256 * 1024 * 1024

/** What a program writes to its standard output: no shell, and no key of the vault in its environment. Throws SOURCE_FAILED. */
export function runInventoryCommand(
  [program = '', ...args]: readonly string[],
  { folder, env, signal, timeoutMs = 300_000 }: InventoryCommandOptions,
): Promise<string> {
  const { NETLATCH_IDENTITY: _identity, NETLATCH_PASSPHRASE: _passphrase, ...rest } = env
  return new Promise((resolve, reject) => {
    const options = { cwd: folder, env: rest, timeout: timeoutMs, maxBuffer: largestOutput, windowsHide: true }
    execFile(program, args, { ...options, ...(signal && { signal }) }, (error, output) => {
      if (!error) return resolve(output)
      if (signal?.aborted) return reject(signal.reason)
      // Its complaints are not shown: they may quote a line with a secret.
      const problem =
        error.code === 'ENOENT'
          ? 'was not found'
          : error.killed
            ? 'did not end in time'
            : `ended with ${String(error.code)}`
      const message = `${program} ${problem}. Nothing was written.`
      reject(new NetlatchError('SOURCE_FAILED', message, { advice: 'Run it by itself to see what it says.' }))
    })
  })
}
