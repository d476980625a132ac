import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import * as vscode from 'vscode'
import type { NetlatchApi } from '../../../packages/vscode-ext/src/extension.ts'
import type { FleetRequests } from '../../support/simulated-fleet/fleet-requests.ts'
import { suite } from './suite-context.ts'

const run = promisify(execFile)

export async function netlatch(): Promise<NetlatchApi> {
  const extension = vscode.extensions.getExtension<NetlatchApi>('netlatch.netlatch')
  assert.ok(extension, 'the extension is there')
  return extension.activate()
}

export async function openFile(name: string): Promise<vscode.TextEditor> {
  const document = await vscode.workspace.openTextDocument(join(suite.folder, name))
  return vscode.window.showTextDocument(document)
}

/** Waits for what comes by itself; says what was there instead. */
export async function eventually<T>(
  look: () => T | PromiseLike<T>,
  holds: (value: T) => boolean,
  within = 20_000,
): Promise<T> {
  const until = Date.now() + within
  for (;;) {
    const value = await look()
    if (holds(value)) return value
    if (Date.now() > until) assert.fail(`after ${within} ms: ${JSON.stringify(value)}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

export async function askFleet<Op extends keyof FleetRequests>(
  op: Op,
  ...args: Parameters<FleetRequests[Op]>
): Promise<Awaited<ReturnType<FleetRequests[Op]>>> {
  const answer = await fetch(suite.fleet, { method: 'POST', body: JSON.stringify({ op, args }) })
  assert.ok(answer.ok, `the fleet refused ${op}`)
  const { result } = (await answer.json()) as { result: Awaited<ReturnType<FleetRequests[Op]>> }
  return result
}

/** As somebody in a terminal beside the editor. */
export const cli = (...words: string[]) =>
  run(suite.node, [suite.cli, '-C', suite.folder, ...words], { env: { ...process.env, NO_COLOR: '1' } })

/** Texts at the ends of lines, by the names of devices. */
export async function inlineTexts(): Promise<Readonly<Record<string, string>>> {
  const { app } = await netlatch()
  const path = join(suite.folder, 'inventory.yaml')
  const [folder] = app.folders.all
  assert.ok(folder, 'a workspace is open')
  const { lines } = await app.services.language.call('inline', {
    folder: folder.folder,
    path,
    first: 1,
    last: 10_000,
    settings: { staleAfterDays: 30, maxLength: 60, lensDevices: 'all', problemsOfResults: true, maxPerCause: 50 },
  })
  const document = await vscode.workspace.openTextDocument(path)
  return Object.fromEntries(
    lines.map(({ line, text }) => [
      document
        .lineAt(line - 1)
        .text.trim()
        .replace(/:.*$/, ''),
      text,
    ]),
  )
}

export async function lensTitles(name: string): Promise<readonly string[]> {
  const uri = vscode.Uri.file(join(suite.folder, name))
  const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', uri, 100)
  return lenses.map(({ command }) => command?.title ?? '')
}

export const target = (...devices: string[]) => ({ folder: suite.folder, devices })

/** Where a text stands first in a file, and so many characters behind its beginning. */
export async function atWord(name: string, text: string, offset = 0): Promise<vscode.Position> {
  const document = await vscode.workspace.openTextDocument(join(suite.folder, name))
  const found = document.getText().indexOf(text)
  assert.ok(found !== -1, `${text} stands in ${name}`)
  return document.positionAt(found + offset)
}

/** As another program does it. */
export async function replaceFile(path: string, text: string): Promise<void> {
  await writeFile(path, text)
  const document = await vscode.workspace.openTextDocument(path)
  await eventually(
    () => document.getText(),
    (shown) => shown === text,
  )
}

/** The document in front, which the extension made. */
export function shownDocument(): { readonly fileName: string; readonly text: string; readonly scheme: string } {
  const { document } = vscode.window.activeTextEditor ?? {}
  assert.ok(document, 'a document is shown')
  return { fileName: document.uri.path, text: document.getText(), scheme: document.uri.scheme }
}
