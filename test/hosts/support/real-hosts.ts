import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { birdConfiguration, frrConfiguration, type RouterConfiguration } from './router-configurations.ts'
import { type LoggedAttempt, loggedAttempts } from './server-log.ts'

const run = promisify(execFile)

export interface RealHostDescription {
  readonly name: string
  /** `linux`: OpenSSH and bash · `frr`: OpenSSH and vtysh · `bird`: OpenSSH and birdc · `dropbear`: dropbear and bash. */
  readonly kind: 'linux' | 'frr' | 'bird' | 'dropbear'
  /** @default 'netops' */
  readonly username?: string
  /** @default a new one */
  readonly password?: string
  /** OpenSSH disconnects after so many failures on one connection. @default 6, as OpenSSH */
  readonly maxAuthTries?: number
}

/** One real server on an address of its own, with one user. */
export class RealHost {
  readonly name: string
  readonly kind: RealHostDescription['kind']
  readonly address: string
  readonly port: number
  readonly username: string
  readonly password: string
  /** Logs in as well; OpenSSH's format. */
  readonly privateKey: string
  /** `ssh-ed25519 AAAA…` */
  readonly hostKey: string
  /** What the router was started with; absent on plain Linux. */
  readonly configuration: RouterConfiguration | undefined
  readonly #folder: string
  readonly #keeper: ChildProcess

  constructor(facts: RealHostFacts, folder: string, keeper: ChildProcess) {
    this.name = facts.name
    this.kind = facts.kind
    this.address = facts.address
    this.port = facts.port
    this.username = facts.username
    this.password = facts.password
    this.privateKey = facts.privateKey
    this.hostKey = facts.hostKey
    this.configuration = facts.configuration
    this.#folder = folder
    this.#keeper = keeper
  }

  /** As known_hosts has it, with the device's name before the address. */
  get knownHostsLine(): string {
    return `${this.name},[${this.address}]:${this.port} ${this.hostKey}`
  }

