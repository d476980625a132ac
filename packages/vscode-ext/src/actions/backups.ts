import type { ConfigurationResult, DeviceResult } from '@netlatch/core'
import * as vscode from 'vscode'
import type { App } from '../app.ts'
import type { Folder } from '../folders.ts'
import { runLimits } from '../settings.ts'
import { whereOf } from './logins.ts'
import { chooseDevice, chooseTarget } from './targets.ts'

export async function backUp(app: App, given: unknown, others: unknown): Promise<void> {
  const chosen = await chooseTarget(app, given, others)
  if (!chosen) return
  const { folder, target, names } = chosen
  await app.unlocking.with(folder, () =>
    app.runs.start({
      folder,
      title: 'Back up configurations',
      names,
      work: (options) =>
        app.services.operations.call('backup', { ...whereOf(folder), target, limits: runLimits(folder) }, options),
    }),
  )
}

export async function showBackup(app: App, given: unknown): Promise<void> {
  const chosen = await chooseDevice(app, given)
  if (!chosen) return
  const { folder, device } = chosen
  const text = await app.services.operations.call('backupText', { ...whereOf(folder), device })
  await app.documents.show(`${device} — last backup`, text)
}

export async function diffLastBackup(app: App, given: unknown): Promise<void> {
  const chosen = await chooseDevice(app, given)
  if (!chosen) return
  const { folder, device } = chosen
  const before = await app.services.operations.call('backupText', { ...whereOf(folder), device })
  const read = await readNow(app, folder, device, ['running'])
  const [now] = read ?? []
  if (now)
    await app.documents.diff(
      `${device}: last backup ↔ running`,
      { name: `${device} — last backup`, text: before },
      { name: `${device} — running`, text: now.text },
    )
}

export async function diffStartup(app: App, given: unknown): Promise<void> {
  const chosen = await chooseDevice(app, given)
  if (!chosen) return
  const { folder, device } = chosen
  const [startup, running] = (await readNow(app, folder, device, ['startup', 'running'])) ?? []
  if (startup && running)
    await app.documents.diff(
      `${device}: startup ↔ running`,
      { name: `${device} — startup`, text: startup.text },
      { name: `${device} — running`, text: running.text },
    )
}

export async function diffBackups(app: App, given: unknown, commits?: unknown): Promise<void> {
  const chosen = await chooseDevice(app, given)
  if (!chosen) return
  const { folder, device } = chosen
  const where = { ...whereOf(folder), device }
  const known = await app.services.operations.call('backups', where)
  const items = known.map(({ capturedAt, age, bytes, commit }) => ({
    label: capturedAt.toLocaleString(),
    description: `${age} · ${Math.round(bytes / 1024)} KB · ${commit.slice(0, 10)}`,
    commit,
  }))
  if (items.length < 2) {
    void vscode.window.showInformationMessage(`${device} has ${items.length === 0 ? 'no backup' : 'one backup'} yet.`)
    return
  }
  const asked = Array.isArray(commits)
    ? items.filter(({ commit }) => commits.includes(commit))
    : await vscode.window.showQuickPick(items, { canPickMany: true, placeHolder: 'Two backups to compare' })
  if (asked?.length !== 2) return
  // Listed latest first.
  const [newer, older] = asked
  if (!newer || !older) return
  const [before, after] = await Promise.all(
    [older, newer].map(({ commit }) => app.services.operations.call('backupText', { ...where, at: commit })),
  )
  await app.documents.diff(
    `${device}: ${older.label} ↔ ${newer.label}`,
    { name: `${device} — ${older.label}`, text: before ?? '' },
    { name: `${device} — ${newer.label}`, text: after ?? '' },
  )
}

async function readNow(
  app: App,
  folder: Folder,
  device: string,
  configurations: readonly ('running' | 'startup')[],
): Promise<ConfigurationResult['configurations'] | undefined> {
  const result = await app.unlocking.with(folder, () =>
    vscode.window.withProgress({ location: { viewId: 'netlatch.devices' } }, () =>
      app.services.operations.call('configurations', {
        ...whereOf(folder),
        device,
        configurations,
        limits: runLimits(folder),
      }),
    ),
  )
  if (!result) return undefined
  if (isRead(result)) return result.configurations
  void vscode.window.showWarningMessage(`${result.message}. ${result.advice}`)
  return undefined
}

function isRead(result: ConfigurationResult | DeviceResult): result is ConfigurationResult {
  return 'configurations' in result
}
