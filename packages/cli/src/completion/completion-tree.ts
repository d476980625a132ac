import type { Argument, Command, Option } from 'commander'
import { nameKinds } from './name-kinds.ts'

/** What may stand in one place: names of the workspace, files, given words, or nothing that can be known. */
export type Values =
  | { readonly kind: 'names'; readonly of: string }
  | { readonly kind: 'words'; readonly words: readonly string[] }
  | { readonly kind: 'files' }
  | { readonly kind: 'anything' }

export interface CompletedOption {
  /** `-s`, `--site` */
  readonly flags: readonly string[]
  readonly description: string
  /** Absent: it takes none. */
  readonly values?: Values
}

/** One command as a shell completes it. */
export interface CompletedCommand {
  /** `` for netlatch itself, `creds discover`. */
  readonly path: string
  readonly commands: readonly { readonly name: string; readonly description: string }[]
  readonly options: readonly CompletedOption[]
  /** Of the arguments in their order; the last one may be repeated. */
  readonly arguments: readonly Values[]
}

/** All commands below a program, flat. What its help hides is left out. */
export function completionTree(program: Command): readonly CompletedCommand[] {
  const globals = program.options.map(completedOption)
  const walk = (command: Command, path: readonly string[]): readonly CompletedCommand[] => {
    const help = command.createHelp()
    const subcommands = help.visibleCommands(command).filter((each) => each.name() !== 'help')
    const own = command === program ? [] : command.options.map(completedOption)
    return [
      {
        path: path.join(' '),
        commands: subcommands.map((each) => ({ name: each.name(), description: each.description() })),
        options: [...own, ...globals],
        arguments: command.registeredArguments.map(argumentValues),
      },
      ...subcommands.flatMap((each) => walk(each, [...path, each.name()])),
    ]
  }
  return walk(program, [])
}

function completedOption(option: Option): CompletedOption {
  const flags = [option.short, option.long].filter((flag) => flag !== undefined)
  const takesValue = option.required || option.optional
  return { flags, description: option.description, ...(takesValue && { values: optionValues(option) }) }
}

function optionValues({ argChoices, flags, long }: Option): Values {
  if (argChoices) return { kind: 'words', words: argChoices }
  if (long === '--credential' || long === '--credentials') return { kind: 'names', of: 'credential' }
  return placeholderValues(/[<[]([^>\]]+)/.exec(flags)?.[1] ?? '')
}

function argumentValues(argument: Argument): Values {
  return argument.argChoices ? { kind: 'words', words: argument.argChoices } : placeholderValues(argument.name())
}

/** The word between the brackets of the help says what belongs there. */
function placeholderValues(placeholder: string): Values {
  if (['file', 'files', 'dir', 'folder'].includes(placeholder)) return { kind: 'files' }
  return nameKinds.some((kind) => kind === placeholder) ? { kind: 'names', of: placeholder } : { kind: 'anything' }
}
