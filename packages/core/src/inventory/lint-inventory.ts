import type { Device, Problem } from '../model.ts'
import type { PlatformSet } from '../platforms/platform-set.ts'
import type { VaultFile } from '../vault/read-vault.ts'
import type { Workspace } from '../workspace/workspace.ts'
import type { Inventory } from './inventory.ts'
import { lintCredentials } from './lint-credentials.ts'
import { countDevices, originOfValue } from './problem-text.ts'

export interface LintInput {
  readonly workspace: Workspace
  readonly inventory: Inventory
  readonly platforms: PlatformSet
  /** The vault's public part; what needs it is left out without one. */
  readonly vaultFile?: VaultFile | undefined
  /** The day that end dates are compared with. */
  readonly now: Date
}

/** What is wrong with the files taken together; what is wrong with one of them alone, its loading has said. */
export function lintInventory({ workspace, inventory, platforms, vaultFile, now }: LintInput): readonly Problem[] {
  return [
    ...findDuplicateAddresses(inventory.devices),
    ...findSimilarNames(inventory.devices),
    ...findJumpLoops(inventory.devices, workspace),
    ...findExpiredProfiles(inventory.devices, now),
    ...findUnexplainedProfiles(inventory.devices),
    ...findUnseenSerials(inventory.devices, platforms),
    ...(vaultFile?.document ? lintCredentials(workspace, inventory, vaultFile) : []),
    ...(vaultFile ? [] : findPinsWithoutVault(inventory.devices)),
  ]
}

/** Other places than a vault may know the credentials, so that it is no error: one line for each name. */
function findPinsWithoutVault(devices: readonly Device[]): readonly Problem[] {
  const pinned = Map.groupBy(devices, ({ credential }) => credential)
  return [...pinned].flatMap(([credential, concerned]): readonly Problem[] => {
    const [first] = concerned
    if (!first || credential === undefined) return []
    const message = `credential ${credential} of ${countDevices(concerned)} is not here: there is no vault`
    const advice = `netlatch vault init, then netlatch vault add ${credential}`
    return [{ code: 'no-vault', severity: 'warning', message, advice, at: originOfValue(first, 'credential') }]
  })
}

/** The same address is only then the same place when it is reached the same way, on the same port. */
function findDuplicateAddresses(devices: readonly Device[]): readonly Problem[] {
  const seen = new Map<string, Device>()
  return devices.flatMap((device) => {
    return [...new Set(device.hosts)].flatMap((host): readonly Problem[] => {
      const key = JSON.stringify([device.jumpHost ?? '', host.toLowerCase(), device.port])
      const first = seen.get(key)
      if (!first) {
        seen.set(key, device)
        return []
      }
      const { file, line, column } = originOfValue(first, 'host')
      const message = `${host} port ${device.port} of device ${device.name} is also ${first.name} (${file}:${line}:${column})`
      const advice = 'Correct one of them, unless both mean the same box.'
      return [{ code: 'duplicate-address', severity: 'warning', message, advice, at: originOfValue(device, 'host') }]
    })
  })
}

/** Selections and known_hosts read small and capital letters alike: such devices would share a host key. */
function findSimilarNames(devices: readonly Device[]): readonly Problem[] {
  const seen = new Map<string, Device>()
  return devices.flatMap((device): readonly Problem[] => {
    const key = device.name.toLowerCase()
    const first = seen.get(key)
    if (!first) {
      seen.set(key, device)
      return []
    }
    const { file, line, column } = first.origin
    const message = `device ${device.name} differs from ${first.name} (${file}:${line}:${column}) in capital letters only`
    const advice = 'Rename one of them: selections and known_hosts take both names for one.'
    return [{ code: 'similar-name', severity: 'warning', message, advice, at: device.origin }]
  })
}

/** A device that is the jump host which leads to it. */
function findJumpLoops(devices: readonly Device[], { settings }: Workspace): readonly Problem[] {
  return devices.flatMap((device): readonly Problem[] => {
    const hop = device.jumpHost === undefined ? undefined : settings.jumpHosts[device.jumpHost]
    if (!hop || !('host' in hop) || hop.port !== device.port || !device.hosts.includes(hop.host)) return []
    const message = `device ${device.name} is reached through itself: it is the jump host ${device.jumpHost}`
    const at = originOfValue(device, 'jump_host')
    return [
      { code: 'jump-host-loop', severity: 'error', message, advice: 'Take this device out of that jump host.', at },
    ]
  })
}

/** Thousands of devices may share one end date: one line for each profile, at the first place. */
function findExpiredProfiles(devices: readonly Device[], now: Date): readonly Problem[] {
  const today = now.toISOString().slice(0, 10)
  const expired = devices.filter(({ ssh }) => ssh.until !== undefined && ssh.until < today)
  return [...Map.groupBy(expired, ({ ssh }) => ssh.algorithms)].flatMap(([profile, concerned]): readonly Problem[] => {
    const [first] = concerned
    if (!first) return []
    const oldest = concerned.map(({ ssh }) => ssh.until ?? '').toSorted()[0]
    const message = `SSH profile ${profile} of ${countDevices(concerned)} is past its end (${oldest})`
    const advice = 'Look whether they still need it, then set a later until: or take it away.'
    return [
      { code: 'ssh-profile-expired', severity: 'warning', message, advice, at: originOfValue(first, 'ssh.until') },
    ]
  })
}

/** Weak algorithms are somebody's decision for a time: without a reason and an end nobody knows whether they are needed still. */
function findUnexplainedProfiles(devices: readonly Device[]): readonly Problem[] {
  const unexplained = devices.filter(
    ({ ssh }) => ssh.algorithms !== 'modern' && (ssh.reason === undefined || ssh.until === undefined),
  )
  return [...Map.groupBy(unexplained, ({ ssh }) => ssh.algorithms)].flatMap(
    ([profile, concerned]): readonly Problem[] => {
      const [first] = concerned
      if (!first) return []
      const hasReason = concerned.every(({ ssh }) => ssh.reason !== undefined)
      const hasEnd = concerned.every(({ ssh }) => ssh.until !== undefined)
      const missing = hasReason ? 'no end date' : hasEnd ? 'no reason' : 'no reason or no end date'
      const message = `SSH profile ${profile} of ${countDevices(concerned)} has ${missing}`
      const advice = `As: netlatch inventory set ${first.name} ssh.reason="why" ssh.until=<date>`
      return [
        {
          code: 'ssh-profile-unexplained',
          severity: 'warning',
          message,
          advice,
          at: originOfValue(first, 'ssh.algorithms'),
        },
      ]
    },
  )
}

/** A serial number that its platform never shows: every backup of the device would be held. */
function findUnseenSerials(devices: readonly Device[], platforms: PlatformSet): readonly Problem[] {
  return devices.flatMap((device): readonly Problem[] => {
    const platform = device.expect?.serial === undefined ? undefined : platforms.find(device.platform)
    if (!platform || platform.identity.some((pattern) => pattern.includes('(?<serial>'))) return []
    const message = `device ${device.name} expects a serial number, which ${platform.name} does not show: its backups will be held`
    const advice = 'Take expect.serial away; expect.hostname can be checked.'
    return [
      { code: 'serial-never-seen', severity: 'warning', message, advice, at: originOfValue(device, 'expect.serial') },
    ]
  })
}
