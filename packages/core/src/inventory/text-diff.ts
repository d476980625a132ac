import type { FileChange } from './edit-inventory.ts'

/** Lines around a change. */
const context = 3
/** Differences beyond which the changed part is shown as a whole: the search costs their square. */
const mostDifferences = 3000

interface Line {
  readonly kind: ' ' | '-' | '+'
  readonly text: string
}

/** How a file changes, as `diff -u` shows it. A new file is shown as it will be. */
export function changeText({ file, before, after }: Omit<FileChange, 'path'> & Partial<FileChange>): string {
  if (before === undefined) return `+++ ${file} (new)\n${after}`
  const lines = diffLines(before.split('\n'), after.split('\n'))
  const shown = lines.map((_, index) =>
    lines.slice(Math.max(0, index - context), index + context + 1).some(({ kind }) => kind !== ' '),
  )
  const text: string[] = [`--- ${file}`, `+++ ${file}`]
  let [oldLine, newLine] = [1, 1]
  for (const [index, { kind, text: line }] of lines.entries()) {
    if (shown[index]) {
      if (!shown[index - 1]) text.push(`@@ -${oldLine} +${newLine} @@`)
      text.push(`${kind}${line}`)
    }
    if (kind !== '+') oldLine += 1
    if (kind !== '-') newLine += 1
  }
  return `${text.join('\n')}\n`
}

/** The fewest lines that must go and come, by Myers' greedy search between the equal ends. */
function diffLines(before: readonly string[], after: readonly string[]): readonly Line[] {
  let start = 0
  while (start < Math.min(before.length, after.length) && before[start] === after[start]) start += 1
  let end = 0
  while (
    end < Math.min(before.length, after.length) - start &&
    before[before.length - 1 - end] === after[after.length - 1 - end]
  )
    end += 1
  const same = (lines: readonly string[]) => lines.map((text): Line => ({ kind: ' ', text }))
  return [
    ...same(before.slice(0, start)),
    ...diffMiddle(before.slice(start, before.length - end), after.slice(start, after.length - end)),
    ...same(before.slice(before.length - end)),
  ]
}

function diffMiddle(a: readonly string[], b: readonly string[]): readonly Line[] {
  const trace: Int32Array[] = []
  const most = Math.min(a.length + b.length, mostDifferences)
  let furthest = new Int32Array(3)
  for (let edits = 0; edits <= most; edits += 1) {
    // One more place at each end than the diagonals of this round, so that neighbours can be read.
    const next = new Int32Array(2 * edits + 5)
    const at = (diagonal: number) => furthest[diagonal + edits] ?? 0
    for (let diagonal = -edits; diagonal <= edits; diagonal += 2) {
      const isDown = diagonal === -edits || (diagonal !== edits && at(diagonal - 1) < at(diagonal + 1))
      let x = edits === 0 ? 0 : isDown ? at(diagonal + 1) : at(diagonal - 1) + 1
      while (x < a.length && x - diagonal < b.length && a[x] === b[x - diagonal]) x += 1
      next[diagonal + edits + 1] = x
      if (x >= a.length && x - diagonal >= b.length) return backtrack(a, b, trace, edits)
    }
    trace.push(next)
    furthest = next
  }
  return [...a.map((text): Line => ({ kind: '-', text })), ...b.map((text): Line => ({ kind: '+', text }))]
}

/** `trace[n]` holds the furthest x of each diagonal after n edits, diagonal 0 at its place n + 1. */
function backtrack(
  a: readonly string[],
  b: readonly string[],
  trace: readonly Int32Array[],
  edits: number,
): readonly Line[] {
  const lines: Line[] = []
  let [x, y] = [a.length, b.length]
  for (let round = edits; round > 0; round -= 1) {
    const diagonal = x - y
    const at = (of: number) => trace[round - 1]?.[of + round] ?? 0
    const isDown = diagonal === -round || (diagonal !== round && at(diagonal - 1) < at(diagonal + 1))
    const fromX = isDown ? at(diagonal + 1) : at(diagonal - 1)
    const fromY = fromX - (isDown ? diagonal + 1 : diagonal - 1)
    const [startX, startY] = isDown ? [fromX, fromY + 1] : [fromX + 1, fromY]
    for (; x > startX && y > startY; x -= 1, y -= 1) lines.push({ kind: ' ', text: a[x - 1] ?? '' })
    lines.push(isDown ? { kind: '+', text: b[fromY] ?? '' } : { kind: '-', text: a[fromX] ?? '' })
    x = fromX
    y = fromY
  }
  for (; x > 0; x -= 1) lines.push({ kind: ' ', text: a[x - 1] ?? '' })
  return lines.reverse()
}
