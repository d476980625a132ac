import type { DeviceDescription } from './description.ts'
import { SeededRandom } from './random.ts'

/** The given one, or one as the makers print them: site and week of manufacture, then four characters. */
export function serialNumber({ name, platform, serial }: DeviceDescription): string {
  if (serial !== undefined) return serial
  const random = new SeededRandom(`serial/${name}`)
  const characters = '0123456789ABCDEFGHJKLMNPQRSTUVWXYZ'.split('')
  const rest = (length: number) => Array.from({ length }, () => random.pick(characters)).join('')
  const week = `${15 + random.integer(10)}${String(1 + random.integer(52)).padStart(2, '0')}`
  if (platform === 'arista_eos') return `JPE${week}${rest(4)}`
  if (platform === 'juniper_junos') return `BP${random.integer(9000) + 1000}${rest(3)}`
  return `FOC${week}${rest(4)}`
}
