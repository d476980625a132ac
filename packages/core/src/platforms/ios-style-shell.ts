/** `sw1>`, `sw1#`, `sw1(config-if)#`: the prompt of IOS, and of the many command lines made after it. */
export const iosStylePrompt = '(?<host>[A-Za-z0-9_][^\\s()<>#$%]{0,79})(?:\\([^()\\s]{1,80}\\))?[>#]'

/** Where `>` and `#` tell what a user may do. */
export const userAndPrivileged = [
  { privilege: 'privileged', prompt: '#$' },
  { privilege: 'user', prompt: '>$' },
] as const

/** `enable` with a password, as IOS asks for it. */
export const enableWithPassword = {
  command: 'enable',
  passwordPrompt: '(?:Enter )?[Pp]assword ?: ?',
  refused: '^[% ]{0,3}(?:Bad|Access|Authentication|Incorrect|Invalid|Wrong|Error|Login|Permission|Enable)\\b.{0,60}',
} as const

/** Refusals worded as IOS words them. */
export const iosStyleErrors = [
  '^ {0,4}% ?(?:Invalid|Incomplete|Ambiguous|Unknown|Unrecognized|Wrong|Bad|Error|Permission denied|Access denied|Too many)\\b',
  '^Command authorization failed',
] as const

/** Filters that only choose lines. */
export const lineFilters: readonly string[] = ['(?:include|exclude|begin) [^|]+']
