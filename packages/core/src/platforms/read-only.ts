import { compilePattern, type Pattern } from './pattern.ts'
import type { Platform } from './platform.ts'

/**
 * What makes one line more than one command, or more than a reading one, on some command line: line ends and other keys, `?`
 * (help at once, without Enter), separators, redirections, background, substitution.
 */
const neverIn = /[\x00-\x1f\x7f-\x9f;`<>&?]|\$[({]/

const compiled = new WeakMap<Platform, { readonly commands: Pattern; readonly filters: Pattern | undefined }>()

const maxLength = 1024

/**
 * Whether the platform's data call this command a reading one. Only what is listed passes: the command in front of the first
 * pipe, and everything behind it as one or more listed filters.
 */
export function isReadOnly(platform: Platform, command: string): boolean {
  if (command.length > maxLength || neverIn.test(command)) return false
  const { commands, filters } = patterns(platform)
  const folded = command.trim().replaceAll(/ +/g, ' ')
  const pipe = folded.indexOf('|')
  if (pipe === -1) return commands.test(folded)
  const isFiltered = filters?.test(folded.slice(pipe)) ?? false
  return isFiltered && commands.test(folded.slice(0, pipe).trim())
}

function patterns(platform: Platform) {
  const known = compiled.get(platform)
  if (known) return known
  const made = {
    commands: compile(`^${anyOf(platform.readOnly)}$`, platform.readOnly),
    filters: platform.filters && compile(`^(?: ?\\| ?${anyOf(platform.filters)})+$`, platform.filters),
  }
  compiled.set(platform, made)
  return made
}

function compile(source: string, of: readonly string[]): Pattern {
  return compilePattern(source, { flags: 'i', of, on: 'line' })
}

/** Without any, nothing matches: not even nothing. */
function anyOf(list: readonly string[]): string {
  if (list.length === 0) return '[^\\s\\S]'
  return `(?:${list.map((pattern) => `(?:${pattern})`).join('|')})`
}
