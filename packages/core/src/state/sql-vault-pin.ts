import type { Kysely } from 'kysely'
import type { StateDatabase } from './schema.ts'
import type { VaultPin } from './state-store.ts'

export async function selectVaultPin(db: Kysely<StateDatabase>, workspace: string): Promise<VaultPin | undefined> {
  const row = await db.selectFrom('vault_pins').selectAll().where('workspace', '=', workspace).executeTakeFirst()
  if (!row) return undefined
  return {
    vaultId: row.vault,
    fingerprint: row.fingerprint,
    epoch: Number(row.epoch),
    revs: JSON.parse(row.revs) as Readonly<Record<string, number>>,
  }
}

export async function upsertVaultPin(db: Kysely<StateDatabase>, workspace: string, pin: VaultPin): Promise<void> {
  const { vaultId: vault, fingerprint, epoch } = pin
  const row = { vault, fingerprint, epoch, revs: JSON.stringify(pin.revs) }
  await db
    .insertInto('vault_pins')
    .values({ workspace, ...row })
    .onConflict((conflict) => conflict.column('workspace').doUpdateSet(row))
    .execute()
}
