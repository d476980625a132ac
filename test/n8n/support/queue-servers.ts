import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chown, glob, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { endsWithUs } from './ends-with-us.ts'
import { freePort } from './free-port.ts'

const exec = promisify(execFile)

/** What n8n's queue mode stands on: Redis and PostgreSQL, Debian's, started for the tests and for nobody else. */
export interface QueueServers extends AsyncDisposable {
  /** For the server and the workers. */
  readonly env: NodeJS.ProcessEnv
  /** All that n8n's database holds, as text. */
  dump(): Promise<string>
}

export async function startQueueServers(): Promise<QueueServers> {
  await using started = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'netlatch-queue-'))
  started.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }))
  const redisPort = await freePort()
  started.use(await startRedis(redisPort, folder))
  started.use(await startPostgres(folder))
  const running = started.move()
  return {
    env: {
      EXECUTIONS_MODE: 'queue',
      OFFLOAD_MANUAL_EXECUTIONS_TO_WORKERS: 'true',
      QUEUE_BULL_REDIS_HOST: '127.0.0.1',
      QUEUE_BULL_REDIS_PORT: String(redisPort),
      DB_TYPE: 'postgresdb',
      // A folder is the socket in it: no port that somebody else could have.
      DB_POSTGRESDB_HOST: folder,
      DB_POSTGRESDB_DATABASE: 'postgres',
      DB_POSTGRESDB_USER: 'n8n',
    },
    dump: async () => {
      const { stdout } = await exec('pg_dump', ['-h', folder, '-U', 'n8n', 'postgres'], { maxBuffer: 2 ** 28 })
      return stdout
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  }
}

function startRedis(port: number, folder: string): Promise<AsyncDisposable> {
  const words = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '', '--appendonly', 'no']
  return start('redis-server', words, { readyText: 'Ready to accept connections', signal: 'SIGTERM' })
}

async function startPostgres(folder: string): Promise<AsyncDisposable> {
  const programs = await Array.fromAsync(glob('/usr/lib/postgresql/*/bin'))
  const newest = programs.toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true })).at(-1)
  if (newest === undefined) throw new Error('PostgreSQL is not installed: test/n8n/support/install.sh installs it')
  // It refuses to run as root.
  const user = process.getuid?.() === 0 ? await userNamed('postgres') : undefined
  if (user) await chown(folder, user.uid, user.gid)
  const data = join(folder, 'data')
  const asked = ['-D', data, '-U', 'n8n', '--auth=trust', '--encoding=UTF8', '--locale=C', '--no-sync']
  await exec(join(newest, 'initdb'), asked, { ...user, cwd: folder })
  const words = ['-D', data, '-k', folder, '-c', 'listen_addresses=', '-c', 'fsync=off']
  return start(join(newest, 'postgres'), words, {
    readyText: 'ready to accept connections',
    signal: 'SIGINT',
    ...user,
    cwd: folder,
  })
}

async function userNamed(name: string): Promise<{ readonly uid: number; readonly gid: number }> {
  const [uid, gid] = await Promise.all(
    ['-u', '-g'].map(async (what) => Number((await exec('id', [what, name])).stdout)),
  )
  if (uid === undefined || gid === undefined) throw new Error(`no user ${name}`)
  return { uid, gid }
}

interface Starting {
  readonly readyText: string
  /** What ends it in good order. */
  readonly signal: 'SIGTERM' | 'SIGINT'
  readonly uid?: number
  readonly gid?: number
  readonly cwd?: string
}

async function start(program: string, words: readonly string[], starting: Starting): Promise<AsyncDisposable> {
  const { readyText, signal, ...options } = starting
  const wrapped = endsWithUs(program, words, signal === 'SIGINT' ? 'INT' : 'TERM')
  const child = spawn(...wrapped, { ...options, stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  const ready = Promise.withResolvers<void>()
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      said += chunk.toString()
      if (said.includes(readyText)) ready.resolve()
    })
  child.once('error', ready.reject)
  child.once('exit', () => ready.reject(new Error(`${program} ended: ${said}`)))
  await ready.promise
  return { [Symbol.asyncDispose]: () => end(child, signal) }
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  child.kill(signal)
  await exited
}
