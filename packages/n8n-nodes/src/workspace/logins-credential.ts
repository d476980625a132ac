import { type Login, NetlatchError, Secret } from '@netlatch/core'

/** How many logins the credential Netlatch Device Logins API has places for. */
export const loginSlots = [1, 2, 3, 4, 5, 6, 7, 8] as const

/** The fields of the credential Netlatch Device Logins API: numbered, and flat. */
export type LoginsCredential = Readonly<Record<string, unknown>> & { readonly count: number }

/** The logins of the slots that are in use, in their order. Fields of the other slots count for nothing, whatever they hold. */
export function loginsOf(credential: LoginsCredential): readonly Login[] {
  return loginSlots.filter((slot) => slot <= Number(credential.count)).map((slot) => loginOf(credential, slot))
}

function loginOf(credential: LoginsCredential, slot: number): Login {
  const text = (field: string) => {
    const value = credential[`${field}${slot}`]
    return typeof value === 'string' ? value : ''
  }
  const secret = (field: string) => (text(field) === '' ? undefined : new Secret(text(field)))
  const isKey = text('method') === 'privateKey'
  const password = isKey ? undefined : secret('password')
  const privateKey = isKey ? secret('privateKey') : undefined
  const passphrase = isKey ? secret('passphrase') : undefined
  const enable = secret('enable')
  const name = text('name').trim() || `login-${slot}`
  if (!/^[\w.-]+$/.test(name))
    throw new NetlatchError(
      'INPUT_INVALID',
      `Login ${slot}: its name holds more than letters, digits, ".", "_" and "-".`,
      {
        advice: 'Give it a name like login-1.',
      },
    )
  return {
    name,
    username: text('username').trim(),
    secret: {
      ...(password && { password }),
      ...(privateKey && { privateKey }),
      ...(passphrase && { passphrase }),
      ...(enable && { enable }),
    },
    match: text('use').trim() || 'all',
    hosts: text('hosts')
      .split(/[\s,]+/)
      .filter((host) => host !== ''),
    lockoutThreshold: Number(credential[`threshold${slot}`] ?? 3),
  }
}
