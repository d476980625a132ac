import confirmPrompt from '@inquirer/confirm'
import inputPrompt from '@inquirer/input'
import passwordPrompt from '@inquirer/password'
import { NetlatchError, Secret } from '@netlatch/core'
import type { Terminal } from './terminal.ts'

/** Questions go to standard error, so that standard output stays clean for a pipe. */
const context = { output: process.stderr }

/** Asks once. Without a terminal: `--yes`, or exit 2. */
export async function confirm(
  terminal: Terminal,
  question: { readonly message: string; readonly yes: boolean; readonly otherwise: string },
): Promise<boolean> {
  if (question.yes) return true
  if (!terminal.isInteractive)
    throw new NetlatchError('NOT_CONFIRMED', `No terminal to confirm on. ${question.otherwise}`)
  return confirmPrompt({ message: question.message, default: false }, context)
}

/** `otherwise`: how to give it where nobody can be asked. */
export async function askText(
  terminal: Terminal,
  message: string,
  { initial, otherwise }: { readonly initial?: string; readonly otherwise: string },
): Promise<string> {
  mustBeInteractive(terminal, message, otherwise)
  return inputPrompt({ message, ...(initial !== undefined && { default: initial }) }, context)
}

/** Reads a secret without echo. */
export async function askSecret(terminal: Terminal, message: string): Promise<Secret> {
  mustBeInteractive(terminal, message, 'Give it by --secret-env NAME or --secret-fd 0.')
  return new Secret(await passwordPrompt({ message, mask: '•' }, context))
}

function mustBeInteractive(terminal: Terminal, message: string, advice: string): void {
  if (!terminal.isInteractive) throw new NetlatchError('NOT_CONFIRMED', `No terminal to ask on: ${message}`, { advice })
}
