import type { AuditEntry, AuditQuery, AuditVerdict } from '../state/state-store.ts'
import type { Netlatch } from './netlatch.ts'

/** Who used which credential where, and what came of it; latest first. @default limit 100 */
export async function readAudit(netlatch: Netlatch, query: AuditQuery = {}): Promise<readonly AuditEntry[]> {
  return (await netlatch.state()).audit(query)
}

/** Walks the whole trail. `expectHead`: a hash that was noted elsewhere, which must appear again. */
export async function verifyAudit(
  netlatch: Netlatch,
  options: { readonly expectHead?: string } = {},
): Promise<AuditVerdict> {
  return (await netlatch.state()).verifyAudit(options)
}
