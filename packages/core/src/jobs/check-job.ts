import { isAbsolute, relative, resolve, sep } from 'node:path'
import { NetlatchError } from '../errors.ts'
import { parseSelection } from '../inventory/parse-selection.ts'
import type { Problem } from '../model.ts'
import type { Platform } from '../platforms/platform.ts'
import { isReadOnly } from '../platforms/read-only.ts'
import { didYouMean } from '../workspace/nearest-name.ts'
import type { YamlFile } from '../workspace/yaml-file.ts'
import { nodeAt, originOf, originOfKey, type YamlPath } from '../workspace/yaml-node.ts'
import { expectedPattern } from './expectations.ts'
import { loginFailure, retryClassNames } from './retry.ts'
import { hasPlace, isSafePattern, savePlaces, unknownPlaces } from './save-path.ts'

/** What a job is checked against. */
export interface JobSurroundings {
  /** Of the workspace, absolute. */
  readonly folder: string
  readonly platform: (name: string) => Platform | undefined
  readonly platformNames: readonly string[]
  /** Folders that have another use, absolute: no answer is saved there. */
  readonly reserved: readonly string[]
  readonly hasTemplates: boolean
}

/** The key for platforms that a job does not name. */
export const anyPlatformKey = 'any'

type Report = (path: YamlPath, code: string, message: string, advice: string) => void

/** What a schema cannot say, in the job's own words, with places. Reads the file as it is: one mistake hides no other. */
export function checkJob(source: YamlFile, surroundings: JobSurroundings): readonly Problem[] {
  const problems: Problem[] = []
  const report: Report = (path, code, message, advice) => {
    problems.push({ code, severity: 'error', message, advice, at: originOf(source, path) })
  }
  checkSelection(source, report)
  checkCommands(source, surroundings, report)
  checkSave(source, surroundings, report)
  checkRetry(source, report)
  checkExpectations(source, report)
  if (valueAt(source, ['parse']) && !surroundings.hasTemplates)
    report(['parse'], 'no-templates', 'parse needs a folder of templates', 'Set textfsm: in netlatch.yaml.')
  return problems
}

/** A batch has no keys of a job; the most likely mistake is to mix the two. */
export function checkBatch(source: YamlFile): readonly Problem[] {
  return ['selection', 'commands'].flatMap((key): Problem[] => {
    if (nodeAt(source.root, [key]) === undefined) return []
    const message = `${key} beside jobs: a file is a job or a list of jobs`
    const at = originOfKey(source, [key])
    return [{ code: 'unknown-key', severity: 'error', message, advice: 'Move it to a file of its own.', at }]
  })
}

function checkSelection(source: YamlFile, report: Report): void {
  const selection = valueAt(source, ['selection'])
  if (typeof selection !== 'string' || selection === '') return
  try {
    parseSelection(selection)
  } catch (error) {
    if (!(error instanceof NetlatchError)) throw error
    report(['selection'], 'wrong-selection', `selection ${error.message.replace(/\.$/, '')}`, error.advice ?? '')
  }
}

function checkCommands(source: YamlFile, { platform, platformNames }: JobSurroundings, report: Report): void {
  const named = new Map<string, string>()
  for (const key of keysAt(source, ['commands'])) {
    if (key === anyPlatformKey) continue
    const found = platform(key)
    const known = [...platformNames, anyPlatformKey]
    if (!found) {
      report(
        ['commands', key],
        'unknown-platform',
        `unknown platform "${key}"`,
        didYouMean(key, known, 'netlatch platforms list'),
      )
      continue
    }
    const other = named.get(found.name)
    if (other) report(['commands', key], 'duplicate-key', `${key} is the same platform as ${other}`, 'Join the two.')
    named.set(found.name, key)
    for (const [path, command] of textsAt(source, ['commands', key]))
      if (!isReadOnly(found, command))
        report(path, 'not-read-only', `"${command}" is not read-only on ${key}`, 'Jobs send only commands that read.')
  }
}

function checkSave(source: YamlFile, { folder, reserved }: JobSurroundings, report: Report): void {
  const pattern = valueAt(source, ['save_to'])
  const replaces = valueAt(source, ['replace']) === true
  if (pattern === undefined)
    for (const key of ['raw', 'replace'])
      if (valueAt(source, [key]) !== undefined)
        report([key], 'wrong-value', `${key} without save_to`, 'Remove it, or say where to save the answers.')
  if (typeof pattern !== 'string' || pattern === '') return
  const needs = { command: hasSeveralCommands(source), timestamp: !replaces }
  const mistake = saveMistake(pattern, { folder, reserved, needs })
  if (mistake) report(['save_to'], 'unsafe-path', ...mistake)
}

