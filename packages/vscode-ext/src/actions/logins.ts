import * as vscode from 'vscode'
import type { App } from '../app.ts'
import { runLimits, setting } from '../settings.ts'
import { chooseDevice, chooseTarget } from './targets.ts'

export async function testLogin(app: App, given: unknown, others: unknown): Promise<void> {
  const chosen = await chooseTarget(app, given, others)
  if (!chosen) return
  const { folder, target, names } = chosen
  await app.unlocking.with(folder, () =>
    app.runs.start({
      folder,
      title: 'Test logins',
      names,
      work: (options) =>
        app.services.operations.call('test', { ...whereOf(folder), target, limits: runLimits(folder) }, options),
    }),
  )
}

/** The plan first; nothing is connected before a person has confirmed it. */
export async function discover(app: App, given: unknown, others: unknown): Promise<void> {
  const chosen = await chooseTarget(app, given ?? { selection: 'all' }, others)
  if (!chosen) return
  const { folder, target } = chosen
  const limits = runLimits(folder)
  const plan = await app.unlocking.with(folder, () =>
    app.services.operations.call('plan', { ...whereOf(folder), target, limits, force: false }),
  )
  if (!plan) return
  if (plan.toTest === 0) {
    const message = `No device to test. ${plan.detail.split('\n')[1] ?? ''}`
    void vscode.window.showInformationMessage(message, 'Open Plan').then((open) => open && showPlan(app, plan.document))
    return
  }
  const isAsked = setting<string>('discovery.confirm', vscode.Uri.file(folder.folder)) === 'always' || plan.unproven > 0
  if (isAsked) {
    const test = `Test ${plan.toTest} Device${plan.toTest === 1 ? '' : 's'}`
    const answer = await vscode.window.showInformationMessage(
      plan.title,
      { modal: true, detail: plan.detail },
      test,
      'Open Plan',
    )
    if (answer === 'Open Plan') await showPlan(app, plan.document)
    if (answer !== test) return
  }
  await app.unlocking.with(folder, () =>
    app.runs.start({
      folder,
      title: 'Discover credentials',
      names: plan.names,
      work: (options) => app.services.operations.call('discover', { ...whereOf(folder), id: plan.id, limits }, options),
    }),
  )
}

export async function planDiscovery(app: App, given: unknown, others: unknown): Promise<void> {
  const chosen = await chooseTarget(app, given ?? { selection: 'all' }, others)
  if (!chosen) return
  const { folder, target } = chosen
  const plan = await app.unlocking.with(folder, () =>
    app.services.operations.call('plan', { ...whereOf(folder), target, limits: runLimits(folder), force: false }),
  )
  if (plan) await showPlan(app, plan.document)
}

async function showPlan(app: App, document: string): Promise<void> {
  await app.documents.show('Discovery plan', document, { language: 'markdown' })
}

export async function explain(app: App, given: unknown): Promise<void> {
  const chosen = await chooseDevice(app, given)
  if (!chosen) return
  const { folder, device } = chosen
  const { document } = await app.services.operations.call('explain', { ...whereOf(folder), device })
  await app.documents.show(`${device} — credentials`, document, { language: 'markdown' })
}

export async function diagnose(app: App, given: unknown): Promise<void> {
  const chosen = await chooseDevice(app, given)
  if (!chosen) return
  const { folder, device } = chosen
  const diagnosis = await app.unlocking.with(folder, () =>
    vscode.window.withProgress({ location: { viewId: 'netlatch.devices' } }, () =>
      app.services.operations.call('diagnose', { ...whereOf(folder), device, limits: runLimits(folder) }),
    ),
  )
  if (diagnosis) await app.documents.show(`${device} — diagnosis`, diagnosis.document, { language: 'markdown' })
}

/** How the services call a folder. */
export function whereOf({ folder, workspaceFolder }: { readonly folder: string; readonly workspaceFolder?: string }) {
  return { folder, workspaceFolder }
}
