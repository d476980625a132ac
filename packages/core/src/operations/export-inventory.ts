import { exportAnsible } from '../inventory/export/export-ansible.ts'
import { exportCsv } from '../inventory/export/export-csv.ts'
import { exportNornir } from '../inventory/export/export-nornir.ts'
import type { ExportedDevice, ExportedFile } from '../inventory/export/exported.ts'
import type { Device } from '../model.ts'
import { resultCode } from '../result-codes.ts'
import type { Netlatch } from './netlatch.ts'

export type { ExportedFile } from '../inventory/export/exported.ts'

export const exportFormats = ['ansible', 'nornir', 'csv'] as const
export type ExportFormat = (typeof exportFormats)[number]

/** Devices for another tool, with the name and username of the credential that opens each, as the state knows it. No secret. */
export async function exportInventory(
  netlatch: Netlatch,
  devices: readonly Device[],
  format: ExportFormat,
): Promise<readonly ExportedFile[]> {
  const records = await (await netlatch.state()).devices()
  const usernames = new Map(netlatch.credentials.map(({ name, username }) => [name, username]))
  const exported = devices.map((device): ExportedDevice => {
    const record = records.get(device.name)
    if (!record?.credential || resultCode(record.code).needsAttention) return { device }
    return { device, working: { credential: record.credential, username: usernames.get(record.credential) } }
  })
  switch (format) {
    case 'ansible':
      return exportAnsible(exported, netlatch.workspace.settings.jumpHosts)
    case 'nornir':
      return exportNornir(exported)
    case 'csv':
      return exportCsv(exported)
  }
}
