import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { freePort } from './free-port.ts'
import { installN8n } from './install-n8n.ts'
import { N8nProcess } from './n8n-process.ts'

const exec = promisify(execFile)
const nodesPackage = fileURLToPath(new URL('../../../packages/n8n-nodes', import.meta.url))

export interface Workflow {
  readonly id: string
  readonly name: string
  readonly nodes: readonly object[]
  readonly connections: object
  readonly settings?: object
  readonly active?: boolean
}

/** What comes out of `n8n execute --rawOutput`, as far as tests look. */
export interface Execution {
  readonly data: {
    readonly resultData: {
      readonly runData: Readonly<Record<string, readonly NodeRun[]>>
      readonly error?: { readonly message: string; readonly description?: string }
    }
  }
  readonly status: string
}

export interface NodeRun {
  readonly data?: { readonly main: readonly (readonly OutItem[] | null)[] }
  readonly hints?: readonly { readonly message: string; readonly type: string }[]
  readonly error?: { readonly message: string; readonly description?: string }
}

export interface OutItem {
  // What a node puts there is for the test to say.
  readonly json: Readonly<Record<string, never>> & Readonly<Record<string, unknown>>
  readonly pairedItem?: readonly { readonly item: number }[]
  readonly binary?: Readonly<Record<string, { readonly fileName?: string; readonly data: string }>>
  readonly error?: unknown
}

/** The pinned n8n with the packed nodes, installed as its own user would: a home folder of its own, nothing shared. */
export class RealN8n implements AsyncDisposable {
  readonly home: string
  readonly #bin: string
  readonly #more: NodeJS.ProcessEnv
  #server: N8nProcess | undefined
  log = ''

  constructor(home: string, bin: string, more: NodeJS.ProcessEnv) {
    this.home = home
    this.#bin = bin
    this.#more = more
  }

  /** Where workspaces may be. */
  get files(): string {
    return join(this.home, '.n8n-files')
  }

  get database(): string {
    return join(this.home, '.n8n', 'database.sqlite')
  }

  get env(): NodeJS.ProcessEnv {
    const { PATH, LANG } = process.env
    return {
      PATH,
      LANG,
      HOME: this.home,
      N8N_USER_FOLDER: this.home,
      N8N_DIAGNOSTICS_ENABLED: 'false',
      N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
      N8N_TEMPLATES_ENABLED: 'false',
      N8N_PERSONALIZATION_ENABLED: 'false',
      N8N_HIRING_BANNER_ENABLED: 'false',
      N8N_ONBOARDING_FLOW_DISABLED: 'true',
      N8N_LOG_LEVEL: 'info',
      N8N_SECURE_COOKIE: 'false',
      N8N_RUNNERS_ENABLED: 'false',
      EXECUTIONS_DATA_SAVE_ON_SUCCESS: 'all',
      // Activated workflows are published by a queue of their own; nothing asks the network for news.
      N8N_WORKFLOW_PUBLICATION_OUTBOX_POLL_INTERVAL_MS: '200',
      N8N_DISABLED_MODULES: 'mcp-registry',
      N8N_DYNAMIC_BANNERS_ENABLED: 'false',
      NODE_OPTIONS: '--disable-warning=ExperimentalWarning',
      ...this.#more,
    }
  }

  async importCredentials(credentials: readonly object[]): Promise<void> {
    await this.#import('credentials', credentials)
  }

  /** What n8n has stored in a credential, its secrets in clear. */
  async decrypted(id: string): Promise<Readonly<Record<string, unknown>>> {
    const { stdout } = await this.#run(['export:credentials', `--id=${id}`, '--decrypted'])
    const [line = ''] = stdout.split('\n').filter((each) => each.startsWith('[{'))
    const [{ data }] = JSON.parse(line)
    return data
  }

  async importWorkflow(workflow: Workflow): Promise<void> {
    await this.#import('workflow', [workflow])
  }

