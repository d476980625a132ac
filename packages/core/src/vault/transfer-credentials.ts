import { NetlatchError } from '../errors.ts'
import type { Secret } from '../secret.ts'
import { decryptText, encryptText, isRecipient } from './age-wrap.ts'
import { canonicalJson } from './canonical-json.ts'
import { usage } from './create-vault.ts'
import { highestRev, requireRecord } from './edit-credentials.ts'
import type { OpenVault } from './open-vault.ts'
import { saveVault, unsigned } from './save-vault.ts'
import { type PublicPart, type RecordContent, sealRecord } from './vault-record.ts'
import { exportSchema, type VaultRecord } from './vault-schema.ts'

/** Credentials with their secrets as an armoured age file for these recipients (`age1…`); they are never written in plain. */
export async function exportCredentials(
  vault: OpenVault,
  names: readonly string[],
  recipients: readonly string[],
): Promise<string> {
  const wrong = recipients.find((recipient) => !isRecipient(recipient))
  if (recipients.length === 0 || wrong !== undefined)
    throw usage(wrong === undefined ? 'For whom?' : `${wrong} is no age recipient.`, 'Give recipients, as age1….')
  const credentials = names.map((name) => {
    const { part, content } = requireRecord(vault, name)
    return [
      name,
      { ...part, ...(content.kind === 'secret' ? { sealed: content.secret } : { reference: content.reference }) },
    ]
  })
  return encryptText(canonicalJson({ netlatch_export: 1, credentials: Object.fromEntries(credentials) }), recipients)
}

export interface ImportOptions {
  /** Credentials of that name that are there are replaced. @default false: they are left, and named in `skipped` */
  readonly replace?: boolean
  /** Called for each credential before anything is written; throws to refuse all. */
  readonly check?: (credential: { readonly name: string } & PublicPart) => void
}

export interface ImportedCredentials {
  readonly vault: OpenVault
  readonly added: readonly string[]
  readonly replaced: readonly string[]
  /** There already, and `replace` was not given. */
  readonly skipped: readonly string[]
}

/** Brings exported credentials into a vault and writes it once. Throws VAULT_LOCKED when no identity opens the export. */
export async function importCredentials(
  vault: OpenVault,
  exported: string,
  identities: readonly Secret[],
  options: ImportOptions = {},
): Promise<ImportedCredentials> {
  if (!exported.trimStart().startsWith('-----BEGIN AGE ENCRYPTED FILE-----'))
    throw noExport('This is no armoured age file.')
  const text = await decryptText(exported, identities)
  if (text === undefined)
    throw new NetlatchError('VAULT_LOCKED', 'No identity here opens this export.', {
      advice: 'Export it for this recipient: netlatch vault export --for age1…',
    })
  const parsed = exportSchema.safeParse(parseJson(text))
  if (!parsed.success) throw noExport('The age file holds no export of a vault.')
  const document = unsigned(vault)
  const entries = Object.entries(parsed.data.credentials)
  const isThere = (name: string) => Object.hasOwn(document.credentials, name)
  const taken = entries.filter(([name]) => options.replace || !isThere(name))
  for (const [name, { sealed: _, reference: __, ...part }] of taken) options.check?.({ ...part, name })
  const records: [string, VaultRecord][] = []
  for (const [name, { sealed, reference, ...part }] of taken) {
    const content: RecordContent =
      reference === undefined ? { kind: 'secret', secret: sealed ?? {} } : { kind: 'reference', reference }
    // A replaced secret is a change here, whatever its count was where it came from.
    const rev = 1 + (isThere(name) ? (document.credentials[name]?.rev ?? 1) : await highestRev(vault, name))
    records.push([name, sealRecord(vault.dataKey, name, { ...part, rev }, content)])
  }
  const names = taken.map(([name]) => name)
  const next = { ...document, credentials: { ...document.credentials, ...Object.fromEntries(records) } }
  return {
    vault: records.length === 0 ? vault : await saveVault(vault, next),
    added: names.filter((name) => !isThere(name)),
    replaced: names.filter(isThere),
    skipped: entries.map(([name]) => name).filter((name) => !names.includes(name)),
  }
}

function noExport(message: string): NetlatchError {
  return new NetlatchError('INPUT_INVALID', message, { advice: 'netlatch vault export makes one.' })
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // The parser's message quotes the text, which somebody encrypted.
    return undefined
  }
}
