import { explainCandidates } from '@netlatch/core'
import { untouchedItems } from '../items/untouched-items.ts'
import { chooseDevices } from '../run/device-choice.ts'
import { type Outcome, type OutItem, plain } from '../run/node-items.ts'
import { shaped } from '../run/output-shape.ts'
import type { Work } from '../run/run-node.ts'
import type { DiscoverRequest } from './discover-request.ts'

/** Every credential for each device with the reason it applies or not. Sends nothing. */
export async function explain({
  context,
  netlatch,
  workspace,
  request,
  items,
}: Work<DiscoverRequest>): Promise<Outcome> {
  const { limit } = request.options
  const chosen = await chooseDevices(context, {
    netlatch,
    choice: request.devices,
    items,
    statuses: 'all',
    ...(limit !== undefined && { limit }),
  })
  const explained: OutItem[] = []
  for (const { name } of chosen.devices) {
    const { device, candidates, excluded, tries, verified } = await explainCandidates(chosen.netlatch, name)
    const first = candidates[0]?.credential.name
    const message =
      first === undefined ? `${name}: no credential applies` : `${name}: ${candidates.length} apply, first ${first}`
    const from = chosen.itemsOf(name)
    const json = plain({
      device: name,
      result: first === undefined ? 'failed' : 'explained',
      host: device.hosts[0],
      site: device.site ?? null,
      platform: device.platform,
      candidates: candidates.map(({ credential, because }) => ({ credential: credential.name, because })),
      excluded: excluded.map(({ credential, because }) => ({ credential: credential.name, because })),
      message,
      ...(!request.shape.simplify && { workspace, verified, tries }),
    })
    explained.push(shaped({ json, ...(from && { from }) }, request.shape))
  }
  return { items: [...explained, ...untouchedItems(chosen, { shape: request.shape, workspace })] }
}
