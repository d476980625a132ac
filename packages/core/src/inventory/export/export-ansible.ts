import { wayTo } from '../../workspace/jump-host-way.ts'
import type { JumpHost } from '../../workspace/workspace.ts'
import type { YamlValue } from '../../workspace/yaml-text.ts'
import { ansiblePlatforms } from '../import/ansible-platforms.ts'
import { mapPlatform } from '../import/platform-names.ts'
import { blockText, type ExportedDevice, type ExportedFile, entries, ownValues } from './exported.ts'

/** Netmiko's device_type → `ansible_network_os`, for platforms that Ansible reaches over SSH. */
const networkOs: Readonly<Record<string, string>> = {
  cisco_ios: 'cisco.ios.ios',
  cisco_xe: 'cisco.ios.ios',
  cisco_nxos: 'cisco.nxos.nxos',
  cisco_xr: 'cisco.iosxr.iosxr',
  cisco_asa: 'cisco.asa.asa',
  arista_eos: 'arista.eos.eos',
  juniper_junos: 'junipernetworks.junos.junos',
  juniper: 'junipernetworks.junos.junos',
  vyos: 'vyos.vyos.vyos',
  frr: 'frr.frr.frr',
  mikrotik_routeros: 'community.routeros.routeros',
  huawei: 'community.network.ce',
  nokia_sros: 'community.network.sros',
  dell_os10: 'dellemc.os10.os10',
  aruba_aoscx: 'arubanetworks.aoscx.aoscx',
}

/** One static YAML inventory. What Ansible has no variable for stands in `netlatch_…`, which an import reads back. */
export function exportAnsible(
  devices: readonly ExportedDevice[],
  jumpHosts: Readonly<Record<string, JumpHost>>,
): readonly ExportedFile[] {
  const hosts = Object.fromEntries(devices.map((each) => [each.device.name, variables(each, jumpHosts)]))
  const groups = [...new Set(devices.flatMap(({ device }) => device.groups))]
  const children = Object.fromEntries(
    groups.map((group) => {
      const members = devices.filter(({ device }) => device.groups.includes(group))
      return [group, { hosts: Object.fromEntries(members.map(({ device }) => [device.name, {}])) }]
    }),
  )
  const all = { hosts, ...(groups.length > 0 && { children }) }
  return [{ name: 'hosts.yml', text: `# Exported by netlatch inventory export ansible\n${blockText({ all })}` }]
}

function variables(
  each: ExportedDevice,
  jumpHosts: Readonly<Record<string, JumpHost>>,
): Readonly<Record<string, YamlValue>> {
  const { device, working } = each
  const os = networkOs[device.platform]
  const own = {
    ...ownValues(each),
    // Where Ansible's own word would be read back as another platform, or there is none.
    ...((os === undefined || mapPlatform(ansiblePlatforms, os) !== device.platform) && { platform: device.platform }),
    tags: device.tags,
    ...(device.site !== undefined && { site: device.site }),
    ...(device.role !== undefined && { role: device.role }),
  }
  return entries([
    ['ansible_host', device.hosts[0]],
    ['ansible_port', device.port],
    ['ansible_network_os', os],
    ['ansible_connection', os === undefined ? undefined : 'ansible.netcommon.network_cli'],
    ['ansible_user', working?.username],
    ['ansible_ssh_common_args', hopArguments(device.jumpHost, jumpHosts)],
    ...Object.entries(own).map(([key, value]) => [`netlatch_${key}`, value] as const),
  ])
}

function hopArguments(name: string | undefined, jumpHosts: Readonly<Record<string, JumpHost>>): string | undefined {
  if (name === undefined || !jumpHosts[name]) return undefined
  const addresses = wayTo(name, jumpHosts).flatMap((each) => {
    const hop = jumpHosts[each]
    if (!hop) return []
    return 'ssh' in hop ? hop.ssh : hop.port === 22 ? hop.host : `${hop.host}:${hop.port}`
  })
  return `-o ProxyJump=${addresses.join(',')}`
}
