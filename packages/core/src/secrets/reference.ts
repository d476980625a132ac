import { NetlatchError } from '../errors.ts'
import type { Device } from '../model.ts'
import { type LoginSecret, Secret } from '../secret.ts'

/** What a reference may take from a device. */
const placeholders = {
  name: (device) => device.name,
  host: (device) => device.hosts[0],
  site: (device) => device.site,
  role: (device) => device.role,
  platform: (device) => device.platform,
} as const satisfies Record<string, (device: Device) => string | undefined>

// A value becomes part of a path or an argument: no separator, no option, no step to the folder above.
const safeValue = /^[A-Za-z0-9_][A-Za-z0-9._-]*$/

/**
 * Fills `{name}`, `{host}`, `{site}`, `{role}` and `{platform}`. Throws SECRET_UNAVAILABLE when the device lacks the value or it
 * holds anything but letters, digits, `.`, `_` and `-`.
 */
export function fillReference(text: string, device: Device): string {
  return text.replace(/\{([^{}]*)\}/g, (place, key: string) => {
    const value = Object.hasOwn(placeholders, key) ? placeholders[key as keyof typeof placeholders](device) : undefined
    if (!Object.hasOwn(placeholders, key)) {
      const known = Object.keys(placeholders).map((name) => `{${name}}`)
      throw unavailable(device, `${place} is unknown in a reference; there are ${known.join(' ')}`)
    }
    if (value === undefined) throw unavailable(device, `it has no ${key}, which ${text} needs`)
    if (!safeValue.test(value))
      throw unavailable(
        device,
        `its ${key} holds more than letters, digits, ".", "_" and "-", so ${text} cannot use it`,
      )
    return value
  })
}

/** The reference without its scheme. */
export function locationOf(scheme: string, reference: string): string {
  return reference.startsWith(`${scheme}:`) ? reference.slice(scheme.length + 1) : reference
}

const fields = ['password', 'privateKey', 'passphrase', 'enable'] as const

/**
 * What a store gave: a JSON object with the fields of a login, else a password. One line break at its end belongs to the file,
 * not to the password. Null when it is empty.
 */
export function parseLogin(text: string, device: Device, where: string): LoginSecret | null {
  const value = text.replace(/\r?\n$/, '')
  if (value === '') return null
  return loginOf(parseObject(value), device, where) ?? { password: new Secret(value) }
}

/** The fields of a login among others; null without any. Field names of other tools (`private_key`) are read too. */
export function loginOf(
  values: Readonly<Record<string, unknown>> | undefined,
  device: Device,
  where: string,
): LoginSecret | null {
  if (!values) return null
  const found = fields.flatMap((field) => {
    const value = values[field] ?? values[field.replace(/[A-Z]/, (letter) => `_${letter.toLowerCase()}`)]
    if (value === undefined || value === null || value === '') return []
    if (typeof value !== 'string') throw unavailable(device, `${field} of ${where} is not a text`)
    return [[field, new Secret(value)] as const]
  })
  return found.length > 0 ? Object.fromEntries(found) : null
}

/** `reason` must be free of secrets: it is shown as what to do. */
export function unavailable(device: Device, reason: string, cause?: unknown): NetlatchError {
  return new NetlatchError('SECRET_UNAVAILABLE', `${device.name}: ${reason}.`, {
    details: { reason },
    ...(cause !== undefined && { cause }),
  })
}

function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  if (!text.trimStart().startsWith('{')) return undefined
  try {
    return JSON.parse(text)
  } catch {
    // A password may start with a brace; the parser's message would quote it.
    return undefined
  }
}
