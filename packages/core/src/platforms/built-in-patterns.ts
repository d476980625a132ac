import { anyPlatform } from './any-platform.ts'
import { platforms } from './index.ts'
import type { ConfigurationCapture, Platform } from './platform.ts'

/** Every pattern of a platform's data, by what it is matched against. */
export interface PatternsByUse {
  /** Single lines of at most 1,024 characters. */
  readonly lines: readonly string[]
  /** Whole texts, megabytes of them. */
  readonly texts: readonly string[]
}

export function patternsByUse(platform: Platform): PatternsByUse {
  return {
    lines: [
      platform.prompt,
      platform.promptContext,
      platform.enable?.passwordPrompt,
      platform.enable?.refused,
      ...(platform.paging ?? []).map(({ prompt }) => prompt),
      ...(platform.onLogin ?? []).map(({ prompt }) => prompt),
      ...platform.privileges.map(({ prompt }) => prompt),
      ...platform.readOnly,
      ...(platform.filters ?? []),
      platform.identification,
    ].filter((pattern) => pattern !== undefined),
    texts: [
      ...platform.identity,
      ...platform.errors,
      ...platform.volatile.map(({ pattern }) => pattern),
      ...platform.secrets.flatMap(({ pattern, except }) => [pattern, ...(except === undefined ? [] : [except])]),
      ...(platform.detect ?? []).map(({ pattern }) => pattern),
      ...Object.values(platform.configurations).flatMap(capturePatterns),
    ],
  }
}

function capturePatterns({
  whole,
  knownEnd,
  witness,
  texts = [],
  section,
  notSection = [],
  preamble = [],
}: ConfigurationCapture) {
  const ends =
    whole.by === 'balanced'
      ? [whole.open, whole.close, ...(whole.tail === undefined ? [] : [whole.tail])]
      : [whole.pattern]
  const said = witness?.answer
  const answer = typeof said === 'string' ? [said] : said !== undefined && 'counts' in said ? [said.counts] : []
  return [
    ...ends,
    ...(knownEnd === undefined ? [] : [knownEnd]),
    ...answer,
    ...texts.flatMap(({ open, close }) => [open, close]),
    section,
    ...notSection,
    ...preamble,
  ]
}

const uses = [...platforms, anyPlatform].map(patternsByUse)
const forTexts: ReadonlySet<string> = new Set(uses.flatMap(({ texts }) => texts))
const forLines: ReadonlySet<string> = new Set(uses.flatMap(({ lines }) => lines))

/** Whether a built-in platform has exactly this pattern, for the same use or a harder one. */
export function isBuiltInPattern(pattern: string, on: 'line' | 'text'): boolean {
  return forTexts.has(pattern) || (on === 'line' && forLines.has(pattern))
}
