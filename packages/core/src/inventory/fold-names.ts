/**
 * Writes device names the way the selection language reads them: `fra-acc-[40-45]`, `fra-acc-[03,08,11]`. Names that share
 * everything but one number of equal width are folded; the order is that of the first name of each fold.
 */
export function foldNames(names: readonly string[]): string[] {
  return foldGroups(names).map((group) => groupText(group, runsOf(group)))
}

/** Numbers and ranges of one fold that a line has room for. */
const mostRuns = 4

/**
 * At most `most` folds with a few numbers each, and what is left out counted in devices: `fra-acc-[40-45] fra-lab-01 … 12 more`.
 * However many names there are, the line stays short.
 */
export function foldNamesShort(names: readonly string[], most: number): string {
  const shown = foldGroups(names)
    .slice(0, most)
    .map((group) => ({ group, runs: runsOf(group).slice(0, mostRuns) }))
  const told = shown.reduce((sum, { runs }) => sum + runs.reduce((count, run) => count + run.length, 0), 0)
  const left = new Set(names).size - told
  const text = shown.map(({ group, runs }) => groupText(group, runs)).join(' ')
  return left === 0 ? text : `${text} … ${left} more`
}

/** Names that differ in one number only; those without a number are alone. */
interface Fold {
  readonly before: string
  readonly after: string
  readonly numbers: string[]
}

/** Numbers that follow one another; two of them are no range yet. */
type Run = readonly string[]

function foldGroups(names: readonly string[]): readonly Fold[] {
  const folds = new Map<string, Fold>()
  for (const name of names) {
    const [, before = name, digits = '', after = ''] = /^(.*?)(\d+)(\D*)$/.exec(name) ?? []
    const key = JSON.stringify([before, digits.length, after])
    const fold = folds.get(key)
    if (fold) fold.numbers.push(digits)
    else folds.set(key, { before, after, numbers: [digits] })
  }
  return [...folds.values()]
}

function groupText({ before, after, numbers }: Fold, runs: readonly Run[]): string {
  if (new Set(numbers).size === 1) return `${before}${numbers[0]}${after}`
  const parts = runs.map((run) => (run.length > 1 ? `${run[0]}-${run.at(-1)}` : run[0]))
  return `${before}[${parts.join(',')}]${after}`
}

function runsOf({ numbers }: Fold): readonly Run[] {
  const runs: string[][] = []
  for (const number of [...new Set(numbers)].sort()) {
    const run = runs.at(-1)
    if (run && Number(run.at(-1)) + 1 === Number(number)) run.push(number)
    else runs.push([number])
  }
  return runs.flatMap((run) => (run.length > 2 ? [run] : run.map((number) => [number])))
}
