import { platforms } from './index.ts'
import { compilePattern } from './pattern.ts'
import type { Platform } from './platform.ts'

/** What is known of a device whose inventory says `platform: autodetect`. */
export interface PlatformEvidence {
  /** The SSH server's identification line. */
  readonly identification?: string
  /** What was asked so far, with the answers. */
  readonly answers: readonly { readonly command: string; readonly output: string }[]
}

export type PlatformDecision =
  | { readonly decided: true; readonly platform: Platform }
  /** Send this, and ask again with its answer; absent: everything was asked, the platform is not recognised. */
  | { readonly decided: false; readonly ask?: string }

/**
 * The platform to open the session with while the real one is unknown: any prompt, nothing prepared, one command at a
 * time.
 */
export const anyPlatform = {
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
  onLogin: platforms.flatMap(({ onLogin = [] }: Platform) => onLogin.filter(({ menu = false }) => !menu)),
  configurations: {
    running: { commands: [], privileged: false, whole: { by: 'first-line', pattern: '\\S' }, section: '^\\S' },
  },
  readOnly: [],
  errors: [],
  identity: [],
  volatile: [],
  secrets: [],
} satisfies Platform

/** How many platforms a command can tell apart: the most telling one is asked first. */
const commands: readonly string[] = [
  ...new Map(
    platforms
      .flatMap(({ detect = [] }: Platform) => detect)
      .map(({ command }, _index, all) => [command, all.filter((other) => other.command === command).length] as const)
      .toSorted((a, b) => b[1] - a[1]),
  ).keys(),
]

/**
 * Decides from what is known, or says what to ask next. Pure. Only one platform may claim the evidence: where two do, a further
 * answer has to tell them apart.
 */
export function decidePlatform({ identification, answers }: PlatformEvidence): PlatformDecision {
  const byServer = platforms.filter((platform) => isClaimed(platform.identification, identification ?? ''))
  const byAnswer = platforms.filter(({ detect = [] }) =>
    answers.some(({ command, output }) =>
      detect.some((one) => one.command === command && isClaimed(one.pattern, output)),
    ),
  )
  const [first, ...others] = byAnswer.length > 0 ? byAnswer : byServer
  if (first && others.length === 0) return { decided: true, platform: first }
  const ask = commands.find((command) => !answers.some((answer) => answer.command === command))
  return ask === undefined ? { decided: false } : { decided: false, ask }
}

/** Versions are announced early: no more of an answer is looked at. */
const looksAt = 64 * 1024

function isClaimed(pattern: string | undefined, text: string): boolean {
  return pattern !== undefined && compilePattern(pattern, { flags: 'm' }).test(text.slice(0, looksAt))
}
