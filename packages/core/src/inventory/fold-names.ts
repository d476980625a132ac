import { type Pattern, printPattern, quote } from './selection-pattern.ts'

/**
 * Writes device names the way the selection language reads them: `fra-acc-[40-45]`, `fra-acc-[03,08,11]`. Names that share
 * everything but one number are folded, padded ones by their width; the order is that of the first name of each fold.
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

/** The names as terms of a selection: what their folds select is these names and no other ones. */
export function selectionOfNames(names: readonly string[]): string[] {
  return foldGroups(names).map(({ before, after, numbers }) => {
    const literal = (text: string): Pattern => (text === '' ? [] : [{ kind: 'literal', text }])
    if (new Set(numbers).size === 1) return nameTerm(`${before}${numbers[0]}${after}`)
    const ranges = runsOf({ numbers }).map((run) => ({ from: run[0] ?? '', to: run.at(-1) ?? '' }))
    return printPattern([...literal(before), { kind: 'range', ranges }, ...literal(after)])
  })
}

/** A bare operator would be read as one. */
function nameTerm(name: string): string {
  return /^(?:and|or|not|all)$/i.test(name) ? quote(name) : printPattern([{ kind: 'literal', text: name }])
}

/** Names that differ in one number only; those without a number are alone. */
interface Fold {
  readonly before: string
  readonly after: string
  readonly numbers: string[]
}

/** Numbers that follow one another; two of them are no range yet. */
type Run = readonly string[]

/** Numbers of more digits are a serial number or an address, and the selection language reads none of them. */
const longestNumber = 9

function foldGroups(names: readonly string[]): readonly Fold[] {
  const parts = names.map((name) => {
    const [, before = name, digits = '', after = ''] = /^(.*?)(\d+)(\D*)$/s.exec(name) ?? []
    return digits.length > longestNumber ? { before: name, digits: '', after: '' } : { before, digits, after }
  })
  const padded = new Set(parts.flatMap((part) => (isPadded(part.digits) ? widthKey(part) : [])))
  const folds = new Map<string, Fold>()
  for (const part of parts) {
    const { before, digits, after } = part
    // Beside sw-08 a sw-10 has two digits; elsewhere it follows sw-9.
    const width = widthKey(part)
    const key = padded.has(width) ? width : JSON.stringify([before, after, digits === ''])
    const fold = folds.get(key)
    if (fold) fold.numbers.push(digits)
    else folds.set(key, { before, after, numbers: [digits] })
  }
  return [...folds.values()]
}

function isPadded(digits: string): boolean {
  return digits.length > 1 && digits.startsWith('0')
}

function widthKey({
  before,
  digits,
  after,
}: {
  readonly before: string
  readonly digits: string
  readonly after: string
}): string {
  return JSON.stringify([before, after, digits.length])
}

function groupText({ before, after, numbers }: Fold, runs: readonly Run[]): string {
  if (new Set(numbers).size === 1) return `${before}${numbers[0]}${after}`
  const parts = runs.map((run) => (run.length > 1 ? `${run[0]}-${run.at(-1)}` : run[0]))
  return `${before}[${parts.join(',')}]${after}`
}

function runsOf({ numbers }: Pick<Fold, 'numbers'>): readonly Run[] {
  const runs: string[][] = []
  for (const number of [...new Set(numbers)].sort((a, b) => Number(a) - Number(b))) {
    const run = runs.at(-1)
    if (run && Number(run.at(-1)) + 1 === Number(number)) run.push(number)
    else runs.push([number])
  }
  return runs.flatMap((run) => (run.length > 2 ? [run] : run.map((number) => [number])))
}
