import { asSetCommands } from '../configurations/set-commands.ts'

/** Applies `| include x`, `| section x` …; null when the filter is none that devices know. */
export function filterOutput(text: string, filter: string): string | null {
  const [, word = '', argument = ''] = /^(\S+)\s*(.*)$/.exec(filter.trim()) ?? []
  const name = Object.keys(filters).find((known) => word !== '' && known.startsWith(word.toLowerCase()))
  if (name === undefined) return null
  const lines = text.replace(/\n$/, '').split('\n')
  const kept = filters[name]?.(lines, argument.trim()) ?? []
  return kept.length === 0 ? '' : `${kept.join('\n')}\n`
}

const filters: Record<string, (lines: string[], argument: string) => string[]> = {
  include: (lines, argument) => lines.filter((line) => matches(line, argument)),
  exclude: (lines, argument) => lines.filter((line) => !matches(line, argument)),
  match: (lines, argument) => lines.filter((line) => matches(line, argument)),
  except: (lines, argument) => lines.filter((line) => !matches(line, argument)),
  begin: (lines, argument) =>
    lines.slice(
      Math.max(
        0,
        lines.findIndex((line) => matches(line, argument)),
      ),
    ),
  section: (lines, argument) => sections(lines, argument),
  count: (lines) => [`Count: ${lines.length} lines`],
  display: (lines, argument) => (argument.startsWith('set') ? asSetCommands(lines) : lines),
  'no-more': (lines) => lines,
}

function matches(line: string, pattern: string): boolean {
  try {
    return new RegExp(pattern).test(line)
  } catch (error) {
    if (error instanceof SyntaxError) return line.includes(pattern)
    throw error
  }
}

function sections(lines: string[], pattern: string): string[] {
  let inside = false
  return lines.filter((line) => {
    if (!line.startsWith(' ')) inside = matches(line, pattern)
    return inside
  })
}
