import { type ScannedKey, scanHostKeys } from '@netlatch/core'
import { untouchedItems } from '../items/untouched-items.ts'
import { chooseDevices } from '../run/device-choice.ts'
import { type Outcome, type OutItem, plain } from '../run/node-items.ts'
import { shaped } from '../run/output-shape.ts'
import type { Work } from '../run/run-node.ts'
import { coreOptions, type DiscoverRequest } from './discover-request.ts'

const words = {
  known: 'shows its known key',
  new: 'shows a new key, written to known_hosts for review',
  changed: 'shows another key than the known one. Nothing was written',
  revoked: 'shows a revoked key',
  failed: 'was not reached',
} as const

/** Collects host keys. No username, no secret; new keys stand in known_hosts afterwards. */
export async function scan(work: Work<DiscoverRequest>): Promise<Outcome> {
  const { context, netlatch, workspace, request, items, signal } = work
  const { limit } = request.options
  const chosen = await chooseDevices(context, {
    netlatch,
    choice: request.devices,
    items,
    ...(limit !== undefined && { limit }),
  })
  const seen: ScannedKey[] = []
  const { concurrency, timeoutMs } = coreOptions(request.options)
  const report = await scanHostKeys(chosen.netlatch, chosen.devices, {
    timeoutMs,
    ...(concurrency !== undefined && { concurrency }),
    ...(signal && { signal }),
    onScanned: (key) => seen.push(key),
  })
  const oddityOf = new Map(
    report.oddities.flatMap(({ text, devices }) => devices.map((device) => [device, text] as const)),
  )
  const item = (key: ScannedKey): OutItem => {
    const device = chosen.netlatch.inventory.byName.get(key.device)
    const from = chosen.itemsOf(key.device)
    const oddity = oddityOf.get(key.device)
    const said = key.reason === undefined ? words[key.state] : `${words[key.state]}: ${key.reason}`
    const json = plain({
      device: key.device,
      result: key.state,
      fingerprint: key.now ?? null,
      known: key.was ?? null,
      host: device?.hosts[0] ?? null,
      site: device?.site ?? null,
      platform: device?.platform ?? null,
      message: `${key.device}: ${said}${oddity === undefined ? '' : `. ${oddity}`}`,
      advice:
        key.state === 'changed'
          ? `Ask whether it was replaced; then, on the command line: netlatch trust ${key.device}`
          : '',
    })
    const needsAttention = key.state !== 'known' && key.state !== 'new'
    return shaped(
      { json, needsAttention: needsAttention || oddity !== undefined, ...(from && { from }) },
      request.shape,
    )
  }
  const { added, known, changed } = report
  return {
    items: [...seen.map(item), ...untouchedItems(chosen, { shape: request.shape, workspace })],
    hint: {
      message: `${added.length} new keys · ${known.length} known · ${changed.length} changed`,
      type: changed.length > 0 ? 'warning' : 'info',
      location: 'outputPane',
    },
  }
}
