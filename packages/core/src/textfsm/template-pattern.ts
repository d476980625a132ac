import { type LinearPattern, linearPattern } from '../linear-pattern.ts'

/** What is wrong in a template, and in which of its lines. */
export class TemplateMistake extends Error {
  readonly line: number

  constructor(line: number, message: string) {
    super(message)
    this.line = line
  }
}

/** Compiles a pattern of a template. */
export function templatePattern(source: string, line: number): LinearPattern {
  try {
    return linearPattern(asRe2(source))
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw new TemplateMistake(line, `the pattern ${source} is not understood: ${error.message}`)
  }
}

/** What Python writes in another way: `\Z` is the end of the text, `{,3}` begins at none. */
function asRe2(source: string): string {
  return source.replaceAll(/\\(.)|\{,(\d+)\}/gs, (all, escaped: string | undefined, most: string | undefined) =>
    most !== undefined ? `{0,${most}}` : escaped === 'Z' ? '\\z' : all,
  )
}