interface SaveRules extends Pick<JobSurroundings, 'folder' | 'reserved'> {
  readonly needs: { readonly command: boolean; readonly timestamp: boolean }
}

function saveMistake(pattern: string, { folder, reserved, needs }: SaveRules): [string, string] | undefined {
  const example = 'Write it as outputs/{device}-{timestamp}.txt.'
  const [unknown] = unknownPlaces(pattern)
  if (unknown !== undefined)
    return [`unknown place {${unknown}} in save_to`, `Known: ${savePlaces.map((place) => `{${place}}`).join(', ')}.`]
  if (!isSafePattern(pattern)) return [`save_to "${pattern}" is no plain path below the workspace`, example]
  const [first = '', ...rest] = pattern.split('/')
  if (rest.length === 0 || first.includes('{')) return ['save_to needs a folder of its own in front', example]
  const base = resolve(folder, first)
  if (reserved.some((other) => isInside(base, other) || isInside(other, base)))
    return [`save_to: ${first}/ has another use`, 'Choose another folder.']
  if (!hasPlace(pattern, 'device')) return ['save_to would write all devices into one file', 'Add {device}.']
  if (needs.command && !hasPlace(pattern, 'command'))
    return ['save_to would write several commands into one file', 'Add {command}.']
  if (needs.timestamp && !hasPlace(pattern, 'timestamp'))
    return ['save_to would meet its own files in the next run', 'Add {timestamp}, or replace: true.']
  return undefined
}

function checkRetry(source: YamlFile, report: Report): void {
  const known: readonly string[] = retryClassNames
  for (const [path, name] of textsAt(source, ['retry', 'on'])) {
    if (known.includes(name)) continue
    const choose = `Choose from ${known.join(', ')}.`
    if (loginFailure.test(name))
      report(
        path,
        'login-retry',
        `retry on ${name}: a failed login is never tried again, it could lock the account`,
        choose,
      )
    else report(path, 'wrong-value', `retry on ${name}: there is no such class`, didYouMean(name, known, choose))
  }
}

function checkExpectations(source: YamlFile, report: Report): void {
  const commands = new Set(commandPaths(source).flatMap((path) => textsAt(source, path).map(([, command]) => command)))
  const expected = nodeAt(source.root, ['expect'])
  const count = expected?.kind === 'list' ? expected.items.length : 0
  for (let index = 0; index < count; index += 1) {
    const path = ['expect', index]
    const command = valueAt(source, [...path, 'command'])
    if (typeof command === 'string' && !commands.has(command))
      report(
        [...path, 'command'],
        'unknown-command',
        `"${command}" is none of the job's commands`,
        didYouMean(command, commands, 'Write it as under commands:.'),
      )
    const keys = ['contains', 'matches', 'not_matches']
    if (keys.every((key) => valueAt(source, [...path, key]) === undefined))
      report(path, 'wrong-value', 'an expectation that expects nothing', `Add ${keys.join(', ')}.`)
    for (const key of ['matches', 'not_matches'])
      for (const [at, pattern] of textsAt(source, [...path, key])) {
        const reason = patternMistake(pattern)
        if (reason)
          report(at, 'wrong-pattern', `the pattern ${pattern} is not understood: ${reason}`, 'Use the syntax of RE2.')
      }
  }
}

function patternMistake(pattern: string): string | undefined {
  try {
    expectedPattern(pattern)
    return undefined
  } catch (error) {
    if (error instanceof SyntaxError) return error.message
    throw error
  }
}

function hasSeveralCommands(source: YamlFile): boolean {
  return commandPaths(source).some((path) => textsAt(source, path).length > 1)
}

/** Where the lists of commands stand: one, or one by platform. */
function commandPaths(source: YamlFile): readonly YamlPath[] {
  const keys = keysAt(source, ['commands'])
  return keys.length === 0 ? [['commands']] : keys.map((key) => ['commands', key])
}

function keysAt(source: YamlFile, path: YamlPath): readonly string[] {
  const node = nodeAt(source.root, path)
  return node?.kind === 'map' ? [...node.entries.keys()] : []
}

function valueAt(source: YamlFile, path: YamlPath): unknown {
  return nodeAt(source.root, path)?.value
}

/** A text, or the texts of a list, each with its place; whatever is no text is left to the schema. */
function textsAt(source: YamlFile, path: YamlPath): readonly (readonly [YamlPath, string])[] {
  const value = valueAt(source, path)
  if (typeof value === 'string') return [[path, value]]
  if (!Array.isArray(value)) return []
  return value.flatMap((item: unknown, index) => (typeof item === 'string' ? [[[...path, index], item] as const] : []))
}

function isInside(path: string, folder: string): boolean {
  const inside = relative(folder, path)
  return inside === '' || (!inside.startsWith(`..${sep}`) && inside !== '..' && !isAbsolute(inside))
}
