import type { Algorithms } from 'ssh2'
import type { DeviceDescription, LoginMethod, SimulatedPlatform } from './description.ts'

export interface PlatformTraits {
  /** After `SSH-2.0-`. */
  readonly identification: string
  readonly methods: readonly LoginMethod[]
  readonly maxAuthTries: number
}

export const platformTraits: Record<SimulatedPlatform, PlatformTraits> = {
  cisco_ios: {
    identification: 'Cisco-1.25',
    methods: ['publickey', 'keyboard-interactive', 'password'],
    maxAuthTries: 3,
  },
  arista_eos: {
    identification: 'OpenSSH_8.7',
    methods: ['publickey', 'keyboard-interactive', 'password'],
    maxAuthTries: 6,
  },
  juniper_junos: {
    identification: 'OpenSSH_7.5',
    methods: ['publickey', 'password', 'keyboard-interactive'],
    maxAuthTries: 6,
  },
  acme_os: { identification: 'AcmeSSH_1.0', methods: ['password'], maxAuthTries: 3 },
}

/** What the server offers; `undefined` is ssh2's default, which modern clients like. */
export const serverAlgorithms: Record<NonNullable<DeviceDescription['algorithms']>, Algorithms | undefined> = {
  modern: undefined,
  'legacy-sha1': {
    kex: ['diffie-hellman-group14-sha1'],
    serverHostKey: ['ssh-rsa'],
    cipher: ['aes128-cbc', 'aes256-cbc'],
    hmac: ['hmac-sha1'],
  },
  museum: {
    kex: ['diffie-hellman-group1-sha1'],
    serverHostKey: ['ssh-rsa'],
    cipher: ['3des-cbc'],
    hmac: ['hmac-sha1'],
  },
}
