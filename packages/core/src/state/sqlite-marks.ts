import { NetlatchError } from '../errors.ts'

/** SQLite's application_id, by which a file says whose it is; https://sqlite.org/pragma.html#pragma_application_id */
export const marks = {
  /** `NtLa`: written in place by programs that share it. */
  nodeSqlite: 0x4e744c61,
  /** `NtLj`: replaced whole by the one program that holds it. */
  sqljs: 0x4e744c6a,
} as const

export type Mark = (typeof marks)[keyof typeof marks]

/**
 * Refuses a database of another program, and one of Netlatch's other engine: each would work on it without seeing what the
 * other does. Throws STATE_UNAVAILABLE.
 */
export function refuseForeignMark(file: string, found: number, mine: Mark): void {
  if (found === mine) return
  const other = Object.values(marks).find((each) => each === found)
  if (other === undefined)
    throw new NetlatchError(
      'STATE_UNAVAILABLE',
      `${file}: it is another program's database. Point \`state:\` at a file of its own.`,
    )
  const [engine, scheme] = other === marks.sqljs ? ['sql.js', 'sqljs'] : ['node:sqlite', 'sqlite']
  throw new NetlatchError(
    'STATE_UNAVAILABLE',
    `${file}: it was written with ${engine}. Write \`state: ${scheme}:…\` for this file, or point \`state:\` at another one.`,
    { advice: `state: ${scheme}:…` },
  )
}
