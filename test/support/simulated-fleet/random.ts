import { createHmac } from 'node:crypto'

/** Numbers that follow from a text: the same device looks the same in every run. Not for secrets. */
export class SeededRandom {
  #state: number

  constructor(seed: string) {
    this.#state = createHmac('sha256', 'simulated fleet').update(seed).digest().readUInt32LE()
  }

  /** 0 ≤ n < limit. (mulberry32) */
  integer(limit: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit)
  }

  pick<T>(values: readonly T[]): T {
    const value = values[this.integer(values.length)]
    if (value === undefined) throw new RangeError('nothing to pick from')
    return value
  }
}

/** Secrets of one configuration: new with every fleet, the same in every capture of it. */
export class PlantedSecrets {
  readonly #key: Buffer
  readonly #device: string
  readonly #made = new Map<string, string>()

  constructor(key: Buffer, device: string) {
    this.#key = key
    this.#device = device
  }

  /** Letters and digits, as in a community or a key. */
  plain(label: string, length = 14): string {
    return this.#make(label, 'base64url', (text) => text.replace(/[-_]/g, 'x').slice(0, length))
  }

  /** As IOS type 7 shows it. */
  type7(label: string): string {
    return this.#make(label, 'hex', (text) => `0${text.slice(0, 15)}`.toUpperCase().replace(/^0[A-F]/, '08'))
  }

  /** As IOS type 9, scrypt. */
  type9(label: string): string {
    return this.#crypt(label, '$9$', 14, 43)
  }

  /** As EOS and Junos: SHA-512 crypt. */
  sha512(label: string): string {
    return this.#crypt(label, '$6$', 16, 86)
  }

  /** As Junos obscures what it must know again. */
  junos9(label: string): string {
    return this.#make(label, 'base64url', (text) => `$9$${text.replace(/[-_]/g, '.').slice(0, 22)}`)
  }

  all(): string[] {
    return [...this.#made.values()]
  }

  #crypt(label: string, scheme: string, salt: number, length: number): string {
    return this.#make(label, 'base64url', (text) => {
      const characters = text.replace(/[-_]/g, '.')
      return `${scheme}${characters.slice(0, salt)}$${characters.slice(salt, salt + length).padEnd(length, 'x')}`
    })
  }

  #make(label: string, encoding: 'hex' | 'base64url', shape: (text: string) => string): string {
    const known = this.#made.get(label)
    if (known !== undefined) return known
    const digest = (part: string) => createHmac('sha512', this.#key).update(`${this.#device}\0${label}\0${part}`)
    const secret = shape(digest('1').digest(encoding) + digest('2').digest(encoding))
    this.#made.set(label, secret)
    return secret
  }
}
