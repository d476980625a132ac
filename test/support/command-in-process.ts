import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { main } from '../../packages/cli/src/main.ts'
import type { CommandAnswer } from './command-line.ts'

/**
 * The command line inside this process: a hundred times faster than a process for each command, and with nobody to ask. For what
 * a command says and writes; signals, pipes and exit belong to {@link CommandLine}.
 */
export class CommandInProcess implements AsyncDisposable {
  /** The workspace, and the current folder of every command. */
  readonly folder: string

  private constructor(folder: string) {
    this.folder = folder
  }

  static async make(): Promise<CommandInProcess> {
    return new CommandInProcess(await mkdtemp(join(tmpdir(), 'netlatch-command-')))
  }

  /** In a workspace that is there already, and stays. */
  static in(folder: string): CommandInProcess {
    return new CommandInProcess(folder)
  }

  async run(words: readonly string[], secrets: Readonly<Record<string, string>> = {}): Promise<CommandAnswer> {
    const env = { PATH: process.env.PATH, HOME: this.folder, LANG: 'C.UTF-8', NO_COLOR: '1', ...secrets }
    const written = { stdout: '', stderr: '' }
    const before = { cwd: process.cwd(), env: process.env, isTTY: process.stdin.isTTY, exitCode: process.exitCode }
    const writes = (['stdout', 'stderr'] as const).map((name) => {
      const stream = process[name]
      const write = stream.write
      const listeners = stream.listeners('error')
      process[name].write = (chunk: string | Uint8Array) => {
        written[name] += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8')
        return true
      }
      return () => {
        stream.write = write
        // Each command waits for a reader that goes; here the stream lives on for the next one.
        for (const added of stream.listeners('error').filter((each) => !listeners.includes(each)))
          stream.removeListener('error', added as () => void)
      }
    })
    process.chdir(this.folder)
    process.env = env
    process.stdin.isTTY = false
    let exitCode: number
    try {
      exitCode = await main(words)
    } finally {
      for (const restore of writes) restore()
      process.chdir(before.cwd)
      process.env = before.env
      process.stdin.isTTY = before.isTTY
      process.exitCode = before.exitCode
    }
    const lines = words.includes('--json') ? written.stdout.split('\n').filter((text) => text !== '') : []
    return { exitCode, ...written, objects: lines.map((text) => JSON.parse(text) as Record<string, unknown>) }
  }

  /** As `run`, and every answer but exit code 0 is an error. */
  async mustRun(words: readonly string[], secrets?: Readonly<Record<string, string>>): Promise<CommandAnswer> {
    const answer = await this.run(words, secrets)
    if (answer.exitCode === 0) return answer
    throw new Error(`netlatch ${words.join(' ')}: exit code ${answer.exitCode}\n${answer.stdout}${answer.stderr}`)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.folder, { recursive: true, force: true })
  }
}
