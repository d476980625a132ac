import { type Device, type Netlatch, readStanding, resultWord, type Standing, selectTargets } from '@netlatch/core'
import { type Outcome, type OutItem, plain } from '../run/node-items.ts'
import { type OutputShape, shaped } from '../run/output-shape.ts'
import type { Work } from '../run/run-node.ts'
import type { InventoryRequest } from './inventory-request.ts'

/** Devices of the inventory, with what is known of them. */
export async function getDevices({ netlatch, workspace, request }: Work<InventoryRequest>): Promise<Outcome> {
  const { selection, statuses, limit } = request
  const isAll = selection === 'all' && netlatch.inventory.devices.length === 0
  if (isAll) return { items: [] }
  const { devices } = await selectTargets(netlatch, { selection, statuses })
  const standing = await readStanding(netlatch)
  return {
    items: devices.slice(0, limit).map((device) => itemOf(device, { standing, workspace, shape: request.shape })),
  }
}

function itemOf(
  device: Device,
  { standing, workspace, shape }: { standing: Standing; workspace: string; shape: OutputShape },
): OutItem {
  const record = standing.records.get(device.name)
  const backup = standing.backups.get(device.name)
  const { hosts, port, transport, groups, realm, jumpHost, ssh, expect, origin } = device
  const json = plain({
    device: device.name,
    workspace,
    host: hosts[0],
    platform: device.platform,
    site: device.site ?? null,
    role: device.role ?? null,
    tags: device.tags,
    status: device.status,
    result: resultWord(record?.code),
    credential: record?.credential ?? null,
    lastBackupAt: backup?.seenAt ?? null,
    ...(!shape.simplify && {
      hosts,
      port,
      transport,
      groups,
      realm: realm ?? null,
      jumpHost: jumpHost ?? null,
      ssh,
      expect: expect ?? null,
      at: `${origin.file}:${origin.line}`,
      message: record?.message ?? null,
      testedAt: record?.testedAt ?? null,
    }),
  })
  return shaped({ json }, shape)
}

/** What is wrong in the workspace's files: one item a problem, errors first. */
export async function checkWorkspace({ netlatch, workspace }: Work<InventoryRequest>): Promise<Outcome> {
  const { problems, inventory, credentials } = netlatch
  const items = problems.map(({ severity, code, message, advice, at }): OutItem => {
    const json = { workspace, severity, code, file: at.file, line: at.line, message, advice: advice ?? '' }
    return { json, needsAttention: true }
  })
  if (items.length > 0) return { items, hint: hintOf(netlatch) }
  const message = `${inventory.devices.length} devices, ${credentials.length} credentials, nothing wrong`
  return {
    items: [{ json: { workspace, devices: inventory.devices.length, credentials: credentials.length, message } }],
  }
}

function hintOf({ problems }: Netlatch) {
  const errors = problems.filter(({ severity }) => severity === 'error').length
  const message = `${errors} stop the work · ${problems.length - errors} do not`
  return { message, type: errors > 0 ? ('warning' as const) : ('info' as const), location: 'outputPane' as const }
}
