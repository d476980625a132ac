import { randomBytes } from 'node:crypto'

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/**
 * Makes ULIDs: 26 characters that sort by time, 80 of their bits random. Those of one source and one millisecond sort in the
 * order they were made.
 */
export class IdSource {
  #time = -1
  #random = 0n

  next(now: number): string {
    // A clock that stands still, or another program's that is ahead, only changes which millisecond is counted on.
    this.#random = now === this.#time ? this.#random + 1n : BigInt(`0x${randomBytes(10).toString('hex')}`) >> 1n
    this.#time = now
    return base32(BigInt(now), 10) + base32(this.#random, 16)
  }
}

function base32(value: bigint, length: number): string {
  let text = ''
  for (let rest = value; text.length < length; rest /= 32n) text = alphabet.charAt(Number(rest % 32n)) + text
  return text
}
