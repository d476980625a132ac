import { ironwareStyle } from './ironware-style.ts'
import type { Platform } from './platform.ts'

/** Sources: Extreme NetIron Command Reference (skip-page-display, show running-config, enable). */
export const extremeNetiron = {
  name: 'extreme_netiron',
  aliases: ['brocade_netiron'],
  title: 'Extreme (Brocade) NetIron',
  ...ironwareStyle,
  detect: [{ command: 'show version', pattern: '^IronWare : Version|^System(?: Mode)?: (?:NetIron|MLX|XMR|CER|CES)' }],
} as const satisfies Platform
