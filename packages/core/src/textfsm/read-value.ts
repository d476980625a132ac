import { type TemplateValue, type ValueOption, valueOptions } from './template.ts'
import { TemplateMistake, templatePattern } from './template-pattern.ts'

const longestName = 48

/** `Value [option,…] name (regex)`. */
export function readValue(line: string, number: number): TemplateValue {
  const words = line.split(' ')
  if (words.length < 3) throw new TemplateMistake(number, 'a Value line is: Value [options] name (regex)')
  const hasOptions = !words[2]?.startsWith('(')
  const options = hasOptions ? readOptions(words[1] ?? '', number) : []
  const name = (hasOptions ? words[2] : words[1]) ?? ''
  const regex = words.slice(hasOptions ? 3 : 2).join(' ')
  if (!/^[A-Za-z_]\w*$/.test(name) || name.length > longestName)
    throw new TemplateMistake(number, `"${name.slice(0, 60)}" is no name of a Value`)
  if ((valueOptions as readonly string[]).includes(name))
    throw new TemplateMistake(number, `${name} is an option, and no name of a Value`)
  if (!/^\(.*\)$/s.test(regex) || /(?<!\\)(?:\\\\)*\\\)$/.test(regex))
    throw new TemplateMistake(number, `the pattern of Value ${name} must stand in brackets`)
  const whole = templatePattern(regex, number)
  const hasGroups = options.includes('List') && /\(\?P<\w+>/.test(regex)
  return { name, options, regex, ...(hasGroups && { nested: whole }) }
}

function readOptions(text: string, number: number): readonly ValueOption[] {
  const options = text.split(',')
  for (const [index, option] of options.entries()) {
    if (!isOption(option))
      throw new TemplateMistake(number, `unknown option "${option}". Known: ${valueOptions.join(', ')}`)
    if (options.indexOf(option) !== index) throw new TemplateMistake(number, `option ${option} twice`)
  }
  return options.filter(isOption)
}

function isOption(text: string): text is ValueOption {
  return (valueOptions as readonly string[]).includes(text)
}
