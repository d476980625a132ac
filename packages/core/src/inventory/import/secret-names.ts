import type { Origin } from '../../model.ts'
import type { NoteBook } from './import-notes.ts'

const secretName =
  /(?:^|_)(?:pass(?:word|wd|phrase)?s?|pwd?|secrets?|communit(?:y|ies)|tokens?|api_?key|psk)(?:$|_(?:hash|enc|encrypted|value)$)|private_?key$|^enable$/

// Names of files and switches about secrets are none themselves.
const notSecret = /(?:file|path|store|method|lookup|prompt|_type|_name|_required|_enabled)$/

/** Whether a column, key or variable of this name holds a secret. Case, spaces and dashes do not matter. */
export function isSecretName(name: string): boolean {
  const folded = foldName(name)
  return secretName.test(folded) && !notSecret.test(folded)
}

/** `SSH Password`, `sshPassword` and `ssh-password` are one name. */
export function foldName(name: string): string {
  return name
    .trim()
    .replace(/([a-z\d])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replaceAll(/[\s.-]+/g, '_')
}

/** Whether there is a secret behind such a name: not an empty value, a switch or a placeholder for one. */
export function holdsSecret(value: unknown): boolean {
  if (typeof value === 'object') return value !== null
  return value !== undefined && typeof value !== 'boolean' && String(value).trim() !== ''
}

/** Says that a secret was found and left where it is, and which command brings it where it belongs. */
export function noteSecret(
  notes: NoteBook,
  found: {
    readonly variable: string
    readonly username: string | undefined
    readonly device: string
    readonly at: Origin
  },
): void {
  const { variable, username, device, at } = found
  const user = plainWord(username)
  const name = user ?? 'NAME'
  const advice = `Move it: netlatch vault add ${name}${user === undefined ? '' : ` --username ${user}`} --tags …`
  notes.add('secret', `${variable}${user === undefined ? '' : ` of ${user}`}`, device, at, advice)
}

/** Says which login names were seen: they belong to a credential. */
export function noteLogin(notes: NoteBook, username: unknown, device: string, at: Origin): void {
  const user = plainWord(username)
  if (user === undefined) return
  notes.add('login', `login as ${user}`, device, at, `netlatch vault add ${user} --username ${user} --tags …`)
}

/** What can stand in a command as it is. */
function plainWord(value: unknown): string | undefined {
  return typeof value === 'string' && /^[A-Za-z_][\w.@-]{0,63}$/.test(value) ? value : undefined
}
