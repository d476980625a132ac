/** One value of a selection: `fra-*`, `sw-[01-12,20]`, `"Frankfurt 1"`. Matched whole, upper and lower case alike. */
export type Pattern = readonly Segment[]

export type Segment =
  | { readonly kind: 'literal'; readonly text: string }
  /** `*` */
  | { readonly kind: 'any' }
  /** `?` */
  | { readonly kind: 'one' }
  | { readonly kind: 'range'; readonly ranges: readonly NumberRange[] }

/** As written: `01` to `12` means two digits, `1` to `12` means no leading zeros. A single number is its own range. */
export interface NumberRange {
  readonly from: string
  readonly to: string
}

/** The text of a value without wildcards, else undefined. */
export function literalOf(pattern: Pattern): string | undefined {
  const [first, ...rest] = pattern
  return rest.length === 0 && first?.kind === 'literal' ? first.text : undefined
}

/** Compiles a pattern into a test. Takes time in proportion to pattern × text, whatever the pattern is. */
export function compilePattern(pattern: Pattern): (text: string) => boolean {
  const literal = literalOf(pattern)?.toLowerCase()
  if (literal !== undefined) return (text) => text.toLowerCase() === literal
  const steps = pattern.map((segment) => (segment.kind === 'literal' ? lowered(segment.text) : segment))
  return (text) => {
    const folded = text.toLowerCase()
    let positions: ReadonlySet<number> = new Set([0])
    for (const step of steps) {
      positions = advance(step, folded, positions)
      if (positions.size === 0) return false
    }
    return positions.has(folded.length)
  }
}

function lowered(text: string): Segment {
  return { kind: 'literal', text: text.toLowerCase() }
}

function advance(segment: Segment, text: string, positions: ReadonlySet<number>): ReadonlySet<number> {
  const next = new Set<number>()
  if (segment.kind === 'any') {
    for (let position = Math.min(...positions); position <= text.length; position += 1) next.add(position)
    return next
  }
  for (const position of positions) {
    if (segment.kind === 'literal') {
      if (text.startsWith(segment.text, position)) next.add(position + segment.text.length)
    } else if (segment.kind === 'one') {
      if (position < text.length) next.add(position + 1)
    } else {
      const [digits = ''] = /^\d{0,9}/.exec(text.slice(position, position + 9)) ?? []
      for (let length = 1; length <= digits.length; length += 1) {
        const number = digits.slice(0, length)
        if (segment.ranges.some((range) => isInRange(number, range))) next.add(position + length)
      }
    }
  }
  return next
}

function isInRange(digits: string, { from, to }: NumberRange): boolean {
  const isPadded = from.startsWith('0') && from.length > 1
  const asWritten = String(Number(digits)).padStart(isPadded ? from.length : 0, '0')
  return digits === asWritten && Number(digits) >= Number(from) && Number(digits) <= Number(to)
}

const plainText = /^[^\s()[\],:"'\\*?@!&|;<>=~-][^\s()[\],:"'\\*?!&|;<>=~]*$/
const plainRest = /^[^\s()[\],:"'\\*?!&|;<>=~]+$/

/**
 * Writes a pattern so that it reads back as the same one, with quotes only where they are needed. After a key a colon is a
 * plain character.
 */
export function printPattern(pattern: Pattern, afterKey = false): string {
  return pattern.map((segment, index) => printSegment(segment, index === 0, afterKey)).join('')
}

function printSegment(segment: Segment, isFirst: boolean, afterKey: boolean): string {
  if (segment.kind === 'any') return '*'
  if (segment.kind === 'one') return '?'
  if (segment.kind === 'literal') {
    const plain = afterKey ? segment.text.replaceAll(':', '') || '"' : segment.text
    return (isFirst ? plainText : plainRest).test(plain) ? segment.text : quote(segment.text)
  }
  return `[${segment.ranges.map(({ from, to }) => (from === to ? from : `${from}-${to}`)).join(',')}]`
}

export function quote(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`
}
