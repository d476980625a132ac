import { blockText, type ExportedDevice, type ExportedFile, entries, ownValues } from './exported.ts'

/** The three files of Nornir's SimpleInventory. What Nornir has no word for stands in `data.netlatch`. */
export function exportNornir(devices: readonly ExportedDevice[]): readonly ExportedFile[] {
  const hosts = devices.map((each) => {
    const { device, working } = each
    const data = entries([
      ['site', device.site],
      ['role', device.role],
      ['tags', device.tags],
      ['netlatch', { ...ownValues(each), platform: device.platform }],
    ])
    const values = entries([
      ['hostname', device.hosts[0]],
      ['port', device.port],
      ['platform', device.platform],
      ['username', working?.username],
      ['groups', device.groups],
      ['data', data],
    ])
    return [device.name, values] as const
  })
  const groups = [...new Set(devices.flatMap(({ device }) => device.groups))]
  const header = '---\n# Exported by netlatch inventory export nornir\n'
  return [
    { name: 'hosts.yaml', text: header + blockText(Object.fromEntries(hosts)) },
    { name: 'groups.yaml', text: header + blockText(Object.fromEntries(groups.map((name) => [name, {}]))) },
    { name: 'defaults.yaml', text: `${header}{}\n` },
  ]
}
