import { canonicalJson } from './canonical-json.ts'
import type { DataKey } from './data-key.ts'
import { type SealedSecret, sealedSecretSchema, type VaultRecord } from './vault-schema.ts'

/** A record without what is sealed: everything a person may read, all of it authenticated. */
export type PublicPart = Omit<VaultRecord, 'secret' | 'seal'>

/** What a record holds once it is opened. */
export type RecordContent =
  | { readonly kind: 'secret'; readonly secret: SealedSecret }
  | { readonly kind: 'reference'; readonly reference: string }

/** The record with its content sealed to its name, its public part, the vault and the epoch. */
export function sealRecord(key: DataKey, name: string, part: PublicPart, content: RecordContent): VaultRecord {
  const purpose = `record/${name}`
  if (content.kind === 'reference') {
    const seal = key.seal(purpose, recordContext(key, name, part, content.reference), Buffer.alloc(0))
    return { ...part, secret: content.reference, seal }
  }
  const plaintext = padded(canonicalJson(content.secret))
  const secret = key.seal(purpose, recordContext(key, name, part), plaintext)
  plaintext.fill(0)
  return { ...part, secret }
}

/** Undefined when the record does not fit its seal: any part of it, or of the vault's id and epoch, is another one. */
export function openRecord(key: DataKey, name: string, record: VaultRecord): RecordContent | undefined {
  const { secret, seal, ...part } = record
  const purpose = `record/${name}`
  if (!secret.startsWith('nl1:')) {
    const proof = seal === undefined ? null : key.unseal(purpose, recordContext(key, name, part, secret), seal)
    return proof?.length === 0 ? { kind: 'reference', reference: secret } : undefined
  }
  const plaintext = seal === undefined ? key.unseal(purpose, recordContext(key, name, part), secret) : null
  if (!plaintext) return undefined
  const parsed = sealedSecretSchema.safeParse(parseJson(plaintext))
  plaintext.fill(0)
  return parsed.success ? { kind: 'secret', secret: parsed.data } : undefined
}

export function publicPart({ secret: _secret, seal: _seal, ...part }: VaultRecord): PublicPart {
  return part
}

/** Seals a value of the header, as the redaction key. */
export function sealHeader(key: DataKey, field: string, plaintext: Buffer): string {
  return key.seal(`header/${field}`, headerContext(key, field), plaintext)
}

export function openHeader(key: DataKey, field: string, text: string): Buffer | null {
  return key.unseal(`header/${field}`, headerContext(key, field), text)
}

function recordContext(key: DataKey, name: string, part: PublicPart, reference?: string): string {
  const vault = { netlatch_vault: 1, id: key.vaultId, epoch: key.epoch }
  return canonicalJson({ ...vault, name, record: part, ...(reference !== undefined && { reference }) })
}

function headerContext(key: DataKey, field: string): string {
  return canonicalJson({ netlatch_vault: 1, id: key.vaultId, epoch: key.epoch, field })
}

/** Spaces up to the next 64 bytes, which JSON ignores: the ciphertext does not tell how long a password is. */
function padded(json: string): Buffer {
  const bytes = Buffer.from(json)
  return Buffer.concat([bytes, Buffer.alloc((64 - (bytes.length % 64)) % 64, ' ')])
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch {
    // The parser's message quotes the text, which is a secret.
    return undefined
  }
}
