import { createHash } from 'node:crypto'

/** Who used which credential where, and what came of it. The entries of a workspace form a chain of hashes. */
export interface AuditTrail {
  /** Latest first. @default limit 100 */
  audit(options?: AuditQuery): Promise<readonly AuditEntry[]>
  /**
   * Walks the chain from its start. A changed, removed or reordered entry is found, at the end too. Somebody who may write
   * the database can write a whole new chain; `head`, noted elsewhere, tells that apart: it must appear again.
   */
  verifyAudit(options?: { readonly expectHead?: string }): Promise<AuditVerdict>
}

export interface AuditQuery {
  readonly device?: string
  readonly credential?: string
  readonly since?: Date
  readonly limit?: number
}

export interface AuditEntry extends AuditFact {
  /** Counts from 1. */
  readonly seq: number
  readonly at: Date
  /** Of the operating system. */
  readonly user: string
  readonly host: string
  readonly program: string
  readonly hash: string
}

export interface AuditFact {
  /** `login` and `enable`: a secret was granted. `release`: a person lifted a quarantine or a spent budget. */
  readonly action: 'login' | 'enable' | 'release'
  readonly device: string | null
  readonly credential: string | null
  readonly username: string
  readonly secretId: string
  /** Why the ledger allowed it: `known`, `recheck`, `unknown` … */
  readonly ground: string | null
  /** The run that asked for it; `runs` knows its operation and selection. */
  readonly runId: string | null
  /** `ok`, `rejected`, `unclear`, `unsent`, or what a release lifted. */
  readonly result: string
}

export type AuditVerdict =
  | { readonly intact: true; readonly entries: number; readonly head: string }
  | {
      readonly intact: false
      /** Of the first entry that does not hold. */
      readonly seq: number
      readonly found: 'changed' | 'missing' | 'replaced'
    }

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
