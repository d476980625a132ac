/**
 * Writes device names the way the selection language reads them: `fra-acc-[40-45]`, `fra-acc-[03,08,11]`. Names that share
 * everything but one number of equal width are folded; the order is that of the first name of each fold.
 */
export function foldNames(names: readonly string[]): string[] {
  return foldGroups(names).map((group) => group.text)
}

/** At most `most` folds, with what is left out counted in devices: `fra-acc-[40-45] fra-lab-01 … 12 more`. */
export function foldNamesShort(names: readonly string[], most: number): string {
  const groups = foldGroups(names)
  const left = groups.slice(most).reduce((sum, group) => sum + group.devices, 0)
  const shown = groups.slice(0, most).map((group) => group.text)
  return left === 0 ? shown.join(' ') : `${shown.join(' ')} … ${left} more`
}

function foldGroups(names: readonly string[]): { readonly text: string; readonly devices: number }[] {
  const folds = new Map<string, { readonly before: string; readonly after: string; readonly numbers: string[] }>()
  for (const name of names) {
    const [, before = name, digits = '', after = ''] = /^(.*?)(\d+)(\D*)$/.exec(name) ?? []
    const key = JSON.stringify([before, digits.length, after])
    const fold = folds.get(key)
    if (fold) fold.numbers.push(digits)
    else folds.set(key, { before, after, numbers: [digits] })
  }
  return [...folds.values()].map(({ before, after, numbers }) => ({
    devices: numbers.length,
    text: numbers.length === 1 ? `${before}${numbers[0]}${after}` : `${before}[${foldNumbers(numbers)}]${after}`,
  }))
}

function foldNumbers(numbers: readonly string[]): string {
  const sorted = [...new Set(numbers)].sort()
  const runs: string[][] = []
  for (const number of sorted) {
    const run = runs.at(-1)
    if (run && Number(run.at(-1)) + 1 === Number(number)) run.push(number)
    else runs.push([number])
  }
  return runs.flatMap((run) => (run.length > 2 ? `${run[0]}-${run.at(-1)}` : run)).join(',')
}
