import { createHash, createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto'
import { canonicalJson } from './canonical-json.ts'
import { seal, unseal } from './seal.ts'

const keyBytes = 32

/**
 * The key of one epoch of one vault, which every recipient's wrap holds. Everything else is derived from it, one key for
 * each purpose: HKDF-SHA256(data key, salt = the vault's id, info = `netlatch/1/<purpose>`). The bytes are private, so that
 * no inspection prints them.
 */
export class DataKey {
  readonly vaultId: string
  readonly epoch: number
  readonly #bytes: Buffer

  private constructor(vaultId: string, epoch: number, bytes: Uint8Array) {
    this.vaultId = vaultId
    this.epoch = epoch
    this.#bytes = Buffer.from(bytes)
  }

  static create(vaultId: string, epoch: number): DataKey {
    return new DataKey(vaultId, epoch, randomBytes(keyBytes))
  }

  /** Reads what a wrap holds: `NLDEK1 <id> <epoch> ` and 32 bytes. Undefined when it is something else. */
  static fromWrapped(payload: Uint8Array): DataKey | undefined {
    const head = /^NLDEK1 ([0-9a-f]{24}) ([1-9]\d{0,8}) /.exec(Buffer.from(payload).toString('latin1'))
    if (!head?.[1] || payload.length !== head[0].length + keyBytes) return undefined
    return new DataKey(head[1], Number(head[2]), payload.subarray(head[0].length))
  }

  toWrap(): Buffer {
    return Buffer.concat([Buffer.from(`NLDEK1 ${this.vaultId} ${this.epoch} `), this.#bytes])
  }

  derive(purpose: string): Buffer {
    return Buffer.from(hkdfSync('sha256', this.#bytes, this.vaultId, `netlatch/1/${purpose}`, keyBytes))
  }

  seal(purpose: string, context: string, plaintext: Buffer): string {
    const key = this.derive(purpose)
    const text = seal(key, context, plaintext)
    key.fill(0)
    return text
  }

  unseal(purpose: string, context: string, text: string): Buffer | null {
    const key = this.derive(purpose)
    const plaintext = unseal(key, context, text)
    key.fill(0)
    return plaintext
  }

  /** `nl1m:<HMAC>` over the canonical document. */
  mac(documentWithoutMac: Readonly<Record<string, unknown>>): string {
    return `nl1m:${this.#hmac(documentWithoutMac)}`
  }

  /** Whether the document's `mac` is its own. The first vaults counted their edits in it: `nl1m:<edits>:<HMAC>`. */
  macHolds({ mac, ...document }: { readonly mac: string } & Readonly<Record<string, unknown>>): boolean {
    const edits = /^nl1m:(\d+):/.exec(mac)?.[1]
    if (edits === undefined) return sameText(mac, this.mac(document))
    return sameText(mac, `nl1m:${edits}:${this.#hmac({ document, edits: Number(edits) })}`)
  }

  #hmac(value: Readonly<Record<string, unknown>>): string {
    const key = this.derive('mac')
    const mac = createHmac('sha256', key).update(canonicalJson(value)).digest('base64')
    key.fill(0)
    return mac
  }

  /** Whose hash the fingerprint is; a rotation hands it on as its proof. Says nothing about the data key. */
  successionKey(): Buffer {
    return this.derive('succession')
  }

  /** `9c1f-…`: what people compare and states pin. 128 bits of the succession key's SHA-256. */
  get fingerprint(): string {
    return fingerprintOf(this.successionKey())
  }

  copy(): DataKey {
    return new DataKey(this.vaultId, this.epoch, this.#bytes)
  }

  close(): void {
    this.#bytes.fill(0)
  }
}

export function fingerprintOf(successionKey: Buffer): string {
  const hex = createHash('sha256').update(successionKey).digest('hex').slice(0, 32)
  return (hex.match(/.{4}/g) ?? []).join('-')
}

/** Compares texts that depend on a key in constant time. */
export function sameText(a: string, b: string): boolean {
  const left = Buffer.from(a)
  const right = Buffer.from(b)
  return left.length === right.length && timingSafeEqual(left, right)
}
