import { NetlatchError } from '../errors.ts'
import { decidePlatform, type PlatformEvidence } from '../platforms/autodetect.ts'
import type { Platform } from '../platforms/platform.ts'
import type { Abortable } from '../progress.ts'
import type { Session } from '../session/session.ts'

/** A device that answers nothing useful is asked no more. */
const answerTimeoutMs = 15_000
const largestAnswer = 1024 * 1024

/**
 * Asks an open device what it is, with commands that only read, and gives the session as that platform. Throws
 * PLATFORM_UNKNOWN when no platform recognises itself; the session is of no use then.
 */
export async function detectPlatform(
  session: Session,
  platforms: readonly Platform[],
  { signal }: Abortable = {},
): Promise<Session> {
  const answers: PlatformEvidence['answers'][number][] = []
  for (;;) {
    const decision = decidePlatform({ answers }, platforms)
    if (decision.decided) return asPlatform(session, decision.platform)
    if (decision.ask === undefined) throw unknown(answers.map(({ command }) => command))
    const options = { timeoutMs: answerTimeoutMs, maxBytes: largestAnswer, ...(signal && { signal }) }
    const { command, output } = await session.run(decision.ask, options)
    answers.push({ command, output })
  }
}

function asPlatform(session: Session, platform: Platform): Session {
  const become = session.become(platform)
  if (become) return become
  throw new NetlatchError('PLATFORM_UNKNOWN', `it says that it is ${platform.name}, and has another prompt`)
}

function unknown(asked: readonly string[]): NetlatchError {
  return new NetlatchError('PLATFORM_UNKNOWN', `asked ${asked.join(', ')}: no platform recognises the answers`)
}
