import type { Problem } from '../model.ts'
import type { YamlFile } from './yaml-file.ts'

/**
 * Without the problems that a mistake in the syntax brings about: those in the lines it spoils, and those elsewhere that come from what
 * could not be read (`dependent`: their codes, and the files they depend on).
 */
export function withoutFollowUps(
  problems: readonly Problem[],
  files: readonly YamlFile[],
  dependent: readonly { readonly codes: readonly string[]; readonly on: readonly (YamlFile | undefined)[] }[] = [],
): readonly Problem[] {
  const spoilt = new Map(files.flatMap(({ file, spoilt: lines }) => (lines ? [[file, lines] as const] : [])))
  if (spoilt.size === 0) return problems
  const idle = new Set(dependent.flatMap(({ codes, on }) => (on.some((file) => file?.spoilt) ? codes : [])))
  return problems.filter(({ code, at }) => {
    if (code === 'yaml-syntax') return true
    const lines = spoilt.get(at.file)
    return !idle.has(code) && !(lines && at.line >= lines.from && at.line <= lines.to)
  })
}
