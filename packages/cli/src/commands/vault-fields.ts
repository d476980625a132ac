import { readFile } from 'node:fs/promises'
import {
  type CredentialChanges,
  type CredentialFields,
  type CredentialSource,
  type LoginSecret,
  NetlatchError,
  Secret,
} from '@netlatch/core'
import { type Command, InvalidArgumentError } from 'commander'
import { readNewSecret, type SecretOptions } from '../secret-input.ts'
import type { Terminal } from '../terminal.ts'

export interface FieldOptions {
  readonly username?: string
  readonly realm?: string
  readonly priority?: number
  readonly tags?: readonly string[]
  readonly match?: string
  readonly hosts?: readonly string[]
  readonly ports?: readonly number[]
  readonly fallback?: boolean
}

export interface SourceOptions extends SecretOptions {
  readonly reference?: string
  readonly privateKey?: string
}

export interface SetOptions extends FieldOptions, SourceOptions {
  readonly password?: boolean
  readonly enable?: boolean
}

export const listOf = (text: string): readonly string[] =>
  text
    .split(',')
    .map((each) => each.trim())
    .filter(Boolean)

const numbersOf = (text: string): readonly number[] =>
  listOf(text).map((each) => {
    if (!/^\d+$/.test(each)) throw new InvalidArgumentError('numbers are needed.')
    return Number(each)
  })

const numberOf = (text: string): number => {
  const [number, more] = numbersOf(text)
  if (number === undefined || more !== undefined) throw new InvalidArgumentError('one number is needed.')
  return number
}

export function withFields(command: Command): Command {
  return command
    .option('--username <name>', 'the login name')
    .option('--realm <realm>', 'who counts its failed logins: a name of realms:, or on-device')
    .option('--priority <number>', '1–1000, lower is tried first (100)', numberOf)
    .option('--tags <a,b>', 'devices that share a tag', listOf)
    .option('--match <selection>', 'devices of a selection')
    .option('--hosts <a,b>', 'where it may be sent: networks, name patterns, or any', listOf)
    .option('--ports <a,b>', 'and to which ports', numbersOf)
    .option('--fallback', 'break-glass: tried only when somebody asks for it')
    .option('--reference <ref>', 'env:NAME, file:… or another place that keeps the secret, instead of sealing it')
    .option('--private-key <file>', 'log in with this private key')
}

/** What was given; an empty text stands for nothing. */
export function fieldsOf(options: FieldOptions): Partial<CredentialFields> {
  const { username, realm, priority, tags, match, hosts, ports, fallback } = options
  const given = Object.entries({ username, realm, priority, tags, match, hosts, ports, fallback })
  return Object.fromEntries(given.filter(([, value]) => value !== undefined && !isEmpty(value)))
}

/** The same for a credential that is there: an empty text takes the value away. */
function editsOf(options: FieldOptions): CredentialChanges {
  const { realm, match, ports, tags } = options
  const emptied = Object.entries({ realm, match, ports, tags }).filter(([, value]) => isEmpty(value))
  const removed = [...emptied.map(([key]) => key), ...(options.fallback === false ? ['fallback'] : [])]
  return { ...fieldsOf(options), ...Object.fromEntries(removed.map((key) => [key, null])) }
}

function isEmpty(value: unknown): boolean {
  return value === '' || (Array.isArray(value) && value.length === 0)
}

export async function sourceOf(
  terminal: Terminal,
  options: SourceOptions,
  question: string,
): Promise<CredentialSource> {
  if (options.reference !== undefined) return { reference: options.reference }
  if (options.privateKey !== undefined) return { secret: await readPrivateKey(options.privateKey) }
  return { secret: { password: await readNewSecret(terminal, options, question) } }
}

async function readPrivateKey(path: string): Promise<LoginSecret> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new NetlatchError('FILE_UNREADABLE', `${path}: cannot be read.`, {
      cause,
      advice: 'Name the file of a private key: --private-key ~/.ssh/id_ed25519',
    })
  })
  if (/^-----BEGIN [A-Z ]*PRIVATE KEY-----\r?$|^PuTTY-User-Key-File-/m.test(text))
    return { privateKey: new Secret(text) }
  const isPublic = /^(?:ssh-|ecdsa-|sk-)\S+ AAAA|^---- BEGIN SSH2 PUBLIC KEY/m.test(text)
  throw new NetlatchError(
    'USAGE',
    `${path}: ${isPublic ? 'is the public key' : 'holds no private key'}. Nothing was written.`,
    {
      advice: isPublic
        ? 'Name the private one, mostly the same without .pub.'
        : 'It begins with -----BEGIN … PRIVATE KEY-----.',
    },
  )
}

/** `askForPassword`: whether a command without any change means a new password. */
export async function changesOf(
  terminal: Terminal,
  options: SetOptions,
  name: string,
  askForPassword: boolean,
): Promise<CredentialChanges> {
  const fields = editsOf(options)
  if (options.reference !== undefined) return { ...fields, reference: options.reference }
  if (options.privateKey !== undefined) return { ...fields, secret: await readPrivateKey(options.privateKey) }
  if (options.enable)
    return { ...fields, secret: { enable: await readNewSecret(terminal, options, `Enable secret of ${name}`) } }
  const isOnlySecret = Object.keys(fields).length === 0 && askForPassword
  if (options.password || isOnlySecret || options.secretFd !== undefined || options.secretEnv !== undefined)
    return { ...fields, secret: { password: await readNewSecret(terminal, options, `New password of ${name}`) } }
  return fields
}
