import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto'
import ssh2 from 'ssh2'
import type { HostKeyType } from './description.ts'

export interface SimulatedHostKey {
  /** `ssh-ed25519`, `ssh-rsa`, `ecdsa-sha2-nistp256`. */
  readonly type: string
  /** The public blob, base64. */
  readonly key: string
  /** `SHA256:…`. */
  readonly fingerprint: string
  /** For ssh2's server. */
  readonly privateKey: string
}

/** ssh2's own generator sometimes makes ed25519 keys that nobody can parse, and ssh-keygen takes 10 ms a key. */
export function generateHostKey(type: HostKeyType): SimulatedHostKey {
  const privateKey = generators[type]()
  const parsed = ssh2.utils.parseKey(privateKey)
  if (parsed instanceof Error) throw parsed
  const blob = parsed.getPublicSSH()
  return {
    type: parsed.type,
    key: blob.toString('base64'),
    fingerprint: `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`,
    privateKey,
  }
}

const generators: Record<HostKeyType, () => string> = {
  ed25519: generateEd25519,
  rsa: () =>
    generateKeyPairSync('rsa', {
      modulusLength: 2048,
      publicKeyEncoding: { type: 'pkcs1', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
    }).privateKey.trim(),
  ecdsa: () =>
    generateKeyPairSync('ec', {
      namedCurve: 'P-256',
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'sec1', format: 'pem' },
    }).privateKey.trim(),
}

/** OpenSSH's own format (PROTOCOL.key): the only one in which ssh2 reads ed25519 keys. */
function generateEd25519(): string {
  const jwk = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' })
  const secret = Buffer.from(jwk.d ?? '', 'base64url')
  const point = Buffer.from(jwk.x ?? '', 'base64url')
  const type = Buffer.from('ssh-ed25519')
  const check = randomBytes(4)
  const records = Buffer.concat([
    check,
    check,
    lengthPrefixed(type),
    lengthPrefixed(point),
    lengthPrefixed(Buffer.concat([secret, point])),
    lengthPrefixed(Buffer.from('simulated')),
  ])
  const padding = Buffer.from(Array.from({ length: -records.length & 7 }, (_, index) => index + 1))
  const none = lengthPrefixed(Buffer.from('none'))
  const body = Buffer.concat([
    Buffer.from('openssh-key-v1\0'),
    none,
    none,
    lengthPrefixed(Buffer.alloc(0)),
    Buffer.from([0, 0, 0, 1]),
    lengthPrefixed(Buffer.concat([lengthPrefixed(type), lengthPrefixed(point)])),
    lengthPrefixed(Buffer.concat([records, padding])),
  ])
  const lines = body.toString('base64').match(/.{1,70}/g) ?? []
  return ['-----BEGIN OPENSSH PRIVATE KEY-----', ...lines, '-----END OPENSSH PRIVATE KEY-----'].join('\n')
}

function lengthPrefixed(bytes: Buffer): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(bytes.length)
  return Buffer.concat([length, bytes])
}
