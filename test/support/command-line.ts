import { spawn } from 'node:child_process'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export interface CommandAnswer {
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
  /** What `--json` wrote: one object a line. */
  readonly objects: readonly Record<string, unknown>[]
}

export interface CommandLineOptions {
  /** @default the Node that runs the tests */
  readonly node?: string
  /** @default the checkout's */
  readonly bin?: string
}

export const checkoutBin = fileURLToPath(new URL('../../packages/cli/bin/netlatch.js', import.meta.url))

/** The real command line, as a user has it: a home and a workspace of its own, nobody to ask, no terminal. */
export class CommandLine implements AsyncDisposable {
  readonly home: string
  /** The workspace. */
  readonly folder: string
  readonly #command: readonly string[]

  private constructor(home: string, options: CommandLineOptions) {
    this.home = home
    this.folder = join(home, 'net')
    this.#command = [options.node ?? process.execPath, options.bin ?? checkoutBin]
  }

  static async make(options: CommandLineOptions = {}): Promise<CommandLine> {
    const line = new CommandLine(await mkdtemp(join(tmpdir(), 'netlatch-home-')), options)
    await mkdir(line.folder)
    return line
  }

  /** Runs one command in the workspace's folder. Only what is named in `secrets` stands in its environment. */
  async run(words: readonly string[], secrets: Readonly<Record<string, string>> = {}): Promise<CommandAnswer> {
    const [program = '', ...rest] = this.#command
    const child = spawn(program, [...rest, ...words], {
      cwd: this.folder,
      env: { PATH: process.env.PATH, HOME: this.home, LANG: 'C.UTF-8', ...secrets },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let stdout = ''
    let stderr = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text
    })
    const exitCode = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject)
      child.once('close', resolve)
    })
    const objects = words.includes('--json')
      ? stdout.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Record<string, unknown>]))
      : []
    return { exitCode, stdout, stderr, objects }
  }

  /** As `run`, and every answer but exit code 0 is an error. */
  async mustRun(words: readonly string[], secrets?: Readonly<Record<string, string>>): Promise<CommandAnswer> {
    const answer = await this.run(words, secrets)
    if (answer.exitCode === 0) return answer
    throw new Error(
      `netlatch ${words.join(' ')}: exit code ${answer.exitCode}\n${answer.stdout}${answer.stderr}`.trimEnd(),
    )
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.home, { recursive: true, force: true })
  }
}
