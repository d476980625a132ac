/** Words are keywords, `<…>` takes one word, `...` takes the rest. */
export interface Command<Result> {
  readonly words: string
  readonly modes?: readonly string[]
  run(values: readonly string[]): Result
}

export type Match<Result> =
  | { readonly found: 'command'; readonly command: Command<Result>; readonly values: readonly string[] }
  | { readonly found: 'unclear'; readonly ambiguous: boolean }
  /** `at` is the offset in the line of the first word that fits nothing. */
  | { readonly found: 'invalid'; readonly at: number }

/** Finds the command that a line means: keywords may be abbreviated as long as they are unique. */
export function matchCommand<Result>(line: string, commands: readonly Command<Result>[], mode: string): Match<Result> {
  const tokens = [...line.matchAll(/\S+/g)].map((match) => ({ text: match[0].toLowerCase(), at: match.index }))
  let open = commands
    .filter((command) => command.modes === undefined || command.modes.includes(mode))
    .map((command) => ({ command, pattern: command.words.split(' ') }))
  for (const [index, token] of tokens.entries()) {
    const fitting = open.filter(({ pattern }) => fits(pattern, index, token.text))
    if (fitting.length === 0) return { found: 'invalid', at: token.at }
    const exact = fitting.filter(({ pattern }) => pattern[index] === token.text)
    open = exact.length > 0 ? exact : fitting
    const keywords = new Set(open.map(({ pattern }) => pattern[index]))
    if (keywords.size > 1 && ![...keywords].every(isPlaceholder)) return { found: 'unclear', ambiguous: true }
  }
  const whole = open.find(({ pattern }) => pattern.filter((word) => word !== '...').length === tokens.length)
  const chosen = whole ?? open.find(({ pattern }) => pattern.at(-1) === '...' && tokens.length >= pattern.length)
  if (chosen === undefined) return { found: 'unclear', ambiguous: false }
  const originals = line.match(/\S+/g) ?? []
  return {
    found: 'command',
    command: chosen.command,
    values: originals.filter((_, index) => isPlaceholder(chosen.pattern[Math.min(index, chosen.pattern.length - 1)])),
  }
}

function fits(pattern: readonly string[], index: number, text: string): boolean {
  const word = pattern[index] ?? (pattern.at(-1) === '...' ? '...' : undefined)
  return word !== undefined && (isPlaceholder(word) || word.startsWith(text))
}

function isPlaceholder(word: string | undefined): boolean {
  return word !== undefined && (word === '...' || word.startsWith('<'))
}
