import { findPlatform } from '../../packages/core/src/platforms/index.ts'
import type { Platform } from '../../packages/core/src/platforms/platform.ts'
import { openSession } from '../../packages/core/src/session/open-session.ts'
import {
  type Cut,
  type ScriptedShell,
  type ScriptStep,
  scriptedShell,
  whole,
} from '../../packages/core/src/session/scripted-shell.ts'
import type { Session } from '../../packages/core/src/session/session.ts'

export const ios = findPlatform('cisco_ios') as Platform
/** Prepares nothing, so that scripts stay short. */
export const plain: Platform = { ...ios, onOpen: [] }

/** What a device shows when it is asked whether it is still at its prompt. */
export const challenge: ScriptStep = { sent: '    \n', shows: '    \r\nsw1#', repeats: true }

/** A command, its echo, its output and the prompt after it. */
export function answers(command: string, output: string, prompt = 'sw1#'): ScriptStep {
  return { sent: `${command}\n`, shows: `${command}\r\n${output}${prompt}` }
}

/** A session on a shell that plays the script. */
export async function opened(
  script: readonly ScriptStep[],
  platform: Platform = plain,
  cut: Cut = whole,
): Promise<{ session: Session; shell: ScriptedShell }> {
  const shell = scriptedShell(script, cut)
  return { shell, session: await openSession(shell, platform, { promptTimeoutMs: 1000 }) }
}
