import { NetlatchError } from '../errors.ts'
import type { AuditVerdict, StateFileCheck } from '../state/state-store.ts'
import type { Netlatch } from './netlatch.ts'

export interface StateReport extends StateFileCheck {
  /** Absent where the file is damaged, older, newer, not there, or held by another program. */
  readonly audit?: AuditVerdict
}

/** Looks at the stored state: the file, its schema, the ledger, the audit trail. Changes nothing. */
export async function checkState(netlatch: Netlatch): Promise<StateReport> {
  const check = await netlatch.checkState()
  const isUsable =
    check.bytes > 0 && check.problems.length === 0 && check.schema === check.latest && check.heldBy === undefined
  if (!isUsable) return check
  return { ...check, audit: await (await netlatch.state()).verifyAudit() }
}

export interface MigrationReport {
  readonly path: string
  readonly before: number
  readonly after: number
}

/** Brings the schema up to date, as the first use by any command would. Throws STATE_UNAVAILABLE for a damaged file. */
export async function migrateState(netlatch: Netlatch): Promise<MigrationReport> {
  const { path, schema, problems } = await netlatch.checkState()
  const [problem] = problems
  if (problem !== undefined)
    throw new NetlatchError('STATE_UNAVAILABLE', `${path}: ${problem}. Nothing was changed.`, {
      advice: 'netlatch state check',
    })
  await netlatch.state()
  return { path, before: schema, after: (await netlatch.checkState()).schema }
}
