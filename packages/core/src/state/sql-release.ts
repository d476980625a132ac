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
  const homes = await db.selectFrom('homes').select(['secret_id', 'failures', 'quarantined_at']).where(mine).execute()
  const named = homes.filter((home) => secretIds.includes(home.secret_id))
  const quarantined = named.filter((home) => home.quarantined_at !== null)
  await db.updateTable('homes').set({ failures: '[]' }).where(mine).execute()
  if (secretIds.length > 0) {
    await db
      .updateTable('homes')
      .set({ quarantined_at: null })
      .where(mine)
      .where('secret_id', 'in', secretIds)
      .execute()
    await db.deleteFrom('rejections').where('workspace', '=', workspace).where('secret_id', 'in', secretIds).execute()
  }
  const failed = homes.reduce((sum, home) => sum + readTimes(home.failures).length, 0)
  return { quarantines: quarantined.length, failures: Number(open.numDeletedRows) + failed }
}
