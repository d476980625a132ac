export interface LoggedAttempt {
  readonly username: string
  /** As the server calls it: `password`, `keyboard-interactive/pam`, `publickey`. */
  readonly method: string
  readonly outcome: 'accepted' | 'rejected'
}

/** The attempts with a secret, as the log of OpenSSH (`-E`, VERBOSE) or dropbear (`-E`) tells them. */
export function loggedAttempts(log: string): LoggedAttempt[] {
  return log.split('\n').flatMap((line) => {
    for (const { pattern, outcome, method } of lines) {
      const found = pattern.exec(line)?.groups
      if (found?.username === undefined) continue
      return [{ username: found.username, method: found.method ?? method, outcome }]
    }
    return []
  })
}

// OpenSSH also writes `Failed none for …`: the request that only asks for the methods.
const lines = [
  { pattern: /^Accepted (?<method>\S+) for (?<username>\S+) from /, outcome: 'accepted', method: '' },
  {
    pattern: /^Failed (?<method>(?!none)\S+) for (?:invalid user )?(?<username>\S+) from /,
    outcome: 'rejected',
    method: '',
  },
  { pattern: / Password auth succeeded for '(?<username>[^']+)' from /, outcome: 'accepted', method: 'password' },
  { pattern: / Bad password attempt for '(?<username>[^']+)' from /, outcome: 'rejected', method: 'password' },
  { pattern: / Pubkey auth succeeded for '(?<username>[^']+)' /, outcome: 'accepted', method: 'publickey' },
] as const
