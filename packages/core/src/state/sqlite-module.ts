import { NetlatchError } from '../errors.ts'

const oldestNode = [22, 18] as const

/**
 * Node's built-in SQLite, loaded when a database is opened and not before: programs that need no state run without it.
 * Throws STATE_UNAVAILABLE where this Node is too old.
 */
export function loadNodeSqlite(version: string = process.versions.node): typeof import('node:sqlite') {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  // 22.13 has the module, but lacks StatementSync.columns() and ignores a timeout without a word.
  if (major < oldestNode[0] || (major === oldestNode[0] && minor < oldestNode[1]))
    throw new NetlatchError(
      'STATE_UNAVAILABLE',
      `state: SQLite needs Node ${oldestNode.join('.')} or later, this is ${version}. Install that, or let one program at a time use sql.js.`,
      { advice: `install Node ${oldestNode.join('.')} or later, or write \`state: sqljs:.netlatch/one-program.db\`` },
    )
  return withoutSqliteWarning(() => process.getBuiltinModule('node:sqlite'))
}

/**
 * Node 22 warns on stderr that SQLite is experimental. `load` is synchronous, so nothing else can run, or warn, while
 * this one message is held back.
 */
function withoutSqliteWarning<T>(load: () => T): T {
  const emitWarning = process.emitWarning
  process.emitWarning = (warning: string | Error, ...rest: unknown[]) => {
    if (!String(warning).startsWith('SQLite is an experimental feature'))
      Reflect.apply(emitWarning, process, [warning, ...rest])
  }
  try {
    return load()
  } finally {
    process.emitWarning = emitWarning
  }
}
