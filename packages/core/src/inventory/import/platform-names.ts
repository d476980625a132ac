import { platformNames } from '../../platforms/index.ts'

/**
 * What a source calls a platform → Netmiko's device_type. Keys in lower case, with `_` for spaces and dashes. Names that
 * Netmiko has too need no entry.
 */
export type PlatformTable = Readonly<Record<string, string>>

/** `ansible_network_os`: the short names, and those with their collection. */
export const ansiblePlatforms: PlatformTable = {
  ios: 'cisco_ios',
  'cisco.ios.ios': 'cisco_ios',
  nxos: 'cisco_nxos',
  'cisco.nxos.nxos': 'cisco_nxos',
  iosxr: 'cisco_xr',
  'cisco.iosxr.iosxr': 'cisco_xr',
  asa: 'cisco_asa',
  'cisco.asa.asa': 'cisco_asa',
  eos: 'arista_eos',
  'arista.eos.eos': 'arista_eos',
  junos: 'juniper_junos',
  'junipernetworks.junos.junos': 'juniper_junos',
  vyos: 'vyos',
  'vyos.vyos.vyos': 'vyos',
  frr: 'frr',
  'frr.frr.frr': 'frr',
  routeros: 'mikrotik_routeros',
  'community.network.routeros': 'mikrotik_routeros',
  'community.routeros.routeros': 'mikrotik_routeros',
  ce: 'huawei',
  'community.network.ce': 'huawei',
  sros: 'nokia_sros',
  'community.network.sros': 'nokia_sros',
  'nokia.grpc.sros': 'nokia_sros',
  dellos10: 'dell_os10',
  'dellemc.os10.os10': 'dell_os10',
  fortios: 'fortinet',
  'fortinet.fortios.fortios': 'fortinet',
  panos: 'paloalto_panos',
  bigip: 'f5_tmsh',
  'f5networks.f5_modules.bigip': 'f5_tmsh',
  aoscx: 'aruba_aoscx',
  'arubanetworks.aoscx.aoscx': 'aruba_aoscx',
  'arubanetworks.aos_switch.arubaoss': 'hp_procurve',
  'hpe.aos_cx.aoscx': 'aruba_aoscx',
}

/** Oxidized's models: the names of the files in its lib/oxidized/model. */
export const oxidizedPlatforms: PlatformTable = {
  ios: 'cisco_ios',
  iosxe: 'cisco_ios',
  nxos: 'cisco_nxos',
  iosxr: 'cisco_xr',
  asa: 'cisco_asa',
  eos: 'arista_eos',
  junos: 'juniper_junos',
  aoscx: 'aruba_aoscx',
  procurve: 'hp_procurve',
  aosw_switch: 'hp_procurve',
  comware: 'hp_comware',
  h3c: 'hp_comware',
  vrp: 'huawei',
  fortios: 'fortinet',
  panos: 'paloalto_panos',
  tmos: 'f5_tmsh',
  routeros: 'mikrotik_routeros',
  sros: 'nokia_sros',
  timos: 'nokia_sros',
  os10: 'dell_os10',
  vyos: 'vyos',
  vyatta: 'vyos',
  frr: 'frr',
  linuxgeneric: 'linux',
}

/** The device types of RANCID's router.db(5) and rancid.types.base. */
export const rancidPlatforms: PlatformTable = {
  cisco: 'cisco_ios',
  cisco_nx: 'cisco_nxos',
  cisco_xr: 'cisco_xr',
  ios: 'cisco_ios',
  ios_xr: 'cisco_xr',
  ios_xr7: 'cisco_xr',
  ios_nx: 'cisco_nxos',
  nxos: 'cisco_nxos',
  arista: 'arista_eos',
  juniper: 'juniper_junos',
  junos: 'juniper_junos',
  hp: 'hp_procurve',
  h3c: 'hp_comware',
  vrp: 'huawei',
  fortigate: 'fortinet',
  fortigate_full: 'fortinet',
  paloalto: 'paloalto_panos',
  bigip: 'f5_tmsh',
  mikrotik: 'mikrotik_routeros',
  sros: 'nokia_sros',
  sros_md: 'nokia_sros',
  arubacx: 'aruba_aoscx',
  aruba_cx: 'aruba_aoscx',
  vyos: 'vyos',
  vyatta: 'vyos',
}

/** Nornir names platforms as the plugin that connects does: NAPALM, scrapli, or Netmiko itself. */
export const nornirPlatforms: PlatformTable = {
  ios: 'cisco_ios',
  iosxe: 'cisco_ios',
  cisco_iosxe: 'cisco_ios',
  nxos: 'cisco_nxos',
  nxos_ssh: 'cisco_nxos',
  iosxr: 'cisco_xr',
  iosxr_netconf: 'cisco_xr',
  cisco_iosxr: 'cisco_xr',
  eos: 'arista_eos',
  junos: 'juniper_junos',
  asa: 'cisco_asa',
  fortios: 'fortinet',
  panos: 'paloalto_panos',
  huawei_vrp: 'huawei',
  ce: 'huawei',
  ros: 'mikrotik_routeros',
  routeros: 'mikrotik_routeros',
  procurve: 'hp_procurve',
  sros: 'nokia_sros',
  aoscx: 'aruba_aoscx',
}

