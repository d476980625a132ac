import type { Privilege } from '../model.ts'
import type { Platform } from '../platforms/platform.ts'
import { type PlatformPatterns, patternsOf } from '../platforms/platform-patterns.ts'

/** IOS shows this many characters of a longer host name in front of `(config)#`. */
const shownInConfigurationModes = 15

/**
 * The device's own prompt: first seen by the platform's pattern, then learned exactly from the line that echoes a command.
 * Other modes of the same device are recognised by its host name.
 */
export interface DevicePrompt {
  /** As last seen, without blanks at its end. */
  readonly line: string
  readonly hostname: string | undefined
  readonly privilege: Privilege
  /** A command's echo stood right behind it, so it is no line of a banner. */
  readonly isLearned: boolean
}

export function seenPrompt(platform: Platform, line: string, isLearned: boolean): DevicePrompt | undefined {
  const patterns = patternsOf(platform)
  const trimmed = line.trimEnd()
  const host = patterns.hostOfPrompt(trimmed)
  if (host === undefined || trimmed === '') return undefined
  return {
    line: trimmed,
    hostname: host === '' ? undefined : host,
    privilege: patterns.privilege(trimmed),
    isLearned,
  }
}

/** Whether a line is this prompt, or the same device's in another mode. `line` has no blanks at its end. */
export function isSameDevice(patterns: PlatformPatterns, prompt: DevicePrompt, line: string): boolean {
  if (line === prompt.line) return true
  const host = patterns.hostOfPrompt(line)
  if (host === undefined || host === '' || prompt.hostname === undefined) return false
  // VRP and Comware write the view behind the name: `[sw1-Vlanif10]`.
  if (host === prompt.hostname || host.startsWith(`${prompt.hostname}-`)) return true
  return host.length >= shownInConfigurationModes && prompt.hostname.startsWith(host)
}
