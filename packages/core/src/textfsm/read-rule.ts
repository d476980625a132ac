import type { TemplateRule, TemplateValue } from './template.ts'
import { TemplateMistake, templatePattern } from './template-pattern.ts'

const action =
  /^(?:\s+(?:(?<line>Continue|Next|Error)(?:\.(?<record>Clearall|Clear|Record|NoRecord))?|(?<only>Clearall|Clear|Record|NoRecord))(?=\s|$))?(?:\s+(?<target>\w+|".*"))?$/

/** `^regex [-> action]`; the last ` ->` of the line divides them. */
export function readRule(line: string, number: number, values: readonly TemplateValue[]): TemplateRule {
  const divided = /^(?<match>.*)\s->(?<action>.*)$/s.exec(line)?.groups
  const pattern = templatePattern(substitute(divided?.match ?? line, number, values), number)
  if (!divided) return { pattern, lineAction: 'Next', recordAction: 'NoRecord', line: number }
  const found = action.exec(divided.action ?? '')?.groups
  if (!found)
    throw new TemplateMistake(number, `the action "${(divided.action ?? '').trim()}" is none that TextFSM knows`)
  const lineAction = (found.line ?? 'Next') as TemplateRule['lineAction']
  const recordAction = (found.record ?? found.only ?? 'NoRecord') as TemplateRule['recordAction']
  const { target } = found
  if (lineAction === 'Continue' && target !== undefined)
    throw new TemplateMistake(number, 'Continue must not change the state, or a template could go round for ever')
  if (lineAction !== 'Error' && target?.startsWith('"'))
    throw new TemplateMistake(number, `${target} is no name of a state`)
  return { pattern, lineAction, recordAction, ...(target !== undefined && { target }), line: number }
}

/** `${Name}` and `$Name` stand for the pattern of a Value, `$$` for a dollar sign. */
function substitute(pattern: string, number: number, values: readonly TemplateValue[]): string {
  return pattern.replaceAll(/\$(?:(\$)|(?<plain>[A-Za-z_]\w*)|\{(?<braced>[A-Za-z_]\w*)\}|)/g, (all, ...rest) => {
    const { plain, braced } = rest.at(-1) as { readonly plain?: string; readonly braced?: string }
    if (all === '$$') return '$'
    const name = plain ?? braced
    const value = values.find((each) => each.name === name)
    if (value) return value.regex.replace('(', `(?P<${value.name}>`)
    const what = name === undefined ? 'a single $: the end of a line is $$' : `there is no Value ${name}`
    throw new TemplateMistake(number, what)
  })
}
