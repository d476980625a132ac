import { compilePattern, type Pattern } from './pattern.ts'
import type { Platform } from './platform.ts'

/** Longer lines are no prompt, pager or question, and are never matched: a limit on what a hostile line can cost. */
const maxLineLength = 1024

/** A platform's line patterns, compiled once. Every function takes one line without its end. */
export interface PlatformPatterns {
  /** The host name in a prompt line (empty where the pattern has no group `host`), or undefined when it is no prompt. */
  hostOfPrompt(line: string): string | undefined
  /** The whole prompt pattern, for messages. */
  readonly prompt: string
  isContext(line: string): boolean
  /** What a pager's line is answered with. */
  pagerAnswer(line: string): string | undefined
  loginAnswer(line: string): string | undefined
  isPasswordPrompt(line: string): boolean
  isEnableRefusal(line: string): boolean
  isError(line: string): boolean
  privilege(prompt: string): 'user' | 'privileged' | 'unknown'
}

const compiled = new WeakMap<Platform, PlatformPatterns>()

export function patternsOf(platform: Platform): PlatformPatterns {
  const known = compiled.get(platform)
  if (known) return known
  const patterns = compile(platform)
  compiled.set(platform, patterns)
  return patterns
}

function compile(platform: Platform): PlatformPatterns {
  const prompt = wholeLine(platform.prompt)
  const context = platform.promptContext === undefined ? undefined : wholeLine(platform.promptContext)
  const passwordPrompt = platform.enable && wholeLine(platform.enable.passwordPrompt)
  const refused = platform.enable && compilePattern(platform.enable.refused, { on: 'line' })
  const pager = questions(platform.paging ?? [])
  const login = questions(platform.onLogin ?? [])
  const errors = platform.errors.map((pattern) => compilePattern(pattern, { on: 'line' }))
  const privileges = platform.privileges.map(({ privilege, prompt: ending }) => ({
    privilege,
    pattern: compilePattern(ending, { on: 'line' }),
  }))

  return {
    prompt: platform.prompt,
    hostOfPrompt(line) {
      if (line.length > maxLineLength) return undefined
      const match = prompt.find(line)
      return match === null ? undefined : (match.groups.host ?? '')
    },
    isContext: (line) => context !== undefined && line.length <= maxLineLength && context.test(line),
    pagerAnswer: pager,
    loginAnswer: login,
    isPasswordPrompt: (line) =>
      passwordPrompt !== undefined && line.length <= maxLineLength && passwordPrompt.test(line),
    isEnableRefusal: (line) => refused !== undefined && line.length <= maxLineLength && refused.test(line),
    isError: (line) => line.length <= maxLineLength && errors.some((pattern) => pattern.test(line)),
    privilege(line) {
      const ending = line.slice(-maxLineLength).trimEnd()
      return privileges.find(({ pattern }) => pattern.test(ending))?.privilege ?? 'unknown'
    },
  }
}

function wholeLine(pattern: string): Pattern {
  return compilePattern(`^(?:${pattern})\\s*$`, { of: [pattern], on: 'line' })
}

function questions(list: readonly { readonly prompt: string; readonly answer: string }[]) {
  const compiledList = list.map(({ prompt, answer }) => ({ pattern: wholeLine(prompt), answer }))
  return (line: string): string | undefined => {
    if (line.length > maxLineLength) return undefined
    return compiledList.find(({ pattern }) => pattern.test(line))?.answer
  }
}
