import type { Kysely } from 'kysely'
import type { StateDatabase } from './schema.ts'
import { ofAccount, readTimes } from './sql-ledger-slice.ts'
import type { AccountKey } from './state-store.ts'

type Db = Kysely<StateDatabase>

export interface Released {
  readonly quarantines: number
  readonly failures: number
}

/**
 * Clears the failures of one account, and the quarantine and rejections of its named secrets. The homes stay, with the time
 * of their last success: the rules then ask for a recheck before anything else. A device's own protection stays too.
 */
export async function releaseIn(
  db: Db,
  workspace: string,
  account: AccountKey,
  secretIds: readonly string[],
): Promise<Released> {
  const mine = ofAccount(workspace, account)
  const open = await db.deleteFrom('open_failures').where(mine).executeTakeFirst()
  await db.deleteFrom('pair_failures').where(mine).execute()
  const homes = await db.selectFrom('homes').select('failures').where(mine).execute()
  await db.updateTable('homes').set({ failures: '[]' }).where(mine).execute()
  const quarantines = secretIds.length > 0 ? await releaseSecrets(db, workspace, secretIds) : 0
  const failed = homes.reduce((sum, home) => sum + readTimes(home.failures).length, 0)
  return { quarantines, failures: Number(open.numDeletedRows) + failed }
}

/** For every account that has the secret: a quarantine on one of them holds for all. */
async function releaseSecrets(db: Db, workspace: string, secretIds: readonly string[]): Promise<number> {
  await db.deleteFrom('rejections').where('workspace', '=', workspace).where('secret_id', 'in', secretIds).execute()
  const lifted = await db
    .updateTable('homes')
    .set({ quarantined_at: null })
    .where('workspace', '=', workspace)
    .where('secret_id', 'in', secretIds)
    .where('quarantined_at', 'is not', null)
    .executeTakeFirst()
  return Number(lifted.numUpdatedRows)
}
