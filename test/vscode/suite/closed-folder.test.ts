import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, it } from 'mocha'
import * as vscode from 'vscode'
import { answering } from './answers.ts'
import { eventually, netlatch, openFile } from './editor.ts'
import { suite } from './suite-context.ts'

const path = join(suite.branch, 'inventory.yaml')
const uri = vscode.Uri.file(path)
const names = async () => (await netlatch()).app.folders.all.map(({ name }) => name).join()

describe('a second folder of the window', () => {
  const kept = { text: '' }
  before(async () => {
    kept.text = await readFile(path, 'utf8')
    await writeFile(path, `${kept.text}  branch-2: { host: 127.0.0.1, platform: cisco_iso, site: branch }\n`)
    vscode.workspace.updateWorkspaceFolders(1, 0, { uri: vscode.Uri.file(suite.branch), name: 'branch' })
    await eventually(names, (all) => all === 'net,branch')
  })
  after(async () => {
    if ((await names()) !== 'net') vscode.workspace.updateWorkspaceFolders(1, 1)
    await eventually(names, (all) => all === 'net')
    await writeFile(path, kept.text)
  })

  it('runs with its own limits', async () => {
    const { operations } = (await netlatch()).app.services
    const scope = vscode.workspace.getConfiguration('netlatch', uri)
    const target = vscode.ConfigurationTarget.WorkspaceFolder
    await scope.update('connections.timeoutSeconds', 7, target)
    await scope.update('connections.concurrency', 3, target)
    const asked: { readonly method: string; readonly limits: unknown }[] = []
    const call = operations.call
    // What would connect does nothing: only what it is told matters here.
    Object.assign(operations, {
      call: async (method: string, { limits }: { readonly limits?: unknown }) => {
        asked.push({ method, limits })
      },
    })
    const device = { folder: suite.branch, devices: ['branch-1'] }
    try {
      await answering({}, async () => {
        for (const command of ['testLogin', 'backup', 'doctor', 'planDiscovery', 'discover', 'scanHostKeys'])
          await vscode.commands.executeCommand(`netlatch.${command}`, device)
        await vscode.commands.executeCommand('netlatch.runCommand', { ...device, command: 'show version' })
      })
    } finally {
      Object.assign(operations, { call })
    }
    const limits = { concurrency: 3, timeoutMs: 7_000 }
    assert.deepEqual(
      asked.filter(({ method }) => method !== 'isBusy' && method !== 'filesChanged'),
      ['test', 'backup', 'diagnose', 'plan', 'plan', 'scan', 'run'].map((method) => ({ method, limits })),
    )
  })

  it('leaves nothing on the screen when it goes', async () => {
    const { drawer } = await netlatch()
    const editor = await vscode.window.showTextDocument(uri)
    const texts = () => drawer.shownIn(editor).map(({ text }) => text)
    const problems = () => vscode.languages.getDiagnostics(uri).map(({ message }) => message)
    await eventually(texts, (shown) => shown.length > 0)
    await eventually(problems, (found) => found.some((message) => message.includes('cisco_iso')))
    vscode.workspace.updateWorkspaceFolders(1, 1)
    await eventually(names, (all) => all === 'net')
    await eventually(texts, (shown) => shown.length === 0)
    await eventually(problems, (found) => found.length === 0)
    await openFile('inventory.yaml')
  })
})
