import { aristaEos } from './arista_eos.ts'
import { arubaAoscx } from './aruba_aoscx.ts'
import { ciscoAsa } from './cisco_asa.ts'
import { ciscoIos } from './cisco_ios.ts'
import { ciscoNxos } from './cisco_nxos.ts'
import { ciscoXr } from './cisco_xr.ts'
import { dellOs10 } from './dell_os10.ts'
import { f5Tmsh } from './f5_tmsh.ts'
import { fortinet } from './fortinet.ts'
import { frr } from './frr.ts'
import { hpComware } from './hp_comware.ts'
import { hpProcurve } from './hp_procurve.ts'
import { huawei } from './huawei.ts'
import { juniperJunos } from './juniper_junos.ts'
import { linux } from './linux.ts'
import { mikrotikRouteros } from './mikrotik_routeros.ts'
import { nokiaSros } from './nokia_sros.ts'
import { paloaltoPanos } from './paloalto_panos.ts'
import type { Platform } from './platform.ts'
import { vyos } from './vyos.ts'

/** Every built-in platform, by name. */
export const platforms: readonly Platform[] = [
  aristaEos,
  arubaAoscx,
  ciscoAsa,
  ciscoIos,
  ciscoNxos,
  ciscoXr,
  dellOs10,
  f5Tmsh,
  fortinet,
  frr,
  hpComware,
  hpProcurve,
  huawei,
  juniperJunos,
  linux,
  mikrotikRouteros,
  nokiaSros,
  paloaltoPanos,
  vyos,
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
