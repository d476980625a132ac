import type { ExportedDevice, ExportedFile } from './exported.ts'

type Cell = string | number | undefined

const columns: readonly (readonly [head: string, cell: (each: ExportedDevice) => Cell])[] = [
  ['name', ({ device }) => device.name],
  ['host', ({ device }) => device.hosts.join(' ')],
  ['port', ({ device }) => device.port],
  ['platform', ({ device }) => device.platform],
  ['transport', ({ device }) => device.transport],
  ['status', ({ device }) => device.status],
  ['site', ({ device }) => device.site],
  ['role', ({ device }) => device.role],
  ['groups', ({ device }) => device.groups.join('|')],
  ['tags', ({ device }) => device.tags.join('|')],
  ['realm', ({ device }) => device.realm],
  ['jump_host', ({ device }) => device.jumpHost],
  ['credential', ({ device }) => device.credential],
  ['expect_hostname', ({ device }) => device.expect?.hostname],
  ['expect_serial', ({ device }) => device.expect?.serial],
  ['ssh_algorithms', ({ device }) => (device.ssh.algorithms === 'modern' ? undefined : device.ssh.algorithms)],
  ['ssh_reason', ({ device }) => device.ssh.reason],
  ['ssh_until', ({ device }) => device.ssh.until],
  ['working_credential', ({ working }) => working?.credential],
  ['username', ({ working }) => working?.username],
]

/** A table as RFC 4180 has it. Cells that a spreadsheet would run as a formula get a quote in front. */
export function exportCsv(devices: readonly ExportedDevice[]): readonly ExportedFile[] {
  const rows = devices.map((each) => columns.map(([, cell]) => cellText(cell(each))).join(','))
  const head = columns.map(([name]) => name).join(',')
  return [{ name: 'devices.csv', text: [head, ...rows].map((line) => `${line}\r\n`).join('') }]
}

function cellText(value: Cell): string {
  const text = String(value ?? '')
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
