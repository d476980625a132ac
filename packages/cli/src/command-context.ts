import { type Netlatch, type OpenOptions, openNetlatch } from '@netlatch/core'
import type { Command } from 'commander'
import { askSecret } from './ask.ts'
import { openDeviceNames } from './device-names.ts'
import { type Interrupts, watchInterrupts } from './interrupts.ts'
import { problemCount } from './problem-lines.ts'
import { openTerminal, type Terminal } from './terminal.ts'

/** Flags that every command understands. */
export interface GlobalOptions {
  readonly workspace?: string
  readonly json?: boolean
  readonly quiet?: boolean
  readonly verbose?: boolean
  readonly yes?: boolean
  readonly color: boolean
  readonly passphrase?: boolean
}

/** What a command works with. */
export interface CommandContext {
  readonly terminal: Terminal
  readonly globals: GlobalOptions
  /** Words after `--` on the command line. */
  readonly tail: readonly string[]
  readonly interrupts: Interrupts
  /** Opens the workspace; throws INPUT_INVALID when its files have errors, unless they are asked for. */
  open(options?: Pick<OpenOptions, 'allowProblems'>): Promise<Netlatch>
}

/** What a command's action gives back: the exit code. */
export type Action<Options> = (context: CommandContext, options: Options, args: readonly string[]) => Promise<number>

/** Joins an action to a command: builds its context and keeps the exit code. */
export type Register = <Options>(command: Command, action: Action<Options>) => Command

export function registerWith(tail: readonly string[], done: (exitCode: number) => void): Register {
  return <Options>(command: Command, action: Action<Options>) =>
    command.showHelpAfterError(`  ${pathOf(command)} --help`).action(async () => {
      const globals = command.optsWithGlobals() as GlobalOptions
      const terminal = openTerminal({
        json: globals.json === true,
        quiet: globals.quiet === true,
        color: globals.color !== false,
      })
      using interrupts = watchInterrupts(terminal)
      const open: CommandContext['open'] = async (options = {}) => {
        const netlatch = await openNetlatch({
          cwd: process.cwd(),
          env: process.env,
          program: 'cli',
          readNames: openDeviceNames(),
          onNote: (note) => terminal.note(note),
          ...(globals.workspace !== undefined && { workspace: globals.workspace }),
          ...(globals.passphrase && { askPassphrase: () => askSecret(terminal, 'Passphrase of the vault') }),
          ...options,
        })
        const errors = netlatch.problems.filter(({ severity }) => severity === 'error')
        // `inventory check` shows them itself.
        if (errors.length > 0 && command.name() !== 'check')
          terminal.note(`${problemCount(errors)}: netlatch inventory check`)
        return netlatch
      }
      const context: CommandContext = { terminal, globals, tail, interrupts, open }
      done(await action(context, command.opts() as Options, command.args))
    })
}

/** `netlatch vault add`. */
function pathOf(command: Command): string {
  return command.parent ? `${pathOf(command.parent)} ${command.name()}` : command.name()
}
