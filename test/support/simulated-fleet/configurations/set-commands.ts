/** Junos `| display set`: one `set` line for each statement of a curly-brace configuration. */
export function asSetCommands(lines: readonly string[]): string[] {
  const path: string[] = []
  return lines.flatMap((line) => {
    const statement = line.replace(/\s*##.*$/, '').trim()
    if (statement === '') return []
    if (statement.endsWith('{')) {
      path.push(statement.slice(0, -1).trim())
      return []
    }
    if (statement === '}') {
      path.pop()
      return []
    }
    const [, name = '', list] = /^(.*?)(?: \[ (.*) \])?;$/.exec(statement) ?? []
    const values = list === undefined ? [name] : list.split(' ').map((value) => `${name} ${value}`)
    return values.map((value) => ['set', ...path, value].join(' '))
  })
}
