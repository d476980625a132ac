/** What the dialect needs of an SQLite library: the part of node:sqlite's DatabaseSync that sql.js can give as well. */
export interface SqliteDatabase {
  /** False once SQLite has rolled back by itself. */
  readonly isTransaction: boolean
  prepare(sql: string): SqliteStatement
  close(): void
}

export interface SqliteStatement {
  columns(): readonly unknown[]
  all(...parameters: readonly unknown[]): readonly unknown[]
  run(...parameters: readonly unknown[]): { readonly changes: number | bigint }
  iterate(...parameters: readonly unknown[]): Iterable<unknown>
  /** Where a statement holds memory that nobody collects. */
  free?(): void
}
