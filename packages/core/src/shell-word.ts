/**
 * A word as a POSIX shell reads it back: names come from other people's inventories, and stand in commands that are pasted.
 * Quotes only where they are needed.
 */
export function shellWord(text: string): string {
  return /^[\w.,:@%+/=-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
}
