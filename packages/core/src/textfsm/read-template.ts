import { NetlatchError } from '../errors.ts'
import { readRule } from './read-rule.ts'
import { readValue } from './read-value.ts'
import {
  finalStates,
  lineActions,
  recordActions,
  type Template,
  type TemplateRule,
  type TemplateValue,
} from './template.ts'
import { TemplateMistake } from './template-pattern.ts'

const comment = /^\s*#/
/**
 * Reads a template of TextFSM, as its public description says (google/textfsm, wiki: TextFSMHowto). Patterns are Python's as far
 * as RE2 knows them: all but look-ahead and back references. Throws INPUT_INVALID with the line.
 */
export function readTemplate(text: string, file: string): Template {
  try {
    return parse(text.replace(/^\uFEFF/, '').split(/\r?\n/), file)
  } catch (error) {
    if (!(error instanceof TemplateMistake)) throw error
    const at = { file, line: error.line, column: 1 }
    throw new NetlatchError('INPUT_INVALID', `${file}:${error.line}: ${error.message}.`, {
      at,
      advice: 'Correct the template.',
      problems: [{ code: 'wrong-template', severity: 'error', message: error.message, at }],
    })
  }
}

function parse(lines: readonly string[], file: string): Template {
  const { values, end } = readValues(lines)
  const states = readStates(lines, end, values)
  checkStates(states, lines.length)
  return { file, values, states: new Map([...states].filter(([name]) => name !== 'End')) }
}

/** Value lines, up to the first blank line. */
function readValues(lines: readonly string[]): { readonly values: readonly TemplateValue[]; readonly end: number } {
  const values: TemplateValue[] = []
  let index = 0
  for (; index < lines.length; index += 1) {
    const line = (lines[index] ?? '').trimEnd()
    const number = index + 1
    if (line === '') break
    if (comment.test(line)) continue
    if (!line.startsWith('Value '))
      throw new TemplateMistake(
        number,
        values.length === 0
          ? 'a template begins with its Value lines'
          : 'a blank line is missing after the last Value line',
      )
    const value = readValue(line, number)
    if (values.some(({ name }) => name === value.name)) throw new TemplateMistake(number, `Value ${value.name} twice`)
    values.push(value)
  }
  if (values.length === 0) throw new TemplateMistake(1, 'a template begins with its Value lines')
  return { values, end: index }
}

type States = Map<string, { readonly line: number; readonly rules: readonly TemplateRule[] }>

function readStates(
  lines: readonly string[],
  start: number,
  values: readonly TemplateValue[],
): Map<string, readonly TemplateRule[]> {
  const states: States = new Map()
  let name: string | undefined
  for (let index = start; index < lines.length; index += 1) {
    const line = (lines[index] ?? '').trimEnd()
    const number = index + 1
    if (comment.test(line)) continue
    if (line === '') {
      name = undefined
    } else if (name === undefined) {
      name = stateName(line, number)
      if (states.has(name)) throw new TemplateMistake(number, `state ${name} twice`)
      states.set(name, { line: number, rules: [] })
    } else {
      if (!/^(?: {1,2}|\t)\^/.test(line))
        throw new TemplateMistake(number, 'a rule begins with one or two blanks, or a tab, and ^')
      const state = states.get(name)
      const rule = readRule(line.trim(), number, values)
      if (state) states.set(name, { ...state, rules: [...state.rules, rule] })
    }
  }
  return new Map([...states].map(([key, { rules }]) => [key, rules]))
}

function stateName(line: string, number: number): string {
  const reserved: readonly string[] = [...lineActions, ...recordActions]
  if (/^\w{1,48}$/.test(line) && !reserved.includes(line)) return line
  throw new TemplateMistake(number, `"${line.slice(0, 60)}" is no name of a state`)
}

function checkStates(states: ReadonlyMap<string, readonly TemplateRule[]>, lastLine: number): void {
  if (!states.has('Start')) throw new TemplateMistake(lastLine, 'there is no state Start')
  for (const name of finalStates) {
    const [rule] = states.get(name) ?? []
    if (rule) throw new TemplateMistake(rule.line, `state ${name} must have no rules`)
  }
  for (const [name, rules] of states)
    for (const { lineAction, target, line } of rules)
      if (lineAction !== 'Error' && target !== undefined && !finalStates.includes(target) && !states.has(target))
        throw new TemplateMistake(line, `there is no state ${target}, which a rule of ${name} leads to`)
}
