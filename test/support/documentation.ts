import { readFileSync } from 'node:fs'

/** The files that a page of the documentation shows: a name in backquotes ends a paragraph, its text follows. */
export function filesOfPage(page: string): ReadonlyMap<string, string> {
  const text = readFileSync(page, 'utf8')
  return new Map(
    [...text.matchAll(/`([\w./-]+\.yaml)`\n\n```yaml\n([\s\S]*?)```/g)].map(([, name = '', content = '']) => [
      name,
      content,
    ]),
  )
}

/** The commands that a page shows, as words, in order. Blocks that begin with a `$` only. */
export function commandsOfPage(page: string): readonly (readonly string[])[] {
  const text = readFileSync(page, 'utf8')
  return [...text.matchAll(/^\$ netlatch (.*)$/gm)].map(([, line = '']) => line.split(' '))
}
