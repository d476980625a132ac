import { compilePattern } from './pattern.ts'
import type { Platform } from './platform.ts'
import { builtInPlatforms } from './platform-set.ts'

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

/** How many platforms a command can tell apart: the most telling one is asked first. */
function detectCommands(platforms: readonly Platform[]): readonly string[] {
  const all = platforms.flatMap(({ detect = [] }) => detect)
  const counted = all.map(({ command }) => [command, all.filter((other) => other.command === command).length] as const)
  return [...new Map(counted.toSorted((a, b) => b[1] - a[1])).keys()]
}

/**
 * Decides from what is known, or says what to ask next. Pure. Only one platform may claim the evidence: where two do, a further
 * answer has to tell them apart.
 */
export function decidePlatform(
  { identification, answers }: PlatformEvidence,
  platforms: readonly Platform[] = builtInPlatforms.all,
): PlatformDecision {
  const byServer = platforms.filter((platform) => isClaimed(platform.identification, identification ?? ''))
  const byAnswer = platforms.filter(({ detect = [] }) =>
    answers.some(({ command, output }) =>
      detect.some((one) => one.command === command && isClaimed(one.pattern, output)),
    ),
  )
  const [first, ...others] = byAnswer.length > 0 ? byAnswer : byServer
  if (first && others.length === 0) return { decided: true, platform: first }
  const ask = detectCommands(platforms).find((command) => !answers.some((answer) => answer.command === command))
  return ask === undefined ? { decided: false } : { decided: false, ask }
}

/** Versions are announced early: no more of an answer is looked at. */
const looksAt = 64 * 1024

function isClaimed(pattern: string | undefined, text: string): boolean {
  return pattern !== undefined && compilePattern(pattern, { flags: 'm' }).test(text.slice(0, looksAt))
}