/** Kinds of containerlab, the older short ones too. */
export const containerlabPlatforms: PlatformTable = {
  ceos: 'arista_eos',
  arista_ceos: 'arista_eos',
  arista_veos: 'arista_eos',
  vr_veos: 'arista_eos',
  crpd: 'juniper_junos',
  juniper_crpd: 'juniper_junos',
  juniper_vmx: 'juniper_junos',
  vr_vmx: 'juniper_junos',
  juniper_vqfx: 'juniper_junos',
  vr_vqfx: 'juniper_junos',
  juniper_vsrx: 'juniper_junos',
  vr_vsrx: 'juniper_junos',
  juniper_vjunosrouter: 'juniper_junos',
  juniper_vjunosswitch: 'juniper_junos',
  juniper_vjunosevolved: 'juniper_junos',
  xrd: 'cisco_xr',
  cisco_xrd: 'cisco_xr',
  cisco_xrv: 'cisco_xr',
  vr_xrv: 'cisco_xr',
  cisco_xrv9k: 'cisco_xr',
  vr_xrv9k: 'cisco_xr',
  cisco_csr1000v: 'cisco_ios',
  vr_csr: 'cisco_ios',
  cisco_c8000v: 'cisco_ios',
  cisco_cat9kv: 'cisco_ios',
  cisco_iol: 'cisco_ios',
  cisco_vios: 'cisco_ios',
  cisco_n9kv: 'cisco_nxos',
  vr_n9kv: 'cisco_nxos',
  cisco_asav: 'cisco_asa',
  vr_sros: 'nokia_sros',
  nokia_srsim: 'nokia_sros',
  vr_aoscx: 'aruba_aoscx',
  mikrotik_ros: 'mikrotik_routeros',
  vr_ros: 'mikrotik_routeros',
  huawei_vrp: 'huawei',
  fortinet_fortigate: 'fortinet',
  vr_pan: 'paloalto_panos',
  f5_bigip_ve: 'f5_tmsh',
  vyosnetworks_vyos: 'vyos',
}

/** Slugs people give platforms in NetBox, and names they type into tables. A version behind a name is no other platform. */
export const commonPlatforms: PlatformTable = {
  ...nornirPlatforms,
  cisco: 'cisco_ios',
  ios_xe: 'cisco_ios',
  cisco_ios_xe: 'cisco_ios',
  nx_os: 'cisco_nxos',
  cisco_nx_os: 'cisco_nxos',
  ios_xr: 'cisco_xr',
  cisco_ios_xr: 'cisco_xr',
  arista: 'arista_eos',
  junos_os: 'juniper_junos',
  juniper_junos_os: 'juniper_junos',
  junos_evo: 'juniper_junos',
  aruba_cx: 'aruba_aoscx',
  aruba_os_cx: 'aruba_aoscx',
  arubaos_cx: 'aruba_aoscx',
  aos_cx: 'aruba_aoscx',
  arubaos_switch: 'hp_procurve',
  aruba_os_switch: 'hp_procurve',
  comware: 'hp_comware',
  hpe_comware: 'hp_comware',
  h3c_comware: 'hp_comware',
  vrp: 'huawei',
  fortigate: 'fortinet',
  fortinet_fortios: 'fortinet',
  pan_os: 'paloalto_panos',
  paloalto: 'paloalto_panos',
  palo_alto_pan_os: 'paloalto_panos',
  paloalto_pan_os: 'paloalto_panos',
  f5_big_ip: 'f5_tmsh',
  big_ip: 'f5_tmsh',
  tmos: 'f5_tmsh',
  mikrotik: 'mikrotik_routeros',
  mikrotik_ros: 'mikrotik_routeros',
  nokia_sr_os: 'nokia_sros',
  sr_os: 'nokia_sros',
  timos: 'nokia_sros',
  os10: 'dell_os10',
  dell_smartfabric_os10: 'dell_os10',
  frrouting: 'frr',
  ubuntu: 'linux',
  debian: 'linux',
  ubuntu_linux: 'linux',
  debian_linux: 'linux',
}

const known = new Set([...platformNames, 'autodetect'])

/**
 * Netmiko's name of a platform, or undefined where the table has none that Netlatch knows. Netmiko's own suffixes for the way
 * to connect are no part of the name; `cisco_ios_xe_17_9` is found by its longest start that is a whole name.
 */
export function mapPlatform(table: PlatformTable, given: string): string | undefined {
  const folded = given.trim().toLowerCase().replaceAll(/[ -]/g, '_')
  const name = folded.replace(/(?<=._)(?:ssh|telnet)$/, '').replace(/_$/, '')
  const direct = find(table, folded) ?? find(table, name)
  if (direct !== undefined || table !== commonPlatforms) return direct
  const version = /[_.]v?\d[\w.]*$/
  for (let start = name; version.test(start); ) {
    start = start.slice(0, start.search(/[_.][^_.]*$/))
    const found = find(table, start)
    if (found !== undefined) return found
  }
  return undefined
}

/** Netmiko's names for Telnet end so. */
export function isTelnet(platform: string): boolean {
  return /_telnet$/.test(platform.trim().toLowerCase())
}

function find(table: PlatformTable, name: string): string | undefined {
  const platform = Object.hasOwn(table, name) ? table[name] : name
  return platform !== undefined && known.has(platform) ? platform : undefined
}
