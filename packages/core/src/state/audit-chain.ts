import { createHash } from 'node:crypto'
import type { AuditEntry } from './state-store.ts'

/** What the first entry follows. */
export const chainStart = '0'.repeat(64)

/** SHA-256 over the previous hash and all that the entry says, its place and workspace included. */
export function hashEntry(workspace: string, entry: Omit<AuditEntry, 'hash'>, previous: string): string {
  const { seq, at, user, host, program, action, device, credential, username, secretId, ground, runId, result } = entry
  const who = [user, host, program]
  const what = [action, device, credential, username, secretId, ground, runId, result]
  return createHash('sha256')
    .update(JSON.stringify([previous, workspace, seq, at.getTime(), ...who, ...what]))
    .digest('hex')
}
