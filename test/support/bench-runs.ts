import {
  type BackupOptions,
  type BackupResult,
  backupConfigs,
} from '../../packages/core/src/operations/backup-configs.ts'
import { type DiscoverOptions, discoverCredentials } from '../../packages/core/src/operations/discover-credentials.ts'
import type { Netlatch } from '../../packages/core/src/operations/netlatch.ts'
import { planDiscovery } from '../../packages/core/src/operations/plan-discovery.ts'
import { type CommandsResult, runCommands } from '../../packages/core/src/operations/run-commands.ts'
import type { DeviceResult } from '../../packages/core/src/progress.ts'
import { devicesOf, type FleetBench } from './fleet-bench.ts'

/** Whole runs as programs do them: open, work, close. Budget windows are not waited for unless a test says so. */
export async function discover(
  bench: FleetBench,
  selection = 'all',
  options: DiscoverOptions = {},
): Promise<readonly DeviceResult[]> {
  return bench.use((netlatch) => discoverWith(netlatch, selection, options))
}

export async function discoverWith(
  netlatch: Netlatch,
  selection: string,
  options: DiscoverOptions = {},
): Promise<readonly DeviceResult[]> {
  const plan = await planDiscovery(netlatch, await devicesOf(netlatch, selection), options)
  return Array.fromAsync(discoverCredentials(netlatch, plan, { wait: false, selection, ...options }))
}

export async function backup(
  bench: FleetBench,
  selection = 'all',
  options: BackupOptions = {},
): Promise<readonly (BackupResult | DeviceResult)[]> {
  return bench.use(async (netlatch) =>
    Array.fromAsync(backupConfigs(netlatch, await devicesOf(netlatch, selection), options)),
  )
}

export async function ask(
  bench: FleetBench,
  selection: string,
  ...commands: string[]
): Promise<readonly (CommandsResult | DeviceResult)[]> {
  return bench.use(async (netlatch) =>
    Array.fromAsync(runCommands(netlatch, await devicesOf(netlatch, selection), { commands })),
  )
}

/** How often each code came, `{ OPENED: 3 }`. */
export function byCode(results: readonly DeviceResult[]): Readonly<Record<string, number>> {
  const groups = Map.groupBy(results, (result) => result.code)
  return Object.fromEntries([...groups].map(([code, same]) => [code, same.length]))
}

export function resultOf<R extends DeviceResult>(results: readonly R[], device: string): R {
  const found = results.filter((result) => result.device === device)
  const [only] = found
  if (found.length !== 1 || !only) throw new Error(`${found.length} results of ${device}`)
  return only
}
