import assert from 'node:assert/strict'
import { type PlainLogin, type PlainResult, type PlainSecret, PlainShell, plainLogin } from './plain-client.ts'
import type { DeviceDescription } from './simulated-fleet/description.ts'
import { type SimulatedFleet, startFleet } from './simulated-fleet/fleet.ts'

export const right = 'right-one'
export const wrong = 'wrong-one'
export const account = { username: 'netops', password: right }

export const password = (text: string): PlainSecret => ({ type: 'password', password: text })

export const keyboard = (...answers: string[]): PlainSecret => ({ type: 'keyboard-interactive', answers })

export function device(more: Partial<DeviceDescription> = {}): DeviceDescription {
  return { name: 'sw-1', platform: 'cisco_ios', accounts: [account], ...more }
}

/** One IOS device, sw-1, that knows one account. */
export function fleetOf(more: Partial<DeviceDescription> = {}): Promise<SimulatedFleet> {
  return startFleet({ devices: [device(more)] })
}

export function loginAt(
  fleet: SimulatedFleet,
  secrets: readonly PlainSecret[],
  more: Partial<PlainLogin> = {},
  name = 'sw-1',
): Promise<PlainResult> {
  const { address, port } = fleet.device(name).listener
  return plainLogin({ address, port, username: account.username, secrets, ...more })
}

export async function outcomeOf(
  fleet: SimulatedFleet,
  secrets: readonly PlainSecret[],
  more: Partial<PlainLogin> = {},
  name = 'sw-1',
): Promise<PlainResult['outcome']> {
  const result = await loginAt(fleet, secrets, more, name)
  if (result.outcome === 'accepted') result.client.end()
  return result.outcome
}

export async function shellAt(fleet: SimulatedFleet, name = 'sw-1'): Promise<PlainShell> {
  const result = await loginAt(fleet, [password(right)], {}, name)
  assert.equal(result.outcome, 'accepted')
  return PlainShell.open(result.client)
}
