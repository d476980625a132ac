export interface ChangedLines {
  /** From 0; `last` is the first line that stays. */
  readonly first: number
  readonly last: number
  readonly lines: readonly string[]
}

/** Ranges of lines that differ. Texts of equal length are compared line by line, others as one range between equal ends. */
export function changedLines(before: readonly string[], after: readonly string[]): readonly ChangedLines[] {
  if (before.length === after.length)
    return after.flatMap((line, index) =>
      line === before[index] ? [] : [{ first: index, last: index + 1, lines: [line] }],
    )
  let start = 0
  while (start < before.length && start < after.length && before[start] === after[start]) start += 1
  let end = 0
  while (
    end < before.length - start &&
    end < after.length - start &&
    before[before.length - 1 - end] === after[after.length - 1 - end]
  )
    end += 1
  return [{ first: start, last: before.length - end, lines: after.slice(start, after.length - end) }]
}

/** The same lines: editors keep neither a byte order mark nor mixed line ends. */
export function isSameText(one: string, other: string): boolean {
  return plain(one) === plain(other)
}

function plain(text: string): string {
  return text.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n')
}
