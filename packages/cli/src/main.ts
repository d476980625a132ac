import { readFileSync } from 'node:fs'
import { Command } from 'commander'
import { type Register, registerWith } from './command-context.ts'
import { registerAudit } from './commands/audit.ts'
import { registerBackup } from './commands/backup.ts'
import { registerBackups } from './commands/backups.ts'
import { registerCompletion } from './commands/completion.ts'
import { registerConfigurations } from './commands/configurations.ts'
import { registerCreds } from './commands/creds.ts'
import { registerDoctor } from './commands/doctor.ts'
import { registerInit } from './commands/init.ts'
import { registerInventory } from './commands/inventory.ts'
import { registerJobs } from './commands/jobs.ts'
import { registerPlatforms } from './commands/platforms.ts'
import { registerRun } from './commands/run.ts'
import { registerState } from './commands/state.ts'
import { registerTrust } from './commands/trust.ts'
import { registerVault } from './commands/vault.ts'
import { overviewOf, startHere } from './overview.ts'
import { reportError } from './report-error.ts'

const afterHelp = `
${startHere}

Selections
  core · fra-core-1,fra-core-2 · 'fra-acc-[40-45]' · site:fra and not lab · all · @failed

Exit codes
  0 all done · 1 something needs attention · 2 wrong usage · 3 bad input files
  4 vault locked or refused · 5 state unavailable · 130 stopped by Ctrl-C`

/**
 * Runs the command line and ends the process with its exit code. Node closes what is still open at its end without a time
 * limit; a command that is done shall not wait for that.
 */
export async function runProcess(argv: readonly string[]): Promise<never> {
  const exitCode = await main(argv)
  const written = (stream: NodeJS.WriteStream) => new Promise<void>((resolve) => stream.write('', () => resolve()))
  await Promise.all([written(process.stdout), written(process.stderr)])
  process.exit(exitCode)
}

/** Runs the command line and gives back the exit code; nothing is thrown. */
export async function main(argv: readonly string[]): Promise<number> {
  let unwritten: string | undefined
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', (error: Error & { readonly code?: string }) => {
      // `netlatch … | head`: whoever read has gone. What is in flight still ends well, unread.
      if (error.code !== 'EPIPE') unwritten ??= error.code ?? error.message
    })
  const exitCode = await runWords(argv)
  // Streams tell of their errors a turn later.
  await new Promise((resolve) => setImmediate(resolve))
  if (unwritten === undefined) return exitCode
  process.stderr.write(
    `Output cannot be written (${unwritten}). What was done stands. Send the output elsewhere, and run it again.\n`,
  )
  return 1
}

async function runWords(argv: readonly string[]): Promise<number> {
  const split = argv.indexOf('--')
  const words = split < 0 ? argv : argv.slice(0, split)
  const tail = split < 0 ? [] : argv.slice(split + 1)
  let exitCode = 0
  const register = registerWith(tail, (code) => {
    exitCode = code
  })
  const program = commandLine(register)
  if (argv.length === 0) {
    process.stdout.write(`${overviewOf(program)}\n`)
    return 0
  }
  try {
    await program.parseAsync([...words], { from: 'user' })
    return exitCode
  } catch (error) {
    return reportError(error, {
      json: words.includes('--json'),
      verbose: words.includes('-v') || words.includes('--verbose'),
    })
  }
}

const groups: Readonly<Record<string, readonly ((program: Command, register: Register) => void)[]>> = {
  'Inventory and secrets': [registerInit, registerInventory, registerVault, registerTrust, registerCreds],
  Devices: [
    registerRun,
    registerJobs,
    registerBackup,
    registerBackups,
    registerConfigurations,
    registerDoctor,
    registerPlatforms,
  ],
  Housekeeping: [registerAudit, registerState, registerCompletion],
}

/** The whole tree of commands, whatever `register` makes of their actions. */
export function commandLine(register: Register): Command {
  const program = buildProgram()
  for (const [heading, adds] of Object.entries(groups)) {
    program.commandsGroup(heading)
    for (const add of adds) add(program, register)
  }
  program.helpCommand('help [command]', 'the options of a command')
  pointToHelp(program, 'netlatch')
  return program
}

/** Where a word after a group of commands is none of them. */
function pointToHelp(command: Command, path: string): void {
  if (command.commands.length === 0) return
  command.showHelpAfterError(`  ${path} --help`)
  for (const inner of command.commands) pointToHelp(inner, `${path} ${inner.name()}`)
}

function buildProgram(): Command {
  return new Command('netlatch')
    .description('Finds out which credential opens which device, remembers it, and uses it.')
    .version(version(), '--version')
    .option('-C, --workspace <dir>', 'the workspace (else NETLATCH_WORKSPACE, else upwards from here)')
    .option('--json', 'documents on standard output, text for people on standard error')
    .option('-q, --quiet', 'only what needs attention')
    .option('-v, --verbose', 'phases, times and causes on standard error; never a secret')
    .option('-y, --yes', 'do not ask')
    .option('--passphrase', 'unlock the vault with a passphrase, asked for without echo')
    .option('--no-color', 'no colours (also NO_COLOR)')
    .addHelpText('after', afterHelp)
    .showSuggestionAfterError()
    .exitOverride()
}

function version(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}
