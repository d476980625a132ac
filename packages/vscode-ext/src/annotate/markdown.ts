/** Other people's text as text: nothing in it becomes a link, an image or HTML. */
export function cell(text: string): string {
  return text.replace(/[\\`*_{}[\]<>()#|!~&@]/g, (sign) => `&#${sign.charCodeAt(0)};`).replace(/\s+/g, ' ')
}

/** Lines of a table; none without rows. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  if (rows.length === 0) return []
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map((row) => line(row.map(cell)))]
}

/** `1 device`, `1,234 devices`. */
export function count(number: number, noun: string): string {
  return `${number.toLocaleString('en-US')} ${noun}${number === 1 ? '' : 's'}`
}
