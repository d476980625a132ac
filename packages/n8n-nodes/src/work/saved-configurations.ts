import {
  backupStatus,
  type DeviceBackup,
  diffSnapshots,
  NetlatchError,
  showSnapshot,
  startupDiffs,
  type TextDiff,
} from '@netlatch/core'
import { adviceForN8n } from '../items/advice.ts'
import { cutDiff } from '../items/backup-item.ts'
import { untouchedItems } from '../items/untouched-items.ts'
import { chooseDevices } from '../run/device-choice.ts'
import { type Outcome, type OutItem, plain } from '../run/node-items.ts'
import { shaped } from '../run/output-shape.ts'
import type { Work } from '../run/run-node.ts'
import type { BackupRequest } from './backup-request.ts'
import { textFile } from './text-file.ts'

function choose({ context, netlatch, request, items }: Work<BackupRequest>) {
  const { limit } = request.options
  return chooseDevices(context, {
    netlatch,
    choice: request.devices,
    items,
    statuses: 'all',
    ...(limit !== undefined && { limit }),
  })
}

/** The saved configuration of each device, secrets as fingerprints. */
export async function getConfiguration(work: Work<BackupRequest>): Promise<Outcome> {
  const { context, request, workspace, isTool } = work
  const { version, options, shape } = request
  const field = isTool ? '' : (options.binaryField?.trim() ?? '')
  const chosen = await choose(work)
  const items: OutItem[] = []
  for (const { name, site } of chosen.devices) {
    const read = await saved(name, () => showSnapshot(chosen.netlatch, name, version === '' ? {} : { at: version }))
    const from = chosen.itemsOf(name)
    if ('missing' in read) {
      items.push({ ...read.missing, ...(from && { from }) })
      continue
    }
    const json = plain({
      device: name,
      result: 'saved',
      site: site ?? null,
      ...(field === '' && { configuration: read.found }),
      lines: read.found.split('\n').length - 1,
      message: `${name}: ${read.found.split('\n').length - 1} lines`,
    })
    const binary = field === '' ? undefined : await textFile(context, field, `${name}.cfg`, read.found)
    items.push(shaped({ json, ...(from && { from }), ...(binary && { binary }) }, shape))
  }
  return { items: [...items, ...untouchedItems(chosen, { shape: request.shape, workspace })] }
}

/** What differs between two saved configurations of each device, or between what it starts and runs with. */
export async function getDiff(work: Work<BackupRequest>): Promise<Outcome> {
  const { request, workspace } = work
  const { from: older, to: newer, shape } = request
  const chosen = await choose(work)
  const items: OutItem[] = []
  const put = (device: string, site: string | undefined, diff: TextDiff, said: string) => {
    const from = chosen.itemsOf(device)
    const json = plain({
      device,
      result: diff.text === '' ? 'equal' : 'different',
      linesAdded: diff.linesAdded,
      linesRemoved: diff.linesRemoved,
      ...cutDiff(diff.text),
      site: site ?? null,
      message: `${device}: ${said}`,
    })
    items.push(shaped({ json, ...(from && { from }) }, shape))
  }
  const countText = ({ linesAdded, linesRemoved }: TextDiff) => `+${linesAdded} -${linesRemoved}`
  if (request.compare === 'startup') {
    for await (const each of startupDiffs(chosen.netlatch, chosen.devices)) {
      const { site } = chosen.devices.find(({ name }) => name === each.device) ?? {}
      const said = { saved: 'saved', unsaved: `not saved, ${countText(each.diff)}`, unknown: each.because }[each.state]
      if (each.state === 'unknown')
        items.push(missing(each.device, said, 'Back it up first', chosen.itemsOf(each.device)))
      else put(each.device, site, each.diff, said)
    }
    return { items: [...items, ...untouchedItems(chosen, { shape: request.shape, workspace })] }
  }
  const points = { ...(older !== '' && { from: older }), ...(newer !== '' && { to: newer }) }
  for (const { name, site } of chosen.devices) {
    const read = await saved(name, () => diffSnapshots(chosen.netlatch, name, points))
    const from = chosen.itemsOf(name)
    if ('missing' in read) items.push({ ...read.missing, ...(from && { from }) })
    else put(name, site, read.found, read.found.text === '' ? 'no difference' : countText(read.found))
  }
  return { items: [...items, ...untouchedItems(chosen, { shape: request.shape, workspace })] }
}

