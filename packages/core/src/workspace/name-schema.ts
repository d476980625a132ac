import { isIP } from 'node:net'
import { z } from 'zod'

/**
 * Names of devices, groups, tags, sites, roles, realms … They are printed in commands and kept in files, so: nothing that
 * a terminal or a reader could take for something else, and no start that a program would take for an option or a file.
 */
export const nameSchema = z
  .string()
  .regex(
    /^(?![-@\s])[^\p{C}\p{Zl}\p{Zp}]{1,255}(?<!\s)$/u,
    'must be 1 to 255 visible characters, not starting with - or @. Choose another name.',
  )

const hostMessage = 'must be an address or a name. Write it without user, port, mask or scheme.'

/** An IP address or a DNS name. No user name, path or URL; nothing that another program could take for an option. */
export const hostSchema = z
  .string()
  .regex(/^[a-z\d_:][\w.:%-]{0,252}$/i, hostMessage)
  .refine(isHost, hostMessage)

/** `010.0.0.1` and `10.0.0` are neither: programs disagree about which address they mean. */
function isHost(text: string): boolean {
  return isIP(text) !== 0 || (!/[:%]/.test(text) && !/(?:^|\.)\d+\.?$/.test(text) && !text.includes('..'))
}

const portMessage = 'must be a number from 1 to 65535. SSH is 22.'

export const portSchema = z.int(portMessage).min(1, portMessage).max(65_535, portMessage)

/** A whole number that people write without a unit. */
const countMessage = 'must be a whole number from 1 to 100000. Correct it, or take the key away.'

export const countSchema = z.int(countMessage).min(1, countMessage).max(100_000, countMessage)
