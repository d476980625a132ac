import type { AlgorithmOffer } from './algorithm-profiles.ts'

const messageKexInit = 20
/** No offer seen is near this size: a larger first packet is not read here. */
const maximumPacket = 35_000

/**
 * Reads the server's SSH_MSG_KEXINIT (RFC 4253 §7.1) off its first bytes, from its identification line on, while they are
 * still in the clear. ssh2 says only which list failed first; a person wants to know all of what the device offers.
 */
export class KeyExchangeOfferReader {
  #bytes: Buffer = Buffer.alloc(0)
  #identified = false
  #done = false
  #offer: AlgorithmOffer | undefined

  /** Undefined until the packet is complete, and for good when it is not one. */
  get offer(): AlgorithmOffer | undefined {
    return this.#offer
  }

  /** True when no further bytes are wanted. */
  push(chunk: Buffer): boolean {
    if (this.#done) return true
    this.#bytes = this.#bytes.length === 0 ? chunk : Buffer.concat([this.#bytes, chunk])
    if (!this.#identified) {
      const lineEnd = this.#bytes.indexOf(0x0a)
      if (lineEnd === -1) return this.#bytes.length > maximumPacket ? this.#finish(undefined) : false
      this.#identified = true
      this.#bytes = this.#bytes.subarray(lineEnd + 1)
    }
    while (this.#bytes.length >= 6) {
      const length = this.#bytes.readUInt32BE(0)
      if (length < 2 || length > maximumPacket) return this.#finish(undefined)
      if (this.#bytes.length < 4 + length) return false
      const padding = this.#bytes.readUInt8(4)
      const payload = this.#bytes.subarray(5, 4 + length - padding)
      if (payload[0] === messageKexInit) return this.#finish(readOffer(payload))
      this.#bytes = this.#bytes.subarray(4 + length)
    }
    return false
  }

  #finish(offer: AlgorithmOffer | undefined): true {
    this.#offer = offer
    this.#bytes = Buffer.alloc(0)
    this.#done = true
    return true
  }
}

function readOffer(payload: Buffer): AlgorithmOffer | undefined {
  const lists: string[][] = []
  let at = 17 // message number and cookie
  for (let index = 0; index < 6; index++) {
    if (at + 4 > payload.length) return undefined
    const length = payload.readUInt32BE(at)
    if (at + 4 + length > payload.length) return undefined
    const text = payload.toString('latin1', at + 4, at + 4 + length)
    lists.push(text === '' ? [] : text.split(','))
    at += 4 + length
  }
  const [keyExchange = [], hostKey = [], cipherOut = [], cipherIn = [], macOut = [], macIn = []] = lists
  return {
    // Markers, not algorithms: extension negotiation and strict key exchange.
    keyExchange: keyExchange.filter((name) => !/^(ext-info-|kex-strict-)/.test(name)),
    hostKey,
    cipher: cipherOut.filter((name) => cipherIn.includes(name)),
    mac: macOut.filter((name) => macIn.includes(name)),
  }
}