  /** Runs an imported workflow to its end, in a process of its own. */
  async execute(id: string, env: NodeJS.ProcessEnv = {}): Promise<Execution> {
    const { stdout, stderr } = await this.#run(['execute', '--id', id, '--rawOutput'], env).catch(
      (error: { stdout?: string; stderr?: string }) => ({ stdout: error.stdout ?? '', stderr: error.stderr ?? '' }),
    )
    this.log += stdout + stderr
    const lines = stdout.split('\n')
    const start = lines.indexOf('{')
    if (start === -1) throw new Error(`n8n gave no result: ${stdout}\n${stderr}`)
    return JSON.parse(lines.slice(start, lines.lastIndexOf('}') + 1).join('\n'))
  }

  /** Imports and runs. */
  async play(workflow: Workflow, env?: NodeJS.ProcessEnv): Promise<Execution> {
    await this.importWorkflow(workflow)
    return this.execute(workflow.id, env)
  }

  /** Starts the server; gives its address. */
  async start(env: NodeJS.ProcessEnv = {}): Promise<string> {
    const port = await freePort()
    const url = `http://127.0.0.1:${port}`
    this.#server = await this.#open(['start'], { N8N_PORT: String(port), N8N_LISTEN_ADDRESS: '127.0.0.1', ...env })
    await this.#server.ready(() =>
      fetch(`${url}/healthz/readiness`).then(
        ({ ok }) => ok,
        () => false,
      ),
    )
    return url
  }

  /** Starts a worker of queue mode; whoever starts it ends it. */
  async startWorker(env: NodeJS.ProcessEnv = {}): Promise<N8nProcess> {
    const worker = await this.#open(['worker', '--concurrency=5'], env)
    await worker.ready((log) => log.includes('n8n worker is now ready'))
    return worker
  }

  /** Ends the server as an administrator would; gives its exit code. */
  async stop(): Promise<number | null> {
    const server = this.#server
    this.#server = undefined
    return server ? server.stop() : null
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
    // What n8n started may still be writing its last lines.
    await rm(this.home, { recursive: true, force: true, maxRetries: 20, retryDelay: 250 })
  }

  async #import(what: 'credentials' | 'workflow', entries: readonly object[]): Promise<void> {
    const file = join(this.home, `${what}.json`)
    await writeFile(file, JSON.stringify(entries))
    await this.#run([`import:${what}`, `--input=${file}`])
    await rm(file)
  }

  async #open(words: readonly string[], env: NodeJS.ProcessEnv): Promise<N8nProcess> {
    return new N8nProcess([this.#bin, ...words], { ...this.env, ...(await brokerPort()), ...env }, (text) => {
      this.log += text
    })
  }

  async #run(words: readonly string[], env: NodeJS.ProcessEnv = {}) {
    return await exec(process.execPath, [this.#bin, ...words], {
      env: { ...this.env, ...(await brokerPort()), ...env },
      maxBuffer: 2 ** 28,
      timeout: 300_000,
      killSignal: 'SIGKILL',
    })
  }
}

/** Builds and packs the nodes, and installs the tarball with n8n's own flags, without a network. */
export async function openRealN8n(
  say?: (line: string) => void,
  { env = {} }: { readonly env?: NodeJS.ProcessEnv } = {},
): Promise<RealN8n> {
  const installed = await installN8n(say)
  const home = await mkdtemp(join(tmpdir(), 'netlatch-n8n-'))
  const community = join(home, '.n8n', 'nodes')
  await mkdir(community, { recursive: true })
  await mkdir(join(home, '.n8n-files'))
  const tarball = await packNodes(home)
  await writeFile(join(community, 'package.json'), '{"name":"installed-nodes","private":true}')
  await exec('npm', ['i', '--legacy-peer-deps', '--ignore-scripts', '--offline', '--no-audit', '--no-fund', tarball], {
    cwd: community,
  })
  return new RealN8n(home, join(installed, 'node_modules/n8n/bin/n8n'), env)
}

/** The tarball as it is published. */
export async function packNodes(target: string): Promise<string> {
  await exec(process.execPath, [join(nodesPackage, 'build.mjs')])
  const { stdout } = await exec('npm', ['pack', '--json', '--pack-destination', target], { cwd: nodesPackage })
  const [{ filename }] = JSON.parse(stdout) as [{ filename: string }]
  return join(target, filename)
}

/** n8n's runners of code meet at a port; another n8n on this machine has one too. */
async function brokerPort(): Promise<NodeJS.ProcessEnv> {
  return { N8N_RUNNERS_BROKER_PORT: String(await freePort()) }
}
