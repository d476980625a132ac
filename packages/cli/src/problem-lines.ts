import type { Problem } from '@netlatch/core'
import { wrapWords } from './wrap-words.ts'

/** So many of one kind are shown: errors, and secrets in a file, are mended one by one; of other warnings the kind is what matters. */
function shownOf({ severity, code }: Problem): number {
  return severity === 'error' || code.startsWith('secret-') ? 20 : 3
}

/** The worst first, warnings of a kind together. Of many of one kind the first are shown, and how many more there are. */
export function problemLines(
  problems: readonly Problem[],
  { verbose, columns }: { readonly verbose: boolean; readonly columns: number },
): readonly string[] {
  const errors = problems.filter(({ severity }) => severity === 'error')
  const warnings = problems.filter(({ severity }) => severity === 'warning')
  const sorted = [...errors, ...[...Map.groupBy(warnings, ({ code }) => code).values()].flat()]
  if (verbose) return sorted.map((problem) => problemText(problem, columns))
  const seen = new Map<string, number>()
  return sorted.flatMap((problem) => {
    const { severity, code } = problem
    const kind = `${severity} ${code}`
    const count = (seen.get(kind) ?? 0) + 1
    seen.set(kind, count)
    const most = shownOf(problem)
    if (count > most + 1) return []
    if (count <= most) return [problemText(problem, columns)]
    const left = sorted.filter((each) => each.severity === severity && each.code === code).length - most
    // One more line would say as much as one more problem.
    return left === 1
      ? [problemText(problem, columns)]
      : [`  … ${left.toLocaleString('en-US')} more of this kind: --verbose`]
  })
}

/** What is longer has its advice on a line of its own. */
const lineWidth = 100

/** `columns`: of the terminal. */
export function problemText(problem: Problem, columns = Number.POSITIVE_INFINITY): string {
  const place = `${problem.at.file}:${problem.at.line}:${problem.at.column}`
  const what = `${place}  ${problem.severity === 'warning' ? 'warning: ' : ''}${problem.message}`
  if (!problem.advice) return wrapWords(what, columns, 4).trimStart()
  const oneLine = `${what}. ${problem.advice}`
  if (oneLine.length <= Math.min(lineWidth, columns)) return oneLine
  const below = ' '.repeat(place.length + 2) + problem.advice
  if (Math.max(what.length, below.length) <= columns) return `${what}\n${below}`
  return `${wrapWords(what, columns, 4).trimStart()}\n${wrapWords(problem.advice, columns, 4)}`
}

/** `5 problems in 2 files`. */
export function problemCount(problems: readonly Problem[]): string {
  const files = new Set(problems.map((problem) => problem.at.file)).size
  const noun = problems.length === 1 ? 'problem' : 'problems'
  return `${problems.length} ${noun} in ${files} ${files === 1 ? 'file' : 'files'}`
}
