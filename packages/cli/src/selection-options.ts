import { NetlatchError } from '@netlatch/core'
import { type Command, InvalidArgumentError } from 'commander'

export interface SelectionOptions {
  readonly site?: string
  readonly platform?: string
  readonly role?: string
  readonly limit?: number
}

export interface ConnectionOptions {
  readonly concurrency?: number
  readonly timeout?: number
  readonly credentials?: readonly string[]
}

/** Flags that narrow a selection; the same everywhere. */
export function withSelection(command: Command): Command {
  return command
    .argument('[selection...]', 'devices: a name, group or tag, site:fra, all … (netlatch help)')
    .option('-s, --site <site>', 'only this site')
    .option('-p, --platform <platform>', 'only this platform')
    .option('-r, --role <role>', 'only this role')
    .option('-n, --limit <number>', 'at most so many devices, taken evenly over sites', wholeNumber('--limit', command))
}

/** Flags of everything that connects. */
export function withConnections(command: Command): Command {
  return withTimeout(command)
    .option('-w, --concurrency <number>', 'sessions at once (64)', wholeNumber('--concurrency', command))
    .option('-c, --credentials <a,b>', 'only these, still in the resolved order', (text) =>
      text.split(',').filter(Boolean),
    )
}

export function withTimeout(command: Command): Command {
  return command.option(
    '-t, --timeout <seconds>',
    'from connecting to the prompt (60)',
    wholeNumber('--timeout', command),
  )
}

/** Reads the value of a flag that counts something. */
export function countOf(flag: string): (text: string) => number {
  return (text) => {
    const number = Number(text)
    if (Number.isSafeInteger(number) && number > 0) return number
    throw new InvalidArgumentError(`${flag} takes a whole number above 0.`)
  }
}

function wholeNumber(flag: string, command: Command): (text: string) => number {
  if (flag !== '--limit') return countOf(flag)
  return (text) => {
    const number = Number(text)
    if (Number.isSafeInteger(number) && number > 0) return number
    const path = command.parent?.name() === 'netlatch' ? command.name() : `${command.parent?.name()} ${command.name()}`
    throw new NetlatchError('USAGE', `--limit takes a number. To choose devices: netlatch ${path} ${text}`)
  }
}
