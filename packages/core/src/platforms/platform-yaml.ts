import { formatText } from '../workspace/yaml-text.ts'
import { withFileKeys } from './merge-platform.ts'
import type { Platform } from './platform.ts'
import { builtInPlatforms } from './platform-set.ts'

/** A platform as a file says it, whole, to be copied and changed. What it says is read back as the same platform. */
export function platformYaml({ file, ...platform }: Platform): string {
  const { name, aliases, ...rest } = platform
  const isBuiltIn = builtInPlatforms.find(name)?.name === name
  const head = isBuiltIn
    ? [
        `# The built-in platform ${name}. Give a copy another name and take override: and aliases: away;`,
        '# or keep them, and the copy takes its place.',
      ]
    : [`# From ${file ?? 'nowhere'}, with all that it extends.`]
  const values = withFileKeys({ name, ...(isBuiltIn && { override: true }), ...(aliases && { aliases }), ...rest })
  return `${[...head, ...blockLines(values as Values)].join('\n')}\n`
}

type Values = Readonly<Record<string, unknown>>

function blockLines(values: Values): readonly string[] {
  return Object.entries(values)
    .filter(([, value]) => value !== undefined)
    .flatMap(([key, value]) => entryLines(key, value))
}

function entryLines(key: string, value: unknown): readonly string[] {
  if (Array.isArray(value)) {
    if (value.length === 0) return [`${key}: []`]
    return [`${key}:`, ...value.flatMap(itemLines)]
  }
  if (isMapping(value)) return [`${key}:`, ...indented(blockLines(value))]
  return [`${key}: ${scalar(value)}`]
}

function itemLines(item: unknown): readonly string[] {
  if (!isMapping(item)) return [`  - ${scalar(item)}`]
  const [first = '', ...others] = blockLines(item)
  return [`  - ${first}`, ...indented(indented(others))]
}

function indented(lines: readonly string[]): readonly string[] {
  return lines.map((line) => `  ${line}`)
}

/** Patterns in single quotes, where a backslash is a backslash. */
function scalar(value: unknown): string {
  if (typeof value !== 'string') return String(value)
  const plain = formatText(value)
  return plain === value ? plain : formatText(value, 'single')
}

function isMapping(value: unknown): value is Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
