import { NetlatchError } from '../errors.ts'

/** SQLite's primary result codes that have an advice of their own; https://sqlite.org/rescode.html */
const causes: Readonly<Record<number, { readonly found: string; readonly advice: string }>> = {
  8: { found: 'it cannot be written', advice: 'check the permissions of the file and its folder' },
  10: { found: 'the disk reports an error', advice: 'check the disk' },
  11: { found: 'the file is damaged', advice: 'restore it from a backup, or move it away to start with an empty one' },
  13: { found: 'the disk is full', advice: 'free some space' },
  14: { found: 'it cannot be opened', advice: 'check the permissions of the file and its folder' },
  26: { found: 'it is not a SQLite database', advice: 'point `state:` at a file of its own' },
}

/** Another connection holds the lock (SQLITE_BUSY with all its extended codes). */
export function isBusy(error: unknown): boolean {
  return resultCode(error) === 5
}

/** What goes wrong below the SQL, in words; anything else is returned as it came. */
export function describeSqliteError(file: string, error: unknown): unknown {
  const cause = causes[resultCode(error) ?? -1]
  if (!cause) return error
  return new NetlatchError('STATE_UNAVAILABLE', `${file}: ${cause.found}. ${capitalised(cause.advice)}.`, {
    cause: error,
    advice: cause.advice,
  })
}

function resultCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return undefined
  return error.errcode & 0xff
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
