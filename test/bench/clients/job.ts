import { readdirSync, readFileSync } from 'node:fs'

/** What a client process is to do; the first line of its standard input. Its last line of output is a Measurement. */
export type ClientJob = BareJob | NetlatchJob | ResolveJob | YamlJob | ReservationJob

export interface BareJob {
  readonly client: 'bare'
  /**
   * `discover`: find the password, see the prompt. `login`: find the password. The others save the configuration;
   * `backup-durably` keeps a ledger and a git repository for it.
   */
  readonly task: 'discover' | 'login' | 'backup-shell' | 'backup-durably' | 'backup-exec'
  readonly devices: readonly BareDevice[]
  readonly concurrency: number
}

export interface BareDevice {
  readonly name: string
  readonly address: string
  readonly port: number
  /** base64, as in known_hosts. */
  readonly hostKey: string
  /** In the order of trial. */
  readonly logins: readonly { readonly username: string; readonly password: string }[]
}

export interface NetlatchJob {
  readonly client: 'netlatch'
  readonly task: NetlatchTask
  readonly folder: string
  readonly identity: string
}

export type NetlatchTask = 'discover' | 'discover-again' | 'backup' | 'commands-twice' | 'idle'

/** Loads a workspace, checks it, and resolves the candidates of every device; no secret is opened. */
export interface ResolveJob {
  readonly client: 'resolve'
  readonly folder: string
}

/** The library alone, on the same text. */
export interface YamlJob {
  readonly client: 'yaml'
  readonly file: string
}

/** Asks for reservations at a steady pace, whether they come or not, and ends each of them. */
export interface ReservationJob {
  readonly client: 'reservations'
  readonly database: string
  readonly aSecond: number
  readonly warmUpMs: number
  readonly durationMs: number
}

export interface Measurement {
  readonly wallMs: number
  /** Of the process and of the programs it started, such as git. */
  readonly cpuMs: number
  /** The most that was resident. */
  readonly peakMb: number
  /** Of that, what came on top of the loaded program. */
  readonly grownMb: number
  /** Devices that came out well. */
  readonly succeeded: number
  /** What else a task found out. */
  readonly more: Readonly<Record<string, number>>
}

/** Runs `work` and says what it cost; imports and start are not part of it. */
export async function measure(
  work: () => Promise<{ readonly succeeded: number; readonly more?: Readonly<Record<string, number>> }>,
): Promise<Measurement> {
  const loadedMb = process.memoryUsage.rss() / 1024 / 1024
  const cpuBefore = cpuMs()
  const before = performance.now()
  const { succeeded, more = {} } = await work()
  const wallMs = performance.now() - before
  const peakMb = process.resourceUsage().maxRSS / 1024
  return { wallMs, cpuMs: cpuMs() - cpuBefore, peakMb, grownMb: Math.max(0, peakMb - loadedMb), succeeded, more }
}

/** On Linux with that of children, ended and living; a tick is 10 ms there. */
function cpuMs(): number {
  const own = process.cpuUsage()
  const ownMs = (own.user + own.system) / 1000
  if (process.platform !== 'linux') return ownMs
  const [, , ...ended] = ticksOf('self')
  const living = livingChildren().flatMap(ticksOf)
  return ownMs + [...ended, ...living].reduce((sum, ticks) => sum + ticks, 0) * 10
}

/** proc(5): utime, stime, and of ended children cutime, cstime. None of a process that is gone. */
function ticksOf(pid: string): readonly number[] {
  const stat = readProc(`${pid}/stat`)
  // The name of the program, in brackets, may hold anything; behind it the fields begin at the third.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return fields.slice(11, 15).map(Number)
}

function livingChildren(): readonly string[] {
  return readdirSync('/proc/self/task').flatMap((thread) =>
    readProc(`self/task/${thread}/children`).split(' ').filter(Boolean),
  )
}

/** Empty where the process or thread has ended. */
function readProc(name: string): string {
  try {
    return readFileSync(`/proc/${name}`, 'utf8')
  } catch {
    return ''
  }
}
