import * as vscode from 'vscode'
import type { App } from '../app.ts'
import type { Problems } from '../editor/problems.ts'
import { groupings } from '../service/groupings.ts'
import { ServiceError } from '../service/rpc.ts'
import { toggleSetting } from '../settings.ts'
import { requireTrust } from '../trust.ts'
import type { CoveragePanels } from '../views/coverage-panel.ts'
import type { DevicesView } from '../views/devices-view.ts'
import { backUp, diffBackups, diffLastBackup, diffStartup, showBackup } from './backups.ts'
import { openSideBySide, runCommand } from './commands-on-devices.ts'
import { addCredential, changeSecret, releaseCredential } from './credentials.ts'
import { applyFix } from './fixes.ts'
import { useInventory } from './found-inventory.ts'
import { scanHostKeys, trustHostKey } from './host-keys.ts'
import { diagnose, discover, explain, planDiscovery, testLogin } from './logins.ts'
import { checkInventory, exportCoverage, goToDevice, reveal, showChangesSince } from './reports.ts'
import { openTerminal } from './terminal.ts'

export interface Parts {
  readonly app: App
  readonly problems: Problems
  readonly devices: DevicesView
  readonly coverage: CoveragePanels
  readonly createWorkspace: () => Promise<void>
}

type Action = (given: unknown, others: unknown) => unknown

/** Every command of the manifest. What one of them cannot do it says in one message, with what to do. */
export function registerCommands({ app, problems, devices, coverage, createWorkspace }: Parts): vscode.Disposable {
  const { folders, runs, unlocking, log } = app
  const actions: Readonly<Record<string, Action>> = {
    createWorkspace: () => createWorkspace(),
    useInventory: () => useInventory(app),
    openWalkthrough: () =>
      vscode.commands.executeCommand(
        'workbench.action.openWalkthrough',
        `${app.context.extension.id}#netlatch.start`,
        false,
      ),
    testLogin: (given, others) => testLogin(app, given, others),
    discover: (given, others) => discover(app, given, others),
    planDiscovery: (given, others) => planDiscovery(app, given, others),
    explain: (given) => explain(app, given),
    doctor: (given) => diagnose(app, given),
    runCommand: (given, others) => runCommand(app, given, others),
    openSideBySide: (given) => openSideBySide(app, given),
    openTerminal: (given) => openTerminal(app, given),
    backup: (given, others) => backUp(app, given, others),
    diffLastBackup: (given) => diffLastBackup(app, given),
    diffBackups: (given, commits) => diffBackups(app, given, commits),
    diffStartup: (given) => diffStartup(app, given),
    showBackup: (given) => showBackup(app, given),
    trustHostKey: (given) => trustHostKey(app, given),
    scanHostKeys: (given, others) => scanHostKeys(app, given, others),
    addCredential: (given) => addCredential(app, given),
    changeSecret: (given) => changeSecret(app, given),
    releaseCredential: (given) => releaseCredential(app, given),
    unlockVault: async () => {
      const folder = await folders.choose()
      if (folder) await unlocking.unlock(folder)
    },
    lockVault: () => Promise.all(folders.all.map((folder) => unlocking.lock(folder))),
    moveSecretToVault: () => vscode.commands.executeCommand('editor.action.quickFix'),
    checkInventory: () =>
      checkInventory(app, async () => {
        await Promise.all(folders.all.map((folder) => problems.check(folder)))
        return problems.count
      }),
    goToDevice: (given) => goToDevice(app, given),
    renameTag: () => vscode.commands.executeCommand('editor.action.rename'),
    showCoverage: (given) => coverage.show(given),
    exportCoverage: (given) => exportCoverage(app, given),
    showChangesSince: (given) => showChangesSince(app, given),
    cancelRun: () => runs.stopAll(),
    toggleInlineResults: () => toggleSetting('inlineResults.enabled'),
    toggleCodeLens: () => toggleSetting('codeLens.enabled'),
    showOutput: () => log.show(),
    applyFix: (given) => applyFix(app, given),
    reveal: (path, line) => reveal(String(path), Number(line)),
    ...Object.fromEntries(
      groupings.map((by) => [`groupBy${by.charAt(0).toUpperCase()}${by.slice(1)}`, () => devices.groupBy(by)]),
    ),
  }
  return vscode.Disposable.from(
    ...Object.entries(actions).map(([name, action]) =>
      vscode.commands.registerCommand(`netlatch.${name}`, (given: unknown, others: unknown) =>
        tell(app, name, async () => action(given, others)),
      ),
    ),
  )
}

/** What does nothing but look at the files. The manifest hides the others; a link or another extension could still call them. */
const inRestrictedMode =
  /^(?:openWalkthrough|checkInventory|goToDevice|toggle\w+|showOutput|applyFix|reveal|renameTag|groupBy\w+|cancelRun)$/

async function tell(app: App, name: string, action: () => Promise<unknown>): Promise<void> {
  try {
    if (!inRestrictedMode.test(name)) requireTrust()
    await action()
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    const advice = error instanceof ServiceError && error.advice ? ` ${error.advice}` : ''
    app.log.error(`${name}: ${message}${advice}`)
    const isOurs = error instanceof ServiceError && error.code !== undefined
    // Nobody waits until a person has closed it.
    void vscode.window
      .showErrorMessage(`${message}${advice}`, ...(isOurs ? [] : ['Show Log']))
      .then((answer) => answer && app.log.show())
  }
}
