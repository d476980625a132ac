import type { VaultDocument, VaultRecipient, VaultRecord } from './vault-schema.ts'

const heading = `# Credentials whose secrets are sealed: safe to commit. Change it with netlatch vault;
# what is changed by hand no longer fits its seal and is not used.
`

/** The text of a new vault. */
export function vaultText(document: VaultDocument): string {
  const records = Object.entries(document.credentials).map(([name, record]) => recordText(name, record))
  return [
    heading,
    `netlatch_vault: ${document.netlatch_vault}\n`,
    `id: ${scalarText(document.id)}\n`,
    `epoch: ${document.epoch}\n`,
    'recipients:\n',
    ...document.recipients.map(recipientText),
    ...(document.default === undefined ? [] : [`default: ${scalarText(document.default)}\n`]),
    `redaction_key: ${document.redaction_key}\n`,
    ...(document.succession === undefined ? [] : [`succession: ${document.succession}\n`]),
    records.length === 0 ? 'credentials: {}\n' : `credentials:\n${records.join('')}`,
    `mac: ${document.mac}\n`,
  ].join('')
}

/** Two spaces in, as an item of `recipients:`. The wrap is a block of its own, so that `age -d` can be fed by hand. */
export function recipientText(recipient: VaultRecipient): string {
  const { name, wrap } = recipient
  const kind = 'age' in recipient ? `age: ${recipient.age}` : `scrypt: ${recipient.scrypt}`
  const lines = wrap.trimEnd().split('\n')
  return [
    `  - name: ${scalarText(name)}`,
    `    ${kind}`,
    '    wrap: |',
    ...lines.map((line) => `      ${line}`),
    '',
  ].join('\n')
}

/** Two spaces in, as an entry of `credentials:`. */
export function recordText(name: string, record: VaultRecord): string {
  const entries = Object.entries(record).filter(([, value]) => value !== undefined)
  return [`  ${scalarText(name)}:`, ...entries.map(([key, value]) => `    ${key}: ${valueText(value)}`), ''].join('\n')
}

/** A value on one line. */
export function valueText(value: string | number | boolean | readonly (string | number)[]): string {
  return Array.isArray(value) ? `[${value.map(scalarText).join(', ')}]` : scalarText(value as string | number | boolean)
}

// Letters first, and nothing that YAML 1.1 readers would take for a truth value.
const plain = /^(?!(?:y|n|yes|no|on|off|true|false|null)$)[A-Za-z][A-Za-z0-9_./+=-]*(?::[A-Za-z0-9_./+=-]+)*$/i

const network = /^\d{1,3}(?:\.\d{1,3}){3}(?:\/\d{1,2})?$/

function scalarText(value: string | number | boolean): string {
  const isPlain = typeof value !== 'string' || plain.test(value) || network.test(value)
  return isPlain ? String(value) : JSON.stringify(value)
}
