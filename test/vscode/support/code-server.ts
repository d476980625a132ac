import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'

/** Where install.sh puts code-server. */
export function codeServerFolder(env = process.env): string {
  const caches = env.NETLATCH_TEST_CACHE || join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'netlatch-tests')
  return join(caches, 'code-server-4.139.1')
}

export interface CodeServerOptions {
  readonly settings?: Readonly<Record<string, unknown>>
  readonly env?: Readonly<Record<string, string>>
  /** @default [] */
  readonly arguments?: readonly string[]
  /** Where its user data is kept; it stays. @default a temporary folder, gone with it */
  readonly home?: string
}

/** code-server on loopback, alone: its own home, no account, and nowhere to fetch extensions from. */
export class CodeServer implements AsyncDisposable {
  readonly url: string
  readonly home: string
  readonly #child: ChildProcess
  readonly #isKept: boolean
  #log = ''

  private constructor(url: string, home: string, child: ChildProcess, isKept: boolean) {
    this.url = url
    this.home = home
    this.#child = child
    this.#isKept = isKept
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#log += text
      })
  }

  /** What it wrote to its terminal. */
  get log(): string {
    return this.#log
  }

  static async start(options: CodeServerOptions = {}): Promise<CodeServer> {
    const { node, entry } = programs()
    // A short path: its socket lies in there, and such a path has 108 bytes at most.
    const home = options.home ?? (await mkdtemp(join(tmpdir(), 'nl-')))
    await mkdir(join(home, 'data/User'), { recursive: true })
    await mkdir(join(home, 'tmp'), { recursive: true })
    await writeFile(join(home, 'config.yaml'), 'auth: none\n')
    await writeFile(join(home, 'data/User/settings.json'), JSON.stringify({ ...quiet, ...options.settings }, null, 2))
    const port = await freePort()
    const child = spawn(node, [entry, ...argumentsOf(home, port), ...(options.arguments ?? [])], {
      env: environment(home, options.env),
      stdio: ['ignore', 'pipe', 'pipe'],
      // Its own group: the extension host ends with it.
      detached: true,
    })
    // Its group is its own, so nothing else would end it with this process.
    process.once('exit', () => endGroup(child, 'SIGKILL'))
    const server = new CodeServer(`http://127.0.0.1:${port}`, home, child, options.home !== undefined)
    await server.#ready()
    return server
  }

  /** Installs a package as a user does, before it is started. */
  static install(home: string, vsix: string): void {
    const { node, entry } = programs()
    const folders = ['--user-data-dir', join(home, 'data'), '--extensions-dir', join(home, 'extensions')]
    execFileSync(
      node,
      [entry, '--config', join(home, 'config.yaml'), ...folders, '--install-extension', vsix, '--force'],
      {
        env: environment(home, {}),
        stdio: ['ignore', 'ignore', 'inherit'],
      },
    )
  }

  async #ready(): Promise<void> {
    const until = Date.now() + 60_000
    while (Date.now() < until && this.#child.exitCode === null) {
      const answer = await fetch(`${this.url}/healthz`).catch(() => undefined)
      if (answer?.ok) return
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    await this[Symbol.asyncDispose]()
    throw new Error(`code-server did not start:\n${this.#log}`)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const isOver = () => this.#child.exitCode !== null || this.#child.signalCode !== null
    const end = isOver() ? Promise.resolve() : once(this.#child, 'exit')
    endGroup(this.#child, 'SIGTERM')
    await Promise.race([end, new Promise((resolve) => setTimeout(resolve, 3_000))])
    endGroup(this.#child, 'SIGKILL')
    await end
    if (!this.#isKept) await rm(this.home, { recursive: true, force: true, maxRetries: 5 })
  }
}

/** A process that is told to end does so with what it started: its `exit` handlers run. */
export function endWhenTold(): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(1))
}

function endGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, signal)
  } catch {
    // The group has ended already.
  }
}

function programs(): { readonly node: string; readonly entry: string } {
  const folder = codeServerFolder()
  const node = join(folder, 'node/node_modules/.bin/node')
  const entry = join(folder, 'node_modules/code-server/out/node/entry.js')
  if (!existsSync(entry)) throw new Error(`no code-server in ${folder}: run test/vscode/support/install.sh`)
  return { node, entry }
}

const quiet = {
  'workbench.startupEditor': 'none',
  'telemetry.telemetryLevel': 'off',
  'extensions.autoUpdate': false,
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'workbench.tips.enabled': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'window.commandCenter': false,
  // In a browser the default is to save by itself: a test that is slow would find its undone edits on the disk.
  'files.autoSave': 'off',
  'remote.autoForwardPorts': false,
  'git.openRepositoryInParentFolders': 'never',
}

function argumentsOf(home: string, port: number): readonly string[] {
  return [
    ...['--config', join(home, 'config.yaml'), '--auth', 'none', '--bind-addr', `127.0.0.1:${port}`],
    ...['--user-data-dir', join(home, 'data'), '--extensions-dir', join(home, 'extensions')],
    ...['--disable-telemetry', '--disable-update-check', '--disable-getting-started-override'],
    ...['--disable-proxy', '--ignore-last-opened'],
  ]
}

function environment(home: string, more: CodeServerOptions['env']): NodeJS.ProcessEnv {
  const nowhere = 'http://127.0.0.1:9'
  const left = ['PORT', 'PASSWORD', 'HASHED_PASSWORD', 'VSCODE_PROXY_URI', 'NODE_OPTIONS', 'NODE_V8_COVERAGE']
  const inherited = Object.entries(process.env).filter(([name]) => !left.includes(name))
  return {
    ...Object.fromEntries(inherited),
    HOME: home,
    XDG_CONFIG_HOME: join(home, '.config'),
    XDG_DATA_HOME: join(home, '.local'),
    XDG_CACHE_HOME: join(home, '.cache'),
    TMPDIR: join(home, 'tmp'),
    EXTENSIONS_GALLERY: JSON.stringify({
      serviceUrl: nowhere,
      itemUrl: nowhere,
      controlUrl: '',
      recommendationsUrl: '',
      resourceUrlTemplate: `${nowhere}/{publisher}/{name}/{version}/{path}`,
    }),
    ...more,
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (typeof address !== 'object' || address === null) throw new Error('no free port')
  return address.port
}
