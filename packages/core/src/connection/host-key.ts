import { createHash } from 'node:crypto'
import type { HostKey } from './transport.ts'

/** Reads a public key blob (RFC 4253 §6.6), as servers send it and known_hosts keeps it. Undefined when it is none. */
export function readHostKeyBlob(blob: Buffer): HostKey | undefined {
  const type = readString(blob, 0)
  const name = type?.bytes.toString('latin1') ?? ''
  if (type === undefined || !/^[\x21-\x7e]{1,64}$/.test(name) || !isWhole(blob, type.next)) return undefined
  const bits = name === 'ssh-rsa' ? rsaBits(blob, type.next) : undefined
  return {
    type: name,
    key: blob.toString('base64'),
    fingerprint: fingerprintOf(blob),
    ...(bits !== undefined && { bits }),
  }
}

/** As `ssh-keygen -l` prints it: base64 without padding. */
function fingerprintOf(blob: Buffer): string {
  return `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`
}

const shortNames: Readonly<Record<string, string>> = {
  'ssh-ed25519': 'ED25519',
  'ssh-rsa': 'RSA',
  'ssh-dss': 'DSA',
}

/** `ED25519`, `RSA`, `ECDSA`: how people and `ssh-keygen -l` call a key type. */
export function keyTypeName(type: string): string {
  return shortNames[type] ?? (type.startsWith('ecdsa-') ? 'ECDSA' : type)
}

function rsaBits(blob: Buffer, at: number): number | undefined {
  const exponent = readString(blob, at)
  const modulus = exponent && readString(blob, exponent.next)
  if (!modulus) return undefined
  const first = modulus.bytes.findIndex((byte) => byte !== 0)
  if (first === -1) return undefined
  return (modulus.bytes.length - first) * 8 - Math.clz32(modulus.bytes[first] ?? 0) + 24
}

/** Every key type is a sequence of strings after its name; a key that was cut is another key. */
function isWhole(blob: Buffer, start: number): boolean {
  let at: number | undefined = start
  while (at !== undefined && at < blob.length) at = readString(blob, at)?.next
  return at === blob.length && start < blob.length
}

function readString(blob: Buffer, at: number): { readonly bytes: Buffer; readonly next: number } | undefined {
  if (at + 4 > blob.length) return undefined
  const next = at + 4 + blob.readUInt32BE(at)
  return next <= blob.length ? { bytes: blob.subarray(at + 4, next), next } : undefined
}
