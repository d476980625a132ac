import { spawn } from 'node:child_process'
import { fillReference, locationOf, parseLogin, unavailable } from './reference.ts'
import type { SecretProvider } from './secret-provider.ts'

export interface CommandProviderOptions {
  /** Where programs start: the workspace. */
  readonly folder: string
  readonly env: Readonly<Record<string, string | undefined>>
  /** @default 10_000 */
  readonly timeoutMs?: number
}

const largestSecret = 64 * 1024

/**
 * `command:pass show network/{name}`: what a program writes to its standard output. No shell: words are split at spaces, quotes
 * keep them together, and nothing else is expanded. A device's values are filled in after the split, so they stay one word.
 */
export function createCommandProvider({ folder, env, timeoutMs = 10_000 }: CommandProviderOptions): SecretProvider {
  return {
    scheme: 'command',
    use: async (reference, device, fn, options = {}) => {
      options.signal?.throwIfAborted()
      const words = splitWords(locationOf('command', reference))
      if (!words?.[0]) throw unavailable(device, 'command: names no program, or a quote is not closed')
      const [program, ...args] = words.map((word) => fillReference(word, device)) as [string, ...string[]]
      const result = await run(program, args, { folder, env: withoutKeys(env), timeoutMs, signal: options.signal })
      options.signal?.throwIfAborted()
      // Neither its output nor its complaints are shown: both may hold the secret.
      if ('problem' in result) throw unavailable(device, `command:${program} ${result.problem}`)
      const secret = parseLogin(result.output, device, `command:${program}`)
      return secret && fn(secret)
    },
  }
}

/** Undefined when a quote is not closed. */
export function splitWords(text: string): readonly string[] | undefined {
  const words = [...text.matchAll(/(?:[^\s"']+|"[^"]*"|'[^']*')+/g)].map(([word]) => word)
  const rest = text.replace(/(?:[^\s"']+|"[^"]*"|'[^']*')+/g, '')
  if (/["']/.test(rest)) return undefined
  return words.map((word) => word.replace(/"([^"]*)"|'([^']*)'/g, (_, double, single) => double ?? single ?? ''))
}

interface RunOptions {
  readonly folder: string
  readonly env: NodeJS.ProcessEnv
  readonly timeoutMs: number
  readonly signal: AbortSignal | undefined
}

type RunResult = { readonly output: string } | { readonly problem: string }

function run(program: string, args: readonly string[], options: RunOptions): Promise<RunResult> {
  const hasGroups = process.platform !== 'win32'
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd: options.folder,
      env: options.env,
      shell: false,
      // A group of its own, so that what it started ends with it.
      detached: hasGroups,
      stdio: ['ignore', 'pipe', 'ignore'],
      windowsHide: true,
    })
    const chunks: Buffer[] = []
    let size = 0
    const finish = (result: RunResult) => {
      clearTimeout(timer)
      options.signal?.removeEventListener('abort', onAbort)
      child.stdout.destroy()
      resolve(result)
    }
    const stop = (problem: string) => {
      endGroup(child.pid, hasGroups)
      finish({ problem })
    }
    const onAbort = () => stop('was stopped')
    const timer = setTimeout(() => stop(`did not answer in ${options.timeoutMs / 1000} s`), options.timeoutMs)
    options.signal?.addEventListener('abort', onAbort, { once: true })
    child.stdout.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > largestSecret) stop('wrote more than a secret can be')
      else chunks.push(chunk)
    })
    child.on('error', (cause) => {
      const code = 'code' in cause ? cause.code : undefined
      finish({ problem: code === 'ENOENT' ? 'was not found' : `could not be started (${String(code)})` })
    })
    child.on('close', (code, signal) => {
      if (code === 0) finish({ output: Buffer.concat(chunks).toString('utf8') })
      else finish({ problem: code === null ? `ended by ${signal}` : `ended with exit code ${code}` })
    })
  })
}

function endGroup(pid: number | undefined, hasGroups: boolean): void {
  if (pid === undefined) return
  try {
    process.kill(hasGroups ? -pid : pid, 'SIGKILL')
  } catch (cause) {
    // It ended by itself in this moment.
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'ESRCH')) throw cause
  }
}

/** A program that looks up one secret has no business with the key of all of them. */
function withoutKeys(env: CommandProviderOptions['env']): NodeJS.ProcessEnv {
  const { NETLATCH_IDENTITY: _identity, NETLATCH_PASSPHRASE: _passphrase, ...rest } = env
  return rest
}