/** How old the last good backup of each device is. */
export async function getStatus(work: Work<BackupRequest>): Promise<Outcome> {
  const { netlatch, request, workspace } = work
  const { overdueHours = 48, output } = request.options
  const chosen = await choose(work)
  const { devices, counts } = await backupStatus(chosen.netlatch, chosen.devices, {
    staleAfterMs: overdueHours * 3_600_000,
  })
  const { good, unproven, stale, held, never } = counts
  const parts = [
    ...(unproven > 0 ? [`${unproven} unproven`] : []),
    `${stale} overdue`,
    `${held} held`,
    `${never} without a backup`,
  ]
  const text = `${good} of ${devices.length} good. ${parts.join(', ')}.`
  const hint = { message: text, type: 'info', location: 'outputPane' } as const
  if (output === 'summary') {
    const json = plain({
      workspace,
      devices: devices.length,
      good,
      unproven,
      overdue: stale,
      held,
      never,
      text,
      markdown: `**${text}**`,
    })
    return {
      items: [
        { json, needsAttention: good + unproven < devices.length },
        ...untouchedItems(chosen, { shape: request.shape, workspace }),
      ],
      hint,
    }
  }
  const now = netlatch.now()
  const items = devices.map((each) => {
    const from = chosen.itemsOf(each.device)
    return shaped({ ...statusItem(each, now), ...(from && { from }) }, request.shape)
  })
  return { items: [...items, ...untouchedItems(chosen, { shape: request.shape, workspace })], hint }
}

const statusWords = { good: 'good', unproven: 'unproven', stale: 'overdue', held: 'held', never: 'never' } as const

function statusItem(backup: DeviceBackup, now: Date): OutItem {
  const { device, site, state, lastGoodAt, changedAt, bytes, held, unproven } = backup
  const hours = lastGoodAt ? Math.floor((now.getTime() - lastGoodAt.getTime()) / 3_600_000) : null
  const said = {
    good: `good, ${hours} h old`,
    unproven: `stored, unproven: ${unproven?.because ?? ''}`,
    stale: hours === null ? 'no good backup, and an old unproven one' : `last good backup ${hours} h ago`,
    held: `held: ${held?.because ?? ''}`,
    never: 'no backup yet',
  }[state]
  const json = plain({
    device,
    result: statusWords[state],
    site: site ?? null,
    lastGoodAt: lastGoodAt ?? null,
    changedAt: changedAt ?? null,
    ageHours: hours,
    bytes: bytes ?? 0,
    message: `${device}: ${said}`,
    advice: state === 'good' ? '' : "Run the operation 'Back Up' for it",
  })
  // One that is stored and unproven waits for the next backup, not for a person.
  return { json, needsAttention: state !== 'good' && state !== 'unproven' }
}

/** A device without a backup is an item, not the end of the others. */
async function saved<T>(
  device: string,
  read: () => Promise<T>,
): Promise<{ readonly found: T } | { readonly missing: OutItem }> {
  return read().then(
    (found) => ({ found }),
    (error: unknown) => {
      if (!(error instanceof NetlatchError) || error.code !== 'NOT_FOUND') throw error
      return { missing: missing(device, 'no such backup', adviceForN8n(error.advice ?? ''), undefined) }
    },
  )
}

function missing(device: string, said: string, advice: string, from: readonly number[] | undefined): OutItem {
  return {
    json: { device, result: 'missing', message: `${device}: ${said}`, advice },
    needsAttention: true,
    ...(from && { from }),
  }
}
