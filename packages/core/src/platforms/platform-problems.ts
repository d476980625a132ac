import type { Problem } from '../model.ts'
import { didYouMean } from '../workspace/nearest-name.ts'
import type { YamlFile } from '../workspace/yaml-file.ts'
import { nodeAt, originOf, originOfKey, type YamlPath } from '../workspace/yaml-node.ts'
import { scalarOffset } from '../workspace/yaml-scalar.ts'
import { withFileKeys } from './merge-platform.ts'
import { compilePattern } from './pattern.ts'
import { faultOf, groupsOf } from './pattern-fault.ts'
import type { Platform } from './platform.ts'
import { isReadOnly } from './read-only.ts'

/** Keys whose texts are patterns, wherever they stand. */
const patternKeys = new Set(
  'prompt prompt_context password_prompt refused pattern except open close tail section not_section preamble known_end'
    .split(' ')
    .concat('counts')
    .concat('read_only filters errors identity identification'.split(' ')),
)
/** What must never be taken for an empty line, or for anything. */
const questions = new Set(['prompt', 'password_prompt', 'prompt_context'])

/** What is wrong with the patterns that a file has itself. */
export function patternProblems(file: YamlFile): readonly Problem[] {
  const walk = (path: YamlPath, value: unknown, key: string): readonly Problem[] => {
    if (typeof value === 'string') {
      const isWitness = key === 'answer' && path.includes('witness')
      return patternKeys.has(key) || isWitness ? problemsOfPattern(file, path, value, key) : []
    }
    if (typeof value !== 'object' || value === null) return []
    if (Array.isArray(value)) return value.flatMap((item, index) => walk([...path, index], item, key))
    return Object.entries(value).flatMap(([inner, each]) => walk([...path, inner], each, inner))
  }
  return walk([], file.value, '')
}

function problemsOfPattern(file: YamlFile, path: YamlPath, pattern: string, key: string): readonly Problem[] {
  const at = originOf(file, path)
  const where = path.filter((step) => typeof step === 'string').join('.')
  const wrong = (message: string, advice: string, place = at): readonly Problem[] => [
    { code: 'wrong-pattern', severity: 'error', message, advice, at: place },
  ]
  const fault = faultOf(pattern)
  if (fault) {
    const node = nodeAt(file.root, path)
    const place = node ? file.positionAt(scalarOffset(file.text, node, fault.offset)) : at
    return wrong(`the pattern of ${where} ${fault.message}, at its character ${fault.offset + 1}`, fault.advice, place)
  }
  const parent = path.filter((step) => typeof step === 'string').at(-2)
  if (parent === 'secrets' && key === 'pattern' && !groupsOf(pattern).includes('secret'))
    return wrong(`the pattern of ${where} has no group (?<secret>…)`, 'Put it around what is to be hidden.')
  if (key === 'counts' && !groupsOf(pattern).includes('lines'))
    return wrong(`the pattern of ${where} has no group (?<lines>…)`, 'Put it around the number.')
  if (key === 'identity' && !groupsOf(pattern).some((name) => name === 'hostname' || name === 'serial'))
    return wrong('a pattern of identity has no group (?<hostname>…) or (?<serial>…)', 'Put it around the name.')
  if (!questions.has(key) || parent === 'privileges') return []
  const line = compilePattern(`^(?:${pattern})$`, { of: [pattern], on: 'line' })
  if (line.test('')) return wrong(`the pattern of ${where} matches an empty line`, 'Write what the line really shows.')
  const mustTell = key === 'password_prompt' || path.length === 1
  return mustTell && line.test('x') ? wrong(`the pattern of ${where} matches any line`, anyLineAdvice) : []
}

const anyLineAdvice =
  'Write what the line really shows: a secret goes to what looks like its question, output ends at a prompt.'

/** What a platform cannot do without; the rest has a default. */
const required = [
  'title',
  'prompt',
  'read_only',
  'errors',
  'secrets',
  ...['commands', 'privileged', 'whole', 'section'].map((key) => `configurations.running.${key}`),
]

/** What is missing in the merged platform, and what of it does not fit together. Only for one whose patterns are right. */
export function platformProblems(file: YamlFile, platform: Platform): readonly Problem[] {
  const value = withFileKeys(platform)
  const has = (path: string) => valueAt(value, path.split('.')) !== undefined
  const startup = has('configurations.startup')
    ? required.filter((path) => path.startsWith('configurations.running.'))
    : []
  const enable = has('enable') ? ['enable.command', 'enable.password_prompt', 'enable.refused'] : []
  const paths = [...required, ...startup.map((path) => path.replace('running', 'startup')), ...enable]
  const missing = paths.filter((path) => !has(path))
  if (missing.length > 0) return missing.map((path) => missingKey(file, path))
  return [...commandProblems(file, platform), ...countProblems(file, platform)]
}

/** What is counted must be there. */
function countProblems(file: YamlFile, { configurations }: Platform): readonly Problem[] {
  return Object.entries(configurations).flatMap(([name, { commands, witness }]) => {
    const of = typeof witness?.answer === 'object' && 'of' in witness.answer ? witness.answer.of : undefined
    if (of === undefined || commands.includes(of)) return []
    const at = originOf(file, ['configurations', name, 'witness', 'answer', 'of'])
    const message = `the witness counts the lines of "${of}", which is no command of this configuration`
    return [{ code: 'unknown-name', severity: 'error', message, advice: 'Write one of its commands.', at }]
  })
}

function missingKey(file: YamlFile, path: string): Problem {
  const message = `the platform has no ${path}`
  const advice = `Add ${path.split('.').at(-1)}:, or extends: with a platform that has it.`
  return { code: 'missing-key', severity: 'error', message, advice, at: originOfKey(file, path.split('.')) }
}

/** A backup sends nothing that the platform itself does not call reading. */
function commandProblems(file: YamlFile, platform: Platform): readonly Problem[] {
  const captures = Object.entries(platform.configurations).flatMap(([name, { commands, witness }]) => [
    ...commands.map((command, index) => ({ command, path: ['configurations', name, 'commands', index] })),
    ...(witness ? [{ command: witness.command, path: ['configurations', name, 'witness', 'command'] }] : []),
  ])
  const serial = platform.serial ? [{ command: platform.serial.command, path: ['serial', 'command'] }] : []
  const detect = (platform.detect ?? []).map(({ command }, index) => ({ command, path: ['detect', index, 'command'] }))
  return [...captures, ...serial, ...detect]
    .filter(({ command }) => !isReadOnly(platform, command))
    .map(({ command, path }) => ({
      code: 'not-read-only',
      severity: 'error',
      message: `"${command}" matches no pattern of read_only`,
      advice: 'Add a pattern for it: what is sent on its own must only read.',
      at: originOf(file, path),
    }))
}

export function unknownPlatform(file: YamlFile, path: YamlPath, name: string, names: Iterable<string>): Problem {
  const advice = didYouMean(name, names, 'Write a name of: netlatch platforms list')
  return {
    code: 'unknown-name',
    severity: 'error',
    message: `unknown platform "${name}"`,
    advice,
    at: originOf(file, path),
  }
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (inner, key) => (typeof inner === 'object' && inner !== null ? (inner as Record<string, unknown>)[key] : undefined),
    value,
  )
}
