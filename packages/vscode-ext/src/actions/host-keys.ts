import * as vscode from 'vscode'
import type { App } from '../app.ts'
import { runLimits } from '../settings.ts'
import { whereOf } from './logins.ts'
import { chooseDevice, chooseTarget } from './targets.ts'

/** Looks at the key a device shows now, shows both fingerprints, and trusts exactly the one that was shown. */
export async function trustHostKey(app: App, given: unknown): Promise<void> {
  const chosen = await chooseDevice(app, given)
  if (!chosen) return
  const { folder, device } = chosen
  const where = { ...whereOf(folder), device }
  const seen = await app.unlocking.with(folder, () =>
    vscode.window.withProgress({ location: { viewId: 'netlatch.devices' } }, () =>
      app.services.operations.call('lookAtKey', where),
    ),
  )
  if (!seen) return
  if (seen.trusted) {
    void vscode.window.showInformationMessage(`${device}: this key is trusted already.`)
    return
  }
  const detail = [...(seen.was === undefined ? [] : [`Was: ${seen.was}`]), `Now: ${seen.now}`, '']
  const question = seen.was === undefined ? `Trust the host key of ${device}?` : `The host key of ${device} changed.`
  const advice = 'Compare it with what the device itself shows on its console before you trust it.'
  const answer = await vscode.window.showWarningMessage(
    question,
    { modal: true, detail: [...detail, advice].join('\n') },
    'Trust This Key',
  )
  if (answer !== 'Trust This Key') return
  const { trusted } = await app.services.operations.call('trust', { ...where, now: seen.now })
  if (trusted) app.log.info(`${device}: host key ${seen.now} trusted`)
  else void vscode.window.showWarningMessage(`${device} shows another key than the one you saw. Nothing was written.`)
  await app.folders.reload(folder.folder)
}

/** Collects keys of devices whose key is not known; key exchange only, no login. */
export async function scanHostKeys(app: App, given: unknown, others: unknown): Promise<void> {
  const chosen = await chooseTarget(app, given ?? { selection: 'all' }, others)
  if (!chosen) return
  const { folder, target } = chosen
  const report = await app.unlocking.with(folder, () =>
    vscode.window.withProgress({ location: { viewId: 'netlatch.devices' }, title: 'Scan host keys' }, () =>
      app.services.operations.call('scan', { ...whereOf(folder), target, limits: runLimits(folder) }),
    ),
  )
  if (!report) return
  await app.folders.reload(folder.folder)
  const { added, known, changed, failed, oddities } = report
  const parts = [
    `${added.length} new keys written to known_hosts`,
    `${known} known`,
    ...(changed.length > 0 ? [`${changed.length} changed, not written`] : []),
    ...(failed.length > 0 ? [`${failed.length} not reached`] : []),
    ...(oddities.length > 0 ? [`${oddities.length} to look at`] : []),
  ]
  app.log.info(`Scan of host keys: ${parts.join(', ')}`)
  const path = folder.watched.find((each) => /known_hosts/.test(each)) ?? folder.watched[1]
  const message = `${parts.join(', ')}. Review the file before you commit it.`
  void vscode.window.showInformationMessage(message, 'Open').then((open) => {
    if (open && path !== undefined) return vscode.window.showTextDocument(vscode.Uri.file(path))
  })
}
