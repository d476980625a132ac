import type { Device } from '../model.ts'
import { compilePattern } from '../platforms/pattern.ts'
import type { ConfigurationCapture, Platform } from '../platforms/platform.ts'
import type { GateResult } from './completeness.ts'
import { blankTexts } from './configuration-text.ts'
import { quoteLine } from './reason-text.ts'

/** Who a device says it is. Several hostnames: two routing engines, a virtual chassis; several serials: a stack. */
export interface Identity {
  readonly hostnames: readonly string[]
  readonly serials: readonly string[]
}

/** What a configuration says about its device, by the platform's identity patterns; lines inside banners say nothing. */
export function readIdentity(platform: Platform, capture: ConfigurationCapture, text: string): Identity {
  const outside = blankTexts(text, capture.texts).text
  const found = platform.identity
    .flatMap((pattern) => [...compilePattern(pattern, { flags: 'm' }).findAll(text)])
    .filter((match) => {
      const start = match.index + Math.max(match.text.search(/\S/), 0)
      return outside[start] === text[start]
    })
  return {
    hostnames: distinct(found.map((match) => match.groups.hostname)),
    serials: distinct(found.map((match) => match.groups.serial)),
  }
}

/** Adds the hostname of the session's prompt. */
export function withPrompt(identity: Identity, hostname: string | undefined): Identity {
  return { ...identity, hostnames: distinct([...identity.hostnames, hostname]) }
}

/**
 * Whether a capture is of the device it is meant for.
 *
 * With `expect.hostname`, the prompt or the configuration must say it. Without, the first backup is taken as it is: inventory
 * names often are not hostnames. From then on the hostname must be one of the last good backup's, or have become the
 * inventory's name; any other is held until a person accepts it. A stated serial must be seen.
 * Hostnames are the same without regard to case and domain.
 */
export function checkIdentity(
  device: Pick<Device, 'name' | 'expect'>,
  seen: Identity,
  lastGood: Identity | undefined,
): GateResult {
  const { hostname, serial } = device.expect ?? {}
  const named = checkHostname(seen, hostname !== undefined ? [hostname] : expectedNames(device.name, lastGood))
  if (!named.ok) return named
  if (serial !== undefined && !seen.serials.some((one) => one.toUpperCase() === serial.toUpperCase())) {
    const says = seen.serials.map((one) => quoteLine(one).slice(1, -1)).join(', ')
    return { ok: false, because: says === '' ? `serial not seen, expected ${serial}` : `serial is ${says}` }
  }
  return { ok: true }
}

/**
 * Whether a configuration that names its device names this one: a right prompt does not make another device's configuration
 * its own. The first backup is taken as it is.
 */
export function checkOwner(
  device: Pick<Device, 'name' | 'expect'>,
  stated: Identity,
  lastGood: Identity | undefined,
): GateResult {
  const known = expectedNames(device.name, lastGood)
  if (known.length === 0 || stated.hostnames.length === 0) return { ok: true }
  return checkHostname(stated, distinct([...known, device.expect?.hostname]))
}

function checkHostname(seen: Identity, known: readonly string[]): GateResult {
  if (known.length === 0 || seen.hostnames.some((name) => known.some((other) => sameHostname(name, other))))
    return { ok: true }
  const says = seen.hostnames.map((name) => quoteLine(name).slice(1, -1)).join(', ')
  return { ok: false, because: says === '' ? `hostname not seen, expected ${known[0]}` : `answers as ${says}` }
}

function expectedNames(deviceName: string, lastGood: Identity | undefined): readonly string[] {
  return lastGood && lastGood.hostnames.length > 0 ? [...lastGood.hostnames, deviceName] : []
}

function sameHostname(a: string, b: string): boolean {
  const [one, other] = [a.toLowerCase(), b.toLowerCase()]
  return one === other || one.startsWith(`${other}.`) || other.startsWith(`${one}.`)
}

function distinct(values: readonly (string | undefined)[]): readonly string[] {
  return [...new Set(values.filter((value) => value !== undefined && value !== ''))] as readonly string[]
}
