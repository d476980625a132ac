import { z } from 'zod'
import type { Problem } from '../model.ts'
import { didYouMean } from './nearest-name.ts'
import type { YamlFile } from './yaml-file.ts'
import { nodeAt, originOf, originOfKey, type YamlPath } from './yaml-node.ts'

export interface SchemaCheck<T> {
  /** Absent when anything was wrong. */
  readonly data?: T
  readonly problems: readonly Problem[]
  /** Paths below the checked value that are wrong; empty path: the value itself. */
  readonly wrong: readonly YamlPath[]
}

/**
 * Checks the value at a path of the file, and gives each mistake its place, the nearest known key and what to do.
 * `where` names the value for people, as `device sw-1`; empty for the file itself.
 */
export function checkSchema<S extends z.ZodType>(
  schema: S,
  file: YamlFile,
  path: YamlPath,
  where: string,
): SchemaCheck<z.infer<S>> {
  const value = nodeAt(file.root, path)?.value ?? null
  const result = schema.safeParse(value)
  if (result.success) return { data: result.data, problems: [], wrong: [] }
  const found = result.error.issues.flatMap((issue) => problemsOfIssue(issue, schema, file, path, where))
  // Two rules of one value can say the same; and what the YAML reader said of a value is enough.
  const problems = [...new Map(found.map((problem) => [JSON.stringify(problem), problem])).values()].filter(
    ({ at }) => !file.problems.some((known) => known.at.line === at.line && known.at.column === at.column),
  )
  const wrong = result.error.issues.flatMap((issue): readonly YamlPath[] => {
    const below = issue.path.map(step)
    return issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...below, key]) : [below]
  })
  return { problems, wrong }
}

function problemsOfIssue(
  issue: z.core.$ZodIssue,
  schema: z.ZodType,
  file: YamlFile,
  base: YamlPath,
  where: string,
): readonly Problem[] {
  const below = issue.path.map(step)
  const path = [...base, ...below]
  if (issue.code === 'unrecognized_keys') {
    const known = knownKeys(schema, below)
    const parent = below.length > 0 ? below.join('.') : ''
    return issue.keys.map((key) =>
      unknownKey(file, [...path, key], [parent, where].filter(Boolean).join(' of '), known),
    )
  }
  const key = keyText(below)
  const name = key && where ? `${key} of ${where}` : key || where || 'the file'
  if (nodeAt(file.root, path) === undefined && below.length > 0) {
    const message = `${where || 'the file'} has no ${key}`
    return [{ code: 'missing-key', severity: 'error', message, advice: `Add ${key}:.`, at: originOfKey(file, path) }]
  }
  if (issue.code === 'invalid_value') {
    const given = nodeAt(file.root, path)?.value
    const values = issue.values.map(String)
    const advice = didYouMean(typeof given === 'string' ? given : '', values, `One of: ${values.join(', ')}.`)
    const message =
      typeof given === 'string' ? `unknown ${below.at(-1) ?? name} "${given}"` : `${name} is none of the known values`
    return [{ code: 'wrong-value', severity: 'error', message, advice, at: originOf(file, path) }]
  }
  const at = issue.code === 'invalid_key' ? originOfKey(file, path) : originOf(file, path)
  return [{ code: 'wrong-value', severity: 'error', ...expectation(issue, name), at }]
}

const kinds: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping',
  record: 'a mapping',
}

const otherwise = 'Correct it, or take the key away.'

/** How a value of a kind is written. */
const spellings: Readonly<Record<string, string>> = {
  string: 'Put it in quotes.',
  number: 'Write it in digits, without quotes.',
  int: 'Write it in digits, without quotes.',
  boolean: 'Write true or false, without quotes.',
  array: 'Write it as [a, b].',
  object: 'Write it as key: value.',
  record: 'Write it as key: value.',
}

/** A schema's own sentence goes first: those are written as `must be …. What to do.` */
function expectation(issue: z.core.$ZodIssue, name: string): { message: string; advice: string } {
  if (issue.code === 'invalid_key' && issue.issues[0])
    return expectation(issue.issues[0], `the name "${issue.path.at(-1)?.toString()}"`)
  // An address within the sentence has dots too.
  const own = /^(must .+?)\.(?: (?=\p{Lu})(.+))?$/su.exec(issue.message)
  if (own) return { message: `${name} ${own[1]}`, advice: own[2] ?? otherwise }
  if (issue.code === 'invalid_type') {
    const expected = kinds[issue.expected] ?? issue.expected
    return { message: `${name} must be ${expected}`, advice: spellings[issue.expected] ?? otherwise }
  }
  if (issue.code === 'too_small')
    return issue.origin === 'array' || issue.origin === 'string'
      ? { message: `${name} is empty`, advice: 'Give it a value, or take the key away.' }
      : { message: `${name} must be at least ${issue.minimum}`, advice: otherwise }
  if (issue.code === 'too_big') return { message: `${name} must be at most ${issue.maximum}`, advice: otherwise }
  return { message: `${name} is not valid`, advice: otherwise }
}

/** `limits.per_site`, or `hosts, entry 2` for what a list holds. */
function keyText(path: YamlPath): string {
  const last = path.at(-1)
  return typeof last === 'number' ? `${path.slice(0, -1).join('.')}, entry ${last + 1},` : path.join('.')
}

function unknownKey(file: YamlFile, path: YamlPath, where: string, known: readonly string[]): Problem {
  const key = String(path.at(-1))
  const message = `unknown key "${key}"${where && ` in ${where}`}`
  const advice = didYouMean(key, known, known.length > 0 ? `Known here: ${known.join(', ')}.` : 'Remove it.')
  return { code: 'unknown-key', severity: 'error', message, advice, at: originOfKey(file, path) }
}

/** The keys that the schema knows at a path, following mappings, lists and optional values. */
function knownKeys(schema: z.core.$ZodType, path: YamlPath): readonly string[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodDefault) {
    return knownKeys(schema.unwrap(), path)
  }
  if (schema instanceof z.ZodUnion) return [...new Set(schema.options.flatMap((option) => knownKeys(option, path)))]
  const [first, ...rest] = path
  if (schema instanceof z.ZodObject) {
    if (first === undefined) return Object.keys(schema.shape)
    const inner: z.core.$ZodType | undefined = schema.shape[String(first)]
    return inner ? knownKeys(inner, rest) : []
  }
  if (schema instanceof z.ZodRecord) return first === undefined ? [] : knownKeys(schema.valueType, rest)
  return schema instanceof z.ZodArray && first !== undefined ? knownKeys(schema.element, rest) : []
}

function step(part: PropertyKey): string | number {
  return typeof part === 'number' ? part : String(part)
}
