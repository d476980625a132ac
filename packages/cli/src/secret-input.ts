import { createReadStream } from 'node:fs'
import { text as readAll } from 'node:stream/consumers'
import { NetlatchError, Secret } from '@netlatch/core'
import { type Command, InvalidArgumentError } from 'commander'
import { askSecret } from './ask.ts'
import type { Terminal } from './terminal.ts'

/** Where a secret comes from when nobody is asked. Never an argument: those are seen by every user of the machine. */
export interface SecretOptions {
  readonly secretFd?: number
  readonly secretEnv?: string
}

export function withSecretInput(command: Command): Command {
  return command
    .option('--secret-fd <number>', 'read the secret from this file descriptor (0: standard input)', (text) => {
      if (!/^\d+$/.test(text)) throw new InvalidArgumentError('a number is needed.')
      return Number(text)
    })
    .option('--secret-env <name>', 'read the secret from this environment variable')
}

/** Reads a secret from a descriptor or variable, else asks for it without echo. One line feed at the end is dropped. */
export async function readSecret(terminal: Terminal, options: SecretOptions, question: string): Promise<Secret> {
  if (options.secretFd !== undefined) return readDescriptor(options.secretFd)
  if (options.secretEnv !== undefined) return readVariable(options.secretEnv)
  return notEmpty((await askSecret(terminal, question)).reveal(), 'Type it, or give it by --secret-env NAME.')
}

/** The same for a secret that is being set: who types it types it twice. */
export async function readNewSecret(terminal: Terminal, options: SecretOptions, question: string): Promise<Secret> {
  if (options.secretFd !== undefined || options.secretEnv !== undefined) return readSecret(terminal, options, question)
  const secret = notEmpty((await askSecret(terminal, question)).reveal(), 'Run the command again.')
  const again = await askSecret(terminal, 'The same again')
  if (again.reveal() === secret.reveal()) return secret
  throw new NetlatchError('USAGE', 'That was not the same twice. Nothing was written.', {
    advice: 'Run the command again.',
  })
}

async function readDescriptor(descriptor: number): Promise<Secret> {
  const text = await readAll(createReadStream('', { fd: descriptor, autoClose: false })).catch((cause: unknown) => {
    throw new NetlatchError('USAGE', `--secret-fd ${descriptor}: nothing can be read from it. Nothing was written.`, {
      cause,
      advice: `Open it for this command: netlatch … --secret-fd ${descriptor} ${descriptor}< <file>`,
    })
  })
  return notEmpty(text, `Nothing was on file descriptor ${descriptor}.`)
}

function readVariable(name: string): Secret {
  const text = process.env[name]
  if (text !== undefined) return notEmpty(text, `The variable ${name} holds nothing.`)
  throw new NetlatchError(
    'USAGE',
    `--secret-env ${name}: there is no such environment variable. Nothing was written.`,
    {
      advice: `Set and export ${name}, or leave --secret-env out to be asked.`,
    },
  )
}

function notEmpty(text: string, advice: string): Secret {
  const secret = text.replace(/\r?\n$/, '')
  if (secret !== '') return new Secret(secret)
  throw new NetlatchError('USAGE', 'The secret is empty. Nothing was written.', { advice })
}
