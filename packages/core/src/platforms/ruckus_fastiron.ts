import { ironwareStyle } from './ironware-style.ts'
import type { Platform } from './platform.ts'

/** Sources: Ruckus FastIron Command Reference (skip-page-display, show running-config, enable); Oxidized's model. */
export const ruckusFastiron = {
  name: 'ruckus_fastiron',
  aliases: ['brocade_fastiron'],
  title: 'Ruckus (Brocade) FastIron, ICX',
  ...ironwareStyle,
  detect: [
    { command: 'show version', pattern: '^ +Copyright \\(c\\) .*(?:Brocade|Ruckus|Foundry).*|^ +HW: Stackable ICX' },
  ],
} as const satisfies Platform
