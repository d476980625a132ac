import { platforms as builtIn } from './index.ts'
import type { Platform } from './platform.ts'

const unknown: Platform = {
  name: 'autodetect',
  title: 'not yet recognised',
  prompt: '(?:\\S.{0,200})?[>#$%\\]]',
  privileges: [],
  onOpen: [],
  typeAhead: 'lost',
  paging: [
    { prompt: '.{0,20}(?:--+ ?\\(?[Mm](?:ore|ORE)\\)?.{0,80}|<--- More --->)', answer: ' ' },
    { prompt: '\\(END\\)', answer: 'q' },
    { prompt: ':', answer: ' ' },
  ],
  configurations: {
    running: { commands: [], privileged: false, whole: { by: 'first-line', pattern: '\\S' }, section: '^\\S' },
  },
  readOnly: [],
  errors: [],
  identity: [],
  volatile: [],
  secrets: [],
}

const made = new WeakMap<readonly Platform[], Platform>()

/**
 * The platform to open the session with while the real one is unknown: any prompt, the questions of all platforms, nothing
 * prepared, one command at a time.
 */
export function anyPlatformOf(platforms: readonly Platform[]): Platform {
  const known = made.get(platforms)
  if (known) return known
  const onLogin = platforms.flatMap(({ onLogin = [] }) => onLogin.filter(({ menu = false }) => !menu))
  const platform = { ...unknown, onLogin }
  made.set(platforms, platform)
  return platform
}

/** The same where a workspace has no platforms of its own. */
export const anyPlatform: Platform = anyPlatformOf(builtIn)
