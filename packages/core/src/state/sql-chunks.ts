/** Engines limit the values of one statement (PostgreSQL 65,535, SQLite 32,766), and each length is a statement of its own. */
const chunkSize = 500

/** Asks for many keys, some at a time. */
export async function inChunks<K, R>(
  keys: readonly K[],
  ask: (some: readonly K[]) => Promise<readonly R[]>,
): Promise<readonly R[]> {
  const rows: R[] = []
  for (let start = 0; start < keys.length; start += chunkSize)
    rows.push(...(await ask(keys.slice(start, start + chunkSize))))
  return rows
}
