import { listNames } from '@netlatch/core'
import { Argument, type Command } from 'commander'
import type { Action, Register } from '../command-context.ts'
import { bashCompletion } from '../completion/bash-completion.ts'
import { completionTree } from '../completion/completion-tree.ts'
import { fishCompletion } from '../completion/fish-completion.ts'
import { type NameKind, nameKinds } from '../completion/name-kinds.ts'
import { zshCompletion } from '../completion/zsh-completion.ts'

const shells = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion } as const

export function registerCompletion(program: Command, register: Register): void {
  const print: Action<object> = async ({ terminal }, _options, [shell]) => {
    terminal.write(shells[shell as keyof typeof shells](completionTree(program)))
    return 0
  }
  register(
    program
      .command('completion')
      .description('completion of commands, flags and names for a shell:  source <(netlatch completion bash)')
      .addArgument(new Argument('<shell>').choices(Object.keys(shells))),
    print,
  )
  register(
    program.command('complete-names', { hidden: true }).addArgument(new Argument('<kind>').choices(nameKinds)),
    printNames,
  )
}

/** What a shell asks for between two keys: names one a line, and whatever is wrong with the files, silence. */
const printNames: Action<object> = async ({ terminal, globals }, _options, [kind]) => {
  const workspace = globals.workspace === undefined ? {} : { workspace: globals.workspace }
  const names = await listNames(kind as NameKind, { cwd: process.cwd(), env: process.env, ...workspace }).catch(
    () => [],
  )
  const plain = names.filter((name) => /^[\p{L}\p{N}_][\p{L}\p{N}_.:/+-]*$/u.test(name))
  if (plain.length > 0) terminal.write(`${plain.join('\n')}\n`)
  return 0
}
