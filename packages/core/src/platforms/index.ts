import { a10 } from './a10.ts'
import { adtranOs } from './adtran_os.ts'
import { alcatelAos } from './alcatel_aos.ts'
import { alliedTelesisAwplus } from './allied_telesis_awplus.ts'
import { aristaEos } from './arista_eos.ts'
import { arubaAoscx } from './aruba_aoscx.ts'
import { arubaOs } from './aruba_os.ts'
import { audiocode72 } from './audiocode_72.ts'
import { bird } from './bird.ts'
import { casaCmts } from './casa_cmts.ts'
import { checkpointGaia } from './checkpoint_gaia.ts'
import { cienaSaos } from './ciena_saos.ts'
import { ciscoAsa } from './cisco_asa.ts'
import { ciscoFtd } from './cisco_ftd.ts'
import { ciscoIos } from './cisco_ios.ts'
import { ciscoNxos } from './cisco_nxos.ts'
import { ciscoS300 } from './cisco_s300.ts'
import { ciscoWlc } from './cisco_wlc.ts'
import { ciscoXr } from './cisco_xr.ts'
import { cumulus } from './cumulus.ts'
import { dellOs6 } from './dell_os6.ts'
import { dellOs9 } from './dell_os9.ts'
import { dellOs10 } from './dell_os10.ts'
import { dellPowerconnect } from './dell_powerconnect.ts'
import { dellSonic } from './dell_sonic.ts'
import { eltex } from './eltex.ts'
import { ericssonIpos } from './ericsson_ipos.ts'
import { extremeExos } from './extreme_exos.ts'
import { extremeNetiron } from './extreme_netiron.ts'
import { extremeSlx } from './extreme_slx.ts'
import { extremeVsp } from './extreme_vsp.ts'
import { f5Tmsh } from './f5_tmsh.ts'
import { fortinet } from './fortinet.ts'
import { frr } from './frr.ts'
import { hpComware } from './hp_comware.ts'
import { hpProcurve } from './hp_procurve.ts'
import { huawei } from './huawei.ts'
import { huaweiSmartax } from './huawei_smartax.ts'
import { ipinfusionOcnos } from './ipinfusion_ocnos.ts'
import { juniperJunos } from './juniper_junos.ts'
import { juniperScreenos } from './juniper_screenos.ts'
import { linux } from './linux.ts'
import { mikrotikRouteros } from './mikrotik_routeros.ts'
import { netscaler } from './netscaler.ts'
import { nokiaSrl } from './nokia_srl.ts'
import { nokiaSros } from './nokia_sros.ts'
import { opengear } from './opengear.ts'
import { opnsense } from './opnsense.ts'
import { paloaltoPanos } from './paloalto_panos.ts'
import { pfsense } from './pfsense.ts'
import type { Platform } from './platform.ts'
import { raisecomRoap } from './raisecom_roap.ts'
import { ruckusFastiron } from './ruckus_fastiron.ts'
import { sonic } from './sonic.ts'
import { sophosSfos } from './sophos_sfos.ts'
import { supermicroSmis } from './supermicro_smis.ts'
import { tplinkJetstream } from './tplink_jetstream.ts'
import { ubiquitiEdgerouter } from './ubiquiti_edgerouter.ts'
import { ubiquitiEdgeswitch } from './ubiquiti_edgeswitch.ts'
import { ubiquitiUnifiswitch } from './ubiquiti_unifiswitch.ts'
import { vyos } from './vyos.ts'
import { watchguardFireware } from './watchguard_fireware.ts'
import { zteZxros } from './zte_zxros.ts'

/** Every built-in platform, by name. */
export const platforms: readonly Platform[] = [
  a10,
  adtranOs,
  alcatelAos,
  alliedTelesisAwplus,
  aristaEos,
  arubaAoscx,
  arubaOs,
  audiocode72,
  bird,
  casaCmts,
  checkpointGaia,
  cienaSaos,
  ciscoAsa,
  ciscoFtd,
  ciscoIos,
  ciscoNxos,
  ciscoS300,
  ciscoWlc,
  ciscoXr,
  cumulus,
  dellOs10,
  dellOs6,
  dellOs9,
  dellPowerconnect,
  dellSonic,
  eltex,
  ericssonIpos,
  extremeExos,
  extremeNetiron,
  extremeSlx,
  extremeVsp,
  f5Tmsh,
  fortinet,
  frr,
  hpComware,
  hpProcurve,
  huawei,
  huaweiSmartax,
  ipinfusionOcnos,
  juniperJunos,
  juniperScreenos,
  linux,
  mikrotikRouteros,
  netscaler,
  nokiaSrl,
  nokiaSros,
  opengear,
  opnsense,
  paloaltoPanos,
  pfsense,
  raisecomRoap,
  ruckusFastiron,
  sonic,
  sophosSfos,
  supermicroSmis,
  tplinkJetstream,
  ubiquitiEdgerouter,
  ubiquitiEdgeswitch,
  ubiquitiUnifiswitch,
  vyos,
  watchguardFireware,
  zteZxros,
]

/** Names and aliases, sorted: what an inventory may say. */
export const platformNames: readonly string[] = platforms
  .flatMap(({ name, aliases }) => [name, ...(aliases ?? [])])
  .sort()

const byName: ReadonlyMap<string, Platform> = new Map(
  platforms.flatMap((platform) =>
    [platform.name, ...(platform.aliases ?? [])].map((name) => [name, platform] as const),
  ),
)

/** The platform of this Netmiko device_type or alias, or undefined. */
export function findPlatform(name: string): Platform | undefined {
  return byName.get(name)
}
