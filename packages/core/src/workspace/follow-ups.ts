import type { Origin, Problem } from '../model.ts'
import type { YamlFile } from './yaml-file.ts'

/**
 * Without the problems that a mistake in the syntax brings about: those in the lines it spoils, and those elsewhere that come from what
 * could not be read (`dependent`: their codes, and the files they depend on; `named`: only where the spoilt lines hold the name).
 */
export function withoutFollowUps(
  problems: readonly Problem[],
  files: readonly YamlFile[],
  dependent: readonly {
    readonly codes: readonly string[]
    readonly on: readonly (YamlFile | undefined)[]
    readonly named?: boolean
  }[] = [],
): readonly Problem[] {
  const spoilt = new Map(files.flatMap(({ file, spoilt: lines }) => (lines ? [[file, lines] as const] : [])))
  if (spoilt.size === 0) return problems
  const lines = new Map(files.map(({ file, text }) => [file, text.split('\n')] as const))
  const broken = dependent.map(({ codes, on, named }) => {
    const unread = on.flatMap((file) => (file?.spoilt ? spoiltText(file) : []))
    return { codes, unread, named }
  })
  const follows = ({ code, at }: Problem) =>
    broken.some(
      ({ codes, unread, named }) =>
        codes.includes(code) && unread.some((text) => !named || text.includes(nameAt(at, lines))),
    )
  return problems.filter((problem) => {
    if (problem.code === 'yaml-syntax') return true
    const { file, line } = problem.at
    const range = spoilt.get(file)
    return !follows(problem) && !(range && line >= range.from && line <= range.to)
  })
}

function spoiltText({ text, spoilt }: YamlFile): string {
  if (!spoilt) return ''
  return text
    .split('\n')
    .slice(spoilt.from - 1, spoilt.to)
    .join('\n')
}

/** The name that stands there; empty, which every text holds, where there is none. */
function nameAt({ file, line, column }: Origin, lines: ReadonlyMap<string, readonly string[]>): string {
  const text = lines.get(file)?.[line - 1] ?? ''
  return /[^\s'",[\]{}]+/.exec(text.slice(column - 1))?.[0] ?? ''
}
