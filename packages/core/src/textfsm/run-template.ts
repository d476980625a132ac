import { setImmediate as nextTurn } from 'node:timers/promises'
import { NetlatchError } from '../errors.ts'
import { RecordBuilder, type Row } from './record-builder.ts'
import { finalStates, type Template, type TemplateRule } from './template.ts'

export type { Cell, Row } from './record-builder.ts'

export interface TemplateTable {
  readonly header: readonly string[]
  readonly rows: readonly Row[]
  /** Names of the Values with the option Key. */
  readonly keys: readonly string[]
}

/** As Python's `splitlines`, which the format's description builds on. */
const lineEnd = /\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]/

/** Runs a template over a text. Throws COMMAND_ERROR where a rule says Error: the text is not what the template is for. */
export function runTemplate(template: Template, text: string): TemplateTable {
  const steps = stepsOf(template, text)
  for (;;) {
    const { done, value } = steps.next()
    if (done) return value
  }
}

/** The same for a text of any size: whatever else the program does goes on meanwhile. */
export async function runTemplateAside(template: Template, text: string): Promise<TemplateTable> {
  const steps = stepsOf(template, text)
  for (;;) {
    const { done, value } = steps.next()
    if (done) return value
    await nextTurn()
  }
}

/** About 10 ms of work with a template of a few rules. */
const linesAtOnce = 500

function* stepsOf(template: Template, text: string): Generator<void, TemplateTable, void> {
  const { values, states } = template
  const record = new RecordBuilder(values)
  const lines = text.split(lineEnd)
  if (lines.at(-1) === '') lines.pop()
  let state = 'Start'
  for (const [index, line] of lines.entries()) {
    if (index % linesAtOnce === linesAtOnce - 1) yield
    const next = nextState(states.get(state) ?? [], line, record, template)
    if (next !== undefined) state = next
    if (finalStates.includes(state)) break
  }
  if (state !== 'End' && !states.has('EOF')) record.save()
  return {
    header: values.map(({ name }) => name),
    rows: record.rows,
    keys: values.filter(({ options }) => options.includes('Key')).map(({ name }) => name),
  }
}

function nextState(
  rules: readonly TemplateRule[],
  line: string,
  record: RecordBuilder,
  template: Template,
): string | undefined {
  for (const rule of rules) {
    const match = rule.pattern.matchStart(line)
    if (!match) continue
    record.assign(match.groups)
    if (rule.recordAction === 'Record') record.save()
    else if (rule.recordAction === 'Clear') record.clear()
    else if (rule.recordAction === 'Clearall') record.clearAll()
    if (rule.lineAction === 'Error') throw errorOf(rule, template)
    if (rule.lineAction === 'Next') return rule.target
  }
  return undefined
}

function errorOf({ target, line }: TemplateRule, { file }: Template): NetlatchError {
  const said = target === undefined ? 'a line that the template does not expect' : target.replace(/^"(.*)"$/s, '$1')
  return new NetlatchError('COMMAND_ERROR', `${file}:${line}: ${said}.`, {
    details: { reason: `${said} (${file}:${line})` },
  })
}
