import { isAccountSafe, type PlannedAccount, planDiscovery } from '@netlatch/core'
import { untouchedItems } from '../items/untouched-items.ts'
import { chooseDevices } from '../run/device-choice.ts'
import { type Outcome, type OutItem, plain } from '../run/node-items.ts'
import { shaped } from '../run/output-shape.ts'
import type { Work } from '../run/run-node.ts'
import { coreOptions, type DiscoverRequest } from './discover-request.ts'

/** What a discovery would try, account by account. One that could reach its budget's end needs attention. */
export async function plan(work: Work<DiscoverRequest>): Promise<Outcome> {
  const { context, netlatch, workspace, request, items, isTool } = work
  const { limit, retest } = request.options
  const chosen = await chooseDevices(context, {
    netlatch,
    choice: request.devices,
    items,
    ...(limit !== undefined && { limit }),
  })
  const planned = await planDiscovery(chosen.netlatch, chosen.devices, {
    ...coreOptions(request.options),
    ...(retest === 'everything' && { force: true }),
    ...(retest === 'failed' && { skipKnown: true }),
  })
  const { toTest, skipped, refused, estimateMs } = planned
  const run = { workspace, toTest: toTest.length, skipped: skipped.length, refused: refused.length, estimateMs }
  return {
    items: [
      ...planned.accounts.map((account) =>
        shaped(accountItem(account, { isTool, more: request.shape.simplify ? {} : run }), request.shape),
      ),
      ...untouchedItems(chosen, { shape: request.shape, workspace }),
    ],
    hint: {
      message: `${toTest.length} of ${planned.devices} would be tested · ${skipped.length} skipped · ${refused.length} cannot be`,
      type: planned.accounts.some((account) => !isAccountSafe(account)) ? 'warning' : 'info',
      location: 'outputPane',
    },
  }
}

function accountItem(
  account: PlannedAccount,
  { isTool, more }: { readonly isTool: boolean; readonly more: object },
): OutItem {
  const { username, realm, devices, failed, worstCase, allowed, threshold } = account
  const ok = isAccountSafe(account)
  const locks = threshold === 'none' ? 'never locks' : `locks at ${threshold}`
  const text = `${username}${realm === '' ? '' : ` (${realm})`}: ${devices} devices, ${failed} failed now, ${worstCase} more at the worst; ${locks}`
  return {
    json: plain({
      account: username,
      realm,
      devices,
      failedNow: failed,
      worstCase,
      allowed,
      locksAt: threshold,
      ok,
      text,
      // What an agent finds in every item.
      ...(isTool && { result: ok ? 'ok' : 'attention', message: text }),
      ...more,
    }),
    needsAttention: !ok,
  }
}
