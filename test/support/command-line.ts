import { type ChildProcess, spawn } from 'node:child_process'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'

export interface CommandAnswer {
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
  /** What `--json` wrote: one object a line. */
  readonly objects: readonly Record<string, unknown>[]
}

export interface RunningCommand {
  readonly answer: Promise<CommandAnswer>
  /** Ctrl-C. */
  interrupt(): void
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
    return this.start(words, secrets).answer
  }

  /** Starts one command. `input` is what it reads on that descriptor, standard input when none is named; nothing otherwise. */
  start(
    words: readonly string[],
    secrets: Readonly<Record<string, string>> = {},
    { input, fd = 0 }: { readonly input?: string; readonly fd?: 0 | 3 } = {},
  ): RunningCommand {
    const [program = '', ...rest] = this.#command
    const child = spawn(program, [...rest, ...words], {
      cwd: this.folder,
      env: { PATH: process.env.PATH, HOME: this.home, LANG: 'C.UTF-8', ...secrets },
      stdio: [
        input !== undefined && fd === 0 ? 'pipe' : 'ignore',
        'pipe',
        'pipe',
        ...(fd === 3 ? ['pipe' as const] : []),
      ],
      // A group of its own, which a terminal would give it: Ctrl-C reaches all of it.
      detached: true,
    })
    const reader = child.stdio[fd]
    if (input !== undefined && reader instanceof Writable) reader.end(input)
    const answer = answerOf(child, words.includes('--json'))
    return { answer, interrupt: () => child.pid !== undefined && process.kill(-child.pid, 'SIGINT') }
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

async function answerOf(child: ChildProcess, isJson: boolean): Promise<CommandAnswer> {
  let stdout = ''
  let stderr = ''
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
  })
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  const lines = isJson ? stdout.split('\n').filter((line) => line !== '') : []
  return { exitCode, stdout, stderr, objects: lines.map((line) => JSON.parse(line) as Record<string, unknown>) }
}
