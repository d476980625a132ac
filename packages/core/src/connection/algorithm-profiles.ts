import type { AlgorithmProfile } from '../model.ts'

/** What one side of a key exchange offers, each list in its order of preference. */
export interface AlgorithmOffer {
  readonly keyExchange: readonly string[]
  /** Signature algorithms of host keys: `rsa-sha2-512` stands for a key of type `ssh-rsa`. */
  readonly hostKey: readonly string[]
  readonly cipher: readonly string[]
  readonly mac: readonly string[]
}

/** AES-GCM first: it is what OpenSSL does fastest, and it needs no MAC of its own. */
const modern: AlgorithmOffer = {
  keyExchange: [
    'curve25519-sha256',
    'curve25519-sha256@libssh.org',
    'ecdh-sha2-nistp256',
    'ecdh-sha2-nistp384',
    'ecdh-sha2-nistp521',
    'diffie-hellman-group16-sha512',
    'diffie-hellman-group14-sha256',
    'diffie-hellman-group18-sha512',
  ],
  hostKey: [
    'ssh-ed25519',
    'ecdsa-sha2-nistp256',
    'ecdsa-sha2-nistp384',
    'ecdsa-sha2-nistp521',
    'rsa-sha2-512',
    'rsa-sha2-256',
  ],
  cipher: [
    'aes128-gcm@openssh.com',
    'aes256-gcm@openssh.com',
    'aes128-ctr',
    'aes256-ctr',
    'aes192-ctr',
    'chacha20-poly1305@openssh.com',
  ],
  mac: ['hmac-sha2-256-etm@openssh.com', 'hmac-sha2-512-etm@openssh.com', 'hmac-sha2-256', 'hmac-sha2-512'],
}

const legacySha1: AlgorithmOffer = add(modern, {
  keyExchange: ['diffie-hellman-group14-sha1'],
  hostKey: ['ssh-rsa'],
  cipher: ['aes128-cbc', 'aes256-cbc', 'aes192-cbc'],
  mac: ['hmac-sha1-etm@openssh.com', 'hmac-sha1'],
})

// With the group exchange the server chooses the prime, and Node proves it prime before the first use: 0.2 s of CPU for 2,048
// bits, 1.4 s for 3,072, 3.4 s for 4,096, 27 s for 8,192, and nothing else runs meanwhile. ssh2 asks for up to 8,192 and takes no
// other limit: one device could stop the work on all others, and the logins in flight would run into their deadlines. So it is
// the last resort. What offers it beside group14-sha1, as IOS 15 does, needs legacy-sha1 only.
const museum: AlgorithmOffer = add(legacySha1, {
  keyExchange: [
    'diffie-hellman-group1-sha1',
    'diffie-hellman-group-exchange-sha256',
    'diffie-hellman-group-exchange-sha1',
  ],
  hostKey: ['ssh-dss'],
  cipher: ['3des-cbc'],
  mac: ['hmac-sha1-96', 'hmac-md5', 'hmac-md5-96'],
})

/** Each profile holds all of the one before it, after its own preferences: a device that learned better is spoken to better. */
export const profileOffers: Readonly<Record<AlgorithmProfile, AlgorithmOffer>> = {
  modern,
  'legacy-sha1': legacySha1,
  museum,
}

/** From the safest to the weakest. */
const profilesBySafety: readonly AlgorithmProfile[] = ['modern', 'legacy-sha1', 'museum']

/** One object for each profile and order, of which there are few: connections share what ssh2 makes of it. */
const orderedOffers = new Map<string, AlgorithmOffer>()

/**
 * The lists to offer. Host key types that known_hosts has come first, so that a server with several keys shows the one
 * that can be checked; the others stay, so that a server whose key was replaced is seen as changed.
 */
export function offerFor(profile: AlgorithmProfile, hostKeyTypes: readonly string[] = []): AlgorithmOffer {
  const offer = profileOffers[profile]
  const known = new Set(hostKeyTypes.flatMap(signaturesOf))
  const first = offer.hostKey.filter((name) => known.has(name))
  if (first.length === 0) return offer
  const name = `${profile} ${first.join(',')}`
  const ordered = orderedOffers.get(name) ?? {
    ...offer,
    hostKey: [...first, ...offer.hostKey.filter((each) => !known.has(each))],
  }
  orderedOffers.set(name, ordered)
  return ordered
}

function signaturesOf(keyType: string): readonly string[] {
  return keyType === 'ssh-rsa' ? ['rsa-sha2-512', 'rsa-sha2-256', 'ssh-rsa'] : [keyType]
}

export type AlgorithmKind = keyof AlgorithmOffer

/** What has nothing in common, in the order in which SSH negotiates. */
export function missingIn(ours: AlgorithmOffer, theirs: AlgorithmOffer): readonly AlgorithmKind[] {
  const agreed = ours.cipher.find((name) => theirs.cipher.includes(name))
  const kinds: readonly AlgorithmKind[] = ['keyExchange', 'hostKey', 'cipher', 'mac']
  return kinds.filter((kind) => {
    // An AEAD cipher authenticates by itself: the MAC lists are not looked at.
    if (kind === 'mac' && agreed !== undefined && isAead(agreed)) return false
    return !ours[kind].some((name) => theirs[kind].includes(name))
  })
}

/** The safest profile that has something in common with what a device offers; undefined when none has. */
export function neededProfile(theirs: AlgorithmOffer): AlgorithmProfile | undefined {
  return profilesBySafety.find((profile) => missingIn(profileOffers[profile], theirs).length === 0)
}

function isAead(cipher: string): boolean {
  return cipher.includes('gcm') || cipher.startsWith('chacha20')
}

function add(to: AlgorithmOffer, more: AlgorithmOffer): AlgorithmOffer {
  return {
    keyExchange: [...to.keyExchange, ...more.keyExchange],
    hostKey: [...to.hostKey, ...more.hostKey],
    cipher: [...to.cipher, ...more.cipher],
    mac: [...to.mac, ...more.mac],
  }
}
