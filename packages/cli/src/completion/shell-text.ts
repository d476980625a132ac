/** One word of a shell, whatever stands in it. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}

/** A `case` of sh, bash and zsh: for each key the line that prints its values. Keys without values are left out. */
export function caseOf(entries: readonly (readonly [key: string, values: readonly string[]])[]): string {
  const branches = entries.flatMap(([key, values]) =>
    values.length === 0 ? [] : [`    ${quoted(key)}) printf '%s\\n' ${values.map(quoted).join(' ')} ;;`],
  )
  return `  case $1 in\n${branches.join('\n')}\n  esac`
}
