import type { SimulatedPlatform } from '../description.ts'
import type { PlantedSecrets, SeededRandom } from '../random.ts'
import { acmeConfiguration } from './acme.ts'
import { eosConfiguration } from './eos.ts'
import { iosConfiguration } from './ios.ts'
import { junosConfiguration } from './junos.ts'

export interface ConfigurationFacts {
  readonly hostname: string
  readonly serial: string
  /** Roughly how long the text becomes. */
  readonly bytes: number
  readonly promptLikeLines: boolean
  readonly random: SeededRandom
  readonly secrets: PlantedSecrets
}

/** The configuration of a device, without the lines that `show` puts around it. */
export const generateConfiguration: Record<SimulatedPlatform, (facts: ConfigurationFacts) => string> = {
  cisco_ios: iosConfiguration,
  arista_eos: eosConfiguration,
  juniper_junos: junosConfiguration,
  acme_os: acmeConfiguration,
}

/** A login banner of the kind that ends a naive capture early: it quotes prompts, this device's own among them. */
export function promptLikeBanner(hostname: string): string[] {
  return [
    'Change window protocol, line by line:',
    'core-1#',
    `${hostname}#`,
    `${hostname}>`,
    `${hostname}# copy running-config startup-config`,
    `${hostname}(config)#`,
    'end',
    'Press ENTER to get started',
  ]
}

/** Adds blocks until the text is long enough, then the closing lines. */
export function fillUp(
  head: readonly string[],
  block: (index: number) => readonly string[],
  tail: readonly string[],
  bytes: number,
): string {
  const lines = [...head]
  const closing = tail.join('\n').length
  let length = head.join('\n').length + closing
  for (let index = 0; length < bytes; index += 1) {
    const added = block(index)
    lines.push(...added)
    length += added.join('\n').length + 1
  }
  return `${[...lines, ...tail].join('\n')}\n`
}
