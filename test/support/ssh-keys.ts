import { createHash, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto'

/** A key pair in the formats SSH wants. Made with node:crypto: ssh2's own generator sometimes makes keys nobody can read. */
export interface SshKeyPair {
  readonly type: 'ssh-ed25519' | 'ecdsa-sha2-nistp256' | 'ssh-rsa' | 'ssh-dss'
  /** OpenSSH's format for Ed25519, PEM for the others. */
  readonly privateKey: string
  /** The public key blob, base64. */
  readonly publicKey: string
  readonly fingerprint: string
}

export function ed25519KeyPair(): SshKeyPair {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const raw = rawPart(publicKey, 'x')
  const blob = Buffer.concat([string('ssh-ed25519'), string(raw)])
  const check = randomBytes(4)
  const secret = Buffer.concat([
    ...[check, check, blob],
    ...[string(Buffer.concat([rawPart(privateKey, 'd'), raw])), string('test')],
  ])
  const padding = Buffer.from(Array.from({ length: (8 - (secret.length % 8)) % 8 }, (_, index) => index + 1))
  const file = Buffer.concat([
    ...[Buffer.from('openssh-key-v1\0'), string('none'), string('none'), string(''), uint32(1)],
    ...[string(blob), string(Buffer.concat([secret, padding]))],
  ])
  const lines = file.toString('base64').match(/.{1,70}/g) ?? []
  const armoured = ['-----BEGIN OPENSSH PRIVATE KEY-----', ...lines, '-----END OPENSSH PRIVATE KEY-----', '']
  return pair('ssh-ed25519', armoured.join('\n'), blob)
}

export function ecdsaKeyPair(): SshKeyPair {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const point = Buffer.concat([Buffer.from([4]), rawPart(publicKey, 'x'), rawPart(publicKey, 'y')])
  const blob = Buffer.concat([string('ecdsa-sha2-nistp256'), string('nistp256'), string(point)])
  return pair('ecdsa-sha2-nistp256', privateKey.export({ type: 'sec1', format: 'pem' }).toString(), blob)
}

export function rsaKeyPair(bits = 2048, format: 'pkcs1' | 'pkcs8' = 'pkcs1'): SshKeyPair {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: bits })
  const blob = Buffer.concat([string('ssh-rsa'), mpint(rawPart(publicKey, 'e')), mpint(rawPart(publicKey, 'n'))])
  return pair('ssh-rsa', privateKey.export({ type: format, format: 'pem' }).toString(), blob)
}

/** The traditional PEM of a DSA key, as OpenSSH wrote it until version 7; the host key of a museum piece. */
export function dsaKeyPair(): SshKeyPair {
  const { publicKey, privateKey } = generateKeyPairSync('dsa', { modulusLength: 1024, divisorLength: 160 })
  const inner = derIntegers(publicKey.export({ type: 'spki', format: 'der' }))
  const [p, q, g, y] = inner as [Buffer, Buffer, Buffer, Buffer]
  const x = derIntegers(privateKey.export({ type: 'pkcs8', format: 'der' })).at(-1) as Buffer
  const body = Buffer.concat([Buffer.from([0]), p, q, g, y, x].map(derInteger))
  const der = Buffer.concat([Buffer.from([0x30, 0x82]), uint16(body.length), body])
  const lines = der.toString('base64').match(/.{1,64}/g) ?? []
  const pem = ['-----BEGIN DSA PRIVATE KEY-----', ...lines, '-----END DSA PRIVATE KEY-----', ''].join('\n')
  return pair('ssh-dss', pem, Buffer.concat([string('ssh-dss'), mpint(p), mpint(q), mpint(g), mpint(y)]))
}

function pair(type: SshKeyPair['type'], privateKey: string, blob: Buffer): SshKeyPair {
  const fingerprint = `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`
  return { type, privateKey, publicKey: blob.toString('base64'), fingerprint }
}

function rawPart(key: KeyObject, part: 'x' | 'y' | 'd' | 'e' | 'n'): Buffer {
  return Buffer.from(String(key.export({ format: 'jwk' })[part]), 'base64url')
}

function string(value: string | Buffer): Buffer {
  const bytes = Buffer.from(value as string)
  return Buffer.concat([uint32(bytes.length), bytes])
}

function mpint(bytes: Buffer): Buffer {
  const start = bytes.findIndex((byte) => byte !== 0)
  const trimmed = bytes.subarray(Math.max(start, 0))
  return string((trimmed[0] ?? 0) & 0x80 ? Buffer.concat([Buffer.from([0]), trimmed]) : trimmed)
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2)
  bytes.writeUInt16BE(value)
  return bytes
}

function derInteger(value: Buffer): Buffer {
  const start = value.findIndex((byte) => byte !== 0)
  const trimmed = start === -1 ? Buffer.from([0]) : value.subarray(start)
  const bytes = (trimmed[0] ?? 0) & 0x80 ? Buffer.concat([Buffer.from([0]), trimmed]) : trimmed
  if (bytes.length < 128) return Buffer.concat([Buffer.from([0x02, bytes.length]), bytes])
  return Buffer.concat([Buffer.from([0x02, 0x82]), uint16(bytes.length), bytes])
}

/** All INTEGERs of a DER structure, in order, through sequences, bit strings and octet strings. Enough for keys. */
function derIntegers(der: Buffer): Buffer[] {
  const found: Buffer[] = []
  let at = 0
  while (at + 2 <= der.length) {
    const tag = der[at] as number
    let length = der[at + 1] as number
    at += 2
    if (length & 0x80) {
      const count = length & 0x7f
      length = der.readUIntBE(at, count)
      at += count
    }
    const value = der.subarray(at, at + length)
    if (tag === 0x30 || tag === 0x04) found.push(...derIntegers(value))
    else if (tag === 0x03) found.push(...derIntegers(value.subarray(1)))
    else if (tag === 0x02) found.push(value)
    at += length
  }
  return found
}
