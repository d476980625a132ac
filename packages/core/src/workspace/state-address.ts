/** Where the state is kept: a file and the library that writes it, or memory. */
export interface StateAddress {
  /** `sqlite` is node:sqlite, `sqljs` is sql.js. */
  readonly engine: 'sqlite' | 'sqljs'
  /** Absent: in memory, forgotten at the end. */
  readonly path?: string
}

/** Reads `sqlite:<path>`, `sqljs:<path>` and `sqlite::memory:`; undefined for anything else, a server's address among it. */
export function parseStateAddress(text: string): StateAddress | undefined {
  const [, scheme, path] = /^(sqlite|sqljs):(?:\/\/)?(.+)$/s.exec(text) ?? []
  if (path === undefined) return undefined
  // sql.js is made for memory; node:sqlite for files that programs share.
  if (path === ':memory:') return { engine: 'sqljs' }
  return { engine: scheme === 'sqljs' ? 'sqljs' : 'sqlite', path }
}