  /**
   * What the server's own log says of logins with a secret, oldest first. The log is written a moment after the answer:
   * waits up to 5 s until there are `atLeast` of them. @default 0
   */
  async attempts({ atLeast = 0 } = {}): Promise<LoggedAttempt[]> {
    for (let round = 0; ; round += 1) {
      const attempts = loggedAttempts(await readFile(join(this.#folder, 'log'), 'utf8'))
      if (attempts.length >= atLeast || round === 250) return attempts
      await wait(20)
    }
  }

  /** Runs a program on the host as root: `vtysh -c 'show running-config'`. */
  async inside(program: string, ...args: string[]): Promise<string> {
    const keeper = this.#keeper.pid
    const children = await readFile(`/proc/${keeper}/task/${keeper}/children`, 'utf8')
    const target = children.trim().split(' ')[0] ?? ''
    const { stdout } = await run('nsenter', ['--target', target, '--mount', '--pid', '--uts', '--', program, ...args])
    return stdout
  }

  async stop(): Promise<void> {
    if (this.#keeper.exitCode === null && this.#keeper.signalCode === null) {
      const exit = once(this.#keeper, 'exit')
      this.#keeper.stdin?.end()
      await exit
    }
    await rm(this.#folder, { recursive: true, force: true })
  }
}

interface RealHostFacts extends Required<RealHostDescription> {
  readonly address: string
  readonly port: number
  readonly privateKey: string
  readonly hostKey: string
  readonly configuration: RouterConfiguration | undefined
}

export class RealHosts implements AsyncDisposable {
  readonly hosts: readonly RealHost[]

  constructor(hosts: readonly RealHost[]) {
    this.hosts = hosts
  }

  host(name: string): RealHost {
    const host = this.hosts.find((one) => one.name === name)
    if (host === undefined) throw new Error(`no host ${name}`)
    return host
  }

  async stop(): Promise<void> {
    await Promise.all(this.hosts.map((host) => host.stop()))
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop()
  }
}

const defaultHosts: readonly RealHostDescription[] = [
  { name: 'linux-1', kind: 'linux' },
  { name: 'frr-1', kind: 'frr' },
  { name: 'bird-1', kind: 'bird' },
  { name: 'dropbear-1', kind: 'dropbear' },
]

/**
 * Starts real servers on loopback, each with users of its own in namespaces of its own. Needs Linux, root, and the
 * packages of install.sh.
 */
export async function startRealHosts(descriptions: readonly RealHostDescription[] = defaultHosts): Promise<RealHosts> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) throw new Error('real hosts need Linux and root')
  const started = await Promise.allSettled(descriptions.map(startHost))
  const hosts = started.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
  const failure = started.find((one) => one.status === 'rejected')
  if (failure !== undefined) {
    await new RealHosts(hosts).stop()
    throw failure.reason
  }
  return new RealHosts(hosts)
}

async function startHost(description: RealHostDescription, index: number): Promise<RealHost> {
  const folder = await mkdtemp(join(tmpdir(), 'real-host-'))
  // The host's user must be able to reach its home in there.
  await chmod(folder, 0o755)
  const address = `127.88.0.${index + 1}`
  const { name, kind } = description
  const configuration = kind === 'frr' ? frrConfiguration(name) : kind === 'bird' ? birdConfiguration() : undefined
  if (configuration !== undefined) await writeFile(join(folder, 'router.conf'), configuration.text, { mode: 0o600 })
  const facts: RealHostFacts = {
    name,
    kind,
    address,
    port: await freePort(address),
    username: description.username ?? 'netops',
    password: description.password ?? randomBytes(12).toString('base64url'),
    maxAuthTries: description.maxAuthTries ?? 6,
    privateKey: await makeLoginKey(folder),
    hostKey: await makeHostKey(folder, kind),
    configuration,
  }
  const keeper = await startKeeper(facts, folder)
  await answers(facts, folder)
  return new RealHost(facts, folder, keeper)
}

async function startKeeper(facts: RealHostFacts, folder: string): Promise<ChildProcess> {
  const script = fileURLToPath(new URL('./real-host.sh', import.meta.url))
  const { name, kind, username, password, address, port, maxAuthTries } = facts
  const words = [kind, folder, name, username, address, String(port), String(maxAuthTries)]
  // As process 1 of its namespace the script takes all its daemons with it when it ends.
  const namespaces = ['--mount', '--uts', '--pid', '--fork', '--kill-child', '--mount-proc']
  const keeper = spawn('unshare', [...namespaces, 'sh', script, ...words], { stdio: ['pipe', 'pipe', 'pipe'] })
  let complaints = ''
  keeper.stderr.on('data', (bytes: Buffer) => {
    complaints += bytes.toString()
  })
  const ready = Promise.withResolvers<void>()
  createInterface({ input: keeper.stdout }).on('line', (line) => {
    if (line === 'ready') ready.resolve()
  })
  keeper.once('error', ready.reject)
  keeper.once('exit', () => ready.reject(new Error(`${name} did not start (install.sh run?): ${complaints}`)))
  keeper.stdin.write(`${password}\n`)
  await ready.promise
  return keeper
}

async function makeLoginKey(folder: string): Promise<string> {
  const file = join(folder, 'login-key')
  await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'login', '-f', file])
  await writeFile(join(folder, 'authorized_keys'), await readFile(`${file}.pub`))
  return readFile(file, 'utf8')
}

async function makeHostKey(folder: string, kind: RealHostDescription['kind']): Promise<string> {
  const file = join(folder, 'host-key')
  if (kind === 'dropbear') {
    const { stdout } = await run('dropbearkey', ['-t', 'ed25519', '-f', file])
    return /^ssh-ed25519 \S+/m.exec(stdout)?.[0] ?? ''
  }
  await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'host', '-f', file])
  return (await readFile(`${file}.pub`, 'utf8')).split(' ').slice(0, 2).join(' ')
}

async function freePort(address: string): Promise<number> {
  const server = createServer().listen(0, address)
  await once(server, 'listening')
  const bound = server.address()
  server.close()
  await once(server, 'close')
  if (bound === null || typeof bound === 'string') throw new Error(`no port on ${address}`)
  return bound.port
}

/** Waits until the server accepts connections; it does so some milliseconds after the script says ready. */
async function answers({ name, address, port }: RealHostFacts, folder: string): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const socket = connect(port, address)
    const accepted = await Promise.race([
      once(socket, 'connect').then(() => true),
      once(socket, 'error').then(() => false),
    ]).catch(() => false)
    socket.destroy()
    if (accepted) return
    await wait(50)
  }
  throw new Error(`${name} does not answer: ${await readFile(join(folder, 'log'), 'utf8').catch(() => 'no log')}`)
}
