import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { NetlatchError } from '../errors.ts'

/** How git is called: always without a shell, without prompts, without hooks, and with nothing of the caller's GIT_* variables. */
export interface Git {
  /** Runs a command to its end; returns what it printed. Throws GIT_FAILED with git's own words. */
  run(args: readonly string[], options?: GitRunOptions): Promise<string>
  /** The same, but a failure of git is an answer. */
  try(args: readonly string[], options?: GitRunOptions): Promise<GitOutcome>
  /** A command that is fed line by line. The caller ends it. */
  start(args: readonly string[], cwd?: string): ChildProcessWithoutNullStreams
}

export interface GitRunOptions {
  readonly input?: string
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
  readonly signal?: AbortSignal
}

export interface GitOutcome {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

const safeguards = [
  '--no-pager',
  '--no-replace-objects',
  '--literal-pathspecs',
  ...[
    'core.hooksPath=/dev/null',
    'core.fsmonitor=false',
    'core.fsync=all',
    'core.quotePath=false',
    'core.filesRefLockTimeout=2000',
    'core.packedRefsTimeout=10000',
    'core.attributesFile=/dev/null',
    'color.ui=false',
    'gc.auto=0',
    'gc.autoDetach=false',
    'maintenance.auto=false',
    'protocol.ext.allow=never',
    'credential.interactive=false',
    'core.askPass=',
    'push.gpgSign=false',
  ].flatMap((setting) => ['-c', setting]),
]

/** On Windows it would open a window. */
const detached = process.platform !== 'win32'

/** What git and ssh need from the surroundings. Everything else may hold a secret, or bend git. */
const inherited = new Set(
  [
    'PATH HOME USER LOGNAME USERNAME TMPDIR TMP TEMP XDG_CONFIG_HOME XDG_RUNTIME_DIR SSH_AUTH_SOCK',
    'USERPROFILE HOMEDRIVE HOMEPATH APPDATA LOCALAPPDATA PROGRAMDATA PROGRAMFILES SYSTEMROOT WINDIR COMSPEC PATHEXT',
    'HTTP_PROXY HTTPS_PROXY NO_PROXY ALL_PROXY SSL_CERT_FILE SSL_CERT_DIR',
  ].flatMap((names) => names.split(' ')),
)

const always = {
  GIT_TERMINAL_PROMPT: '0',
  GIT_OPTIONAL_LOCKS: '0',
  GIT_AUTHOR_NAME: 'Netlatch',
  GIT_AUTHOR_EMAIL: 'netlatch@localhost',
  GIT_COMMITTER_NAME: 'Netlatch',
  GIT_COMMITTER_EMAIL: 'netlatch@localhost',
  LC_ALL: 'C',
}

/** @param program The git to run. @default 'git', found on the PATH */
export function openGit(options: { readonly gitDir?: string; readonly program?: string } = {}): Git {
  const { gitDir, program = 'git' } = options
  const full = (args: readonly string[]) => [
    ...(gitDir === undefined ? [] : [`--git-dir=${gitDir}`]),
    ...safeguards,
    ...args,
  ]
  const environment = (more: GitRunOptions['env']) => ({ ...cleanEnvironment(), ...always, ...more })
  // A session of its own: Ctrl-C in the terminal goes to all of its group, and git has to end what Netlatch began.
  const start = (args: readonly string[], { env, cwd, signal }: GitRunOptions = {}) =>
    spawn(program, full(args), { env: environment(env), cwd, signal, windowsHide: true, detached })
  const attempt: Git['try'] = (args, { input, ...options } = {}) =>
    new Promise((resolve, reject) => {
      const child = start(args, options)
      const said = { stdout: '', stderr: '' }
      for (const name of ['stdout', 'stderr'] as const)
        child[name].setEncoding('utf8').on('data', (text: string) => {
          said[name] += text
        })
      child.on('error', (error) => reject(options.signal?.aborted ? options.signal.reason : cannotRun(program, error)))
      child.on('close', (code, killedBy) => {
        if (code === null) reject(cannotRun(program, new Error(`ended by ${killedBy}`)))
        else resolve({ code, ...said })
      })
      // Git may end before it has read everything (EPIPE); its exit code says what happened.
      child.stdin.on('error', () => undefined)
      child.stdin.end(input ?? '')
    })
  return {
    try: attempt,
    async run(args, runOptions) {
      const outcome = await attempt(args, runOptions)
      if (outcome.code !== 0) throw gitFailed(args, outcome)
      return outcome.stdout
    },
    start: (args, cwd) => start(args, cwd === undefined ? {} : { cwd }),
  }
}

/** @throws GIT_FAILED when git is missing or older than 2.36, the first with `core.fsync`. */
export async function checkGitVersion(git: Git): Promise<void> {
  const said = await git.run(['version'])
  const [, major, minor] = /(\d+)\.(\d+)/.exec(said) ?? []
  if (Number(major) > 2 || (Number(major) === 2 && Number(minor) >= 36)) return
  throw new NetlatchError('GIT_FAILED', `git: found ${said.trim()}. Netlatch needs 2.36 or later.`, {
    advice: 'install git 2.36 or later',
  })
}

/** What git had to say, in one line, without its own prefix, terminal sequences, and logins in URLs. */
export function gitFailed(args: readonly string[], outcome: GitOutcome): NetlatchError {
  const lines = outcome.stderr
    .replace(/[^\P{Cc}\n]/gu, '')
    .trim()
    .split('\n')
  const told = lines.filter((line) => /^remote: ./.test(line)).map((line) => line.trim())
  const said = lines.find((line) => /^(?:fatal|error): /.test(line)) ?? lines.at(-1) ?? ''
  const what = [said.replace(/^(?:fatal|error): /, '') || `exit ${outcome.code}`, ...told].join('; ')
  const command = args.find((arg) => /^[a-z]+(?:-[a-z]+)*$/.test(arg))
  return new NetlatchError('GIT_FAILED', `git ${command}: ${what.replace(/:\/\/[^/@\s]+@/g, '://…@')}`, {
    details: { exitCode: outcome.code },
  })
}

function cannotRun(program: string, error: Error & { readonly code?: unknown }): NetlatchError {
  const reason = error.code === 'ENOENT' ? 'not found' : String(error.code ?? error.message)
  return new NetlatchError('GIT_FAILED', `${program}: ${reason}. The archive of backups needs git 2.36 or later.`, {
    advice: 'install git 2.36 or later, and have it on the PATH',
  })
}

function cleanEnvironment(): Record<string, string> {
  const kept = Object.entries(process.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && inherited.has(entry[0].toUpperCase()),
  )
  return Object.fromEntries(kept)
}
