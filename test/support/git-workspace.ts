import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type Answer, CommandProcess } from './command-process.ts'

const run = promisify(execFile)

/** A workspace in a real git repository, worked on through the command line and the real git. */
export class GitWorkspace implements AsyncDisposable {
  readonly home: string
  readonly folder: string
  readonly #process: CommandProcess
  readonly #ownsProcess: boolean

  private constructor(home: string, beside: GitWorkspace | undefined) {
    this.#process = beside ? beside.#process : new CommandProcess()
    this.#ownsProcess = beside === undefined
    this.home = home
    this.folder = join(home, 'net')
  }

  /** `beside`: shares that one's process, and must not outlive it. */
  static async make(files: Readonly<Record<string, string>>, beside?: GitWorkspace): Promise<GitWorkspace> {
    const workspace = new GitWorkspace(await mkdtemp(join(tmpdir(), 'netlatch-git-')), beside)
    await mkdir(workspace.folder)
    await workspace.git('init', '--quiet', '--initial-branch=main')
    await workspace.git('config', 'user.name', 'Alice')
    await workspace.git('config', 'user.email', 'alice@example.net')
    for (const [name, text] of Object.entries(files)) await workspace.write(name, text)
    return workspace
  }

  /** Nothing of the tests' own environment reaches the command line. */
  get environment(): Readonly<Record<string, string>> {
    return { PATH: process.env.PATH ?? '', HOME: this.home, LANG: 'C.UTF-8', USER: 'alice', GIT_CONFIG_NOSYSTEM: '1' }
  }

  /** `netlatch <words>`, nobody to ask. */
  netlatch(words: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Answer> {
    return this.#process.run({ words, folder: this.folder, env: { ...this.environment, ...env } })
  }

  /** The same, and every answer but exit code 0 is an error. */
  async must(words: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Answer> {
    const answer = await this.netlatch(words, env)
    if (answer.exitCode === 0) return answer
    throw new Error(
      `netlatch ${words.join(' ')}: exit code ${answer.exitCode}\n${answer.stdout}${answer.stderr}`.trimEnd(),
    )
  }

  /** Throws when git fails; its answer without the last line feed. */
  async git(...args: string[]): Promise<string> {
    const { stdout } = await run('git', args, { cwd: this.folder, env: { ...this.environment } })
    return stdout.replace(/\n$/, '')
  }

  async commit(message: string): Promise<string> {
    await this.git('add', '--all')
    await this.git('commit', '--quiet', '--message', message)
    return this.git('rev-parse', 'HEAD')
  }

  read(name: string): Promise<string> {
    return readFile(join(this.folder, name), 'utf8')
  }

  write(name: string, text: string | Uint8Array): Promise<void> {
    return writeFile(join(this.folder, name), text)
  }

  /** Replaces what stands there exactly once. */
  async edit(name: string, before: string, after: string): Promise<void> {
    const text = await this.read(name)
    if (text.split(before).length !== 2) throw new Error(`${name}: "${before}" is not there once`)
    await this.write(
      name,
      text.replace(before, () => after),
    )
  }

  /** Adds a credential whose password is its name. */
  addCredential(name: string, ...words: string[]): Promise<Answer> {
    const fields = ['--username', name, ...words]
    return this.must(['vault', 'add', name, ...fields, '--secret-env', 'NEW_SECRET'], {
      NEW_SECRET: `password of ${name}`,
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#ownsProcess) await this.#process[Symbol.asyncDispose]()
    await rm(this.home, { recursive: true, force: true })
  }
}
