import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it } from 'mocha'
import * as vscode from 'vscode'
import { eventually, lensTitles, netlatch, openFile, target } from './editor.ts'
import { suite } from './suite-context.ts'

describe('views', () => {
  it('groups devices by result, what needs attention first, and by site', async () => {
    const { devices } = await netlatch()
    const groups = async () => {
      const nodes = await devices.getChildren()
      return nodes.flatMap((node) => (node.kind === 'group' ? [node] : []))
    }
    const byResult = await groups()
    assert.ok(byResult[0]?.group.needsAttention, 'attention first')
    const opened = byResult.find(({ group }) => group.name === 'Opened')
    assert.ok(opened, byResult.map(({ group }) => group.name).join())
    const items = (await devices.getChildren(opened)).map((node) => devices.getTreeItem(node))
    assert.ok(
      items.some(({ label, description }) => label === 'fra-core-2' && /^tacacs-netops · /.test(String(description))),
    )
    await vscode.commands.executeCommand('netlatch.groupBySite')
    assert.deepEqual(
      (await groups()).map(({ group }) => group.name),
      ['fra', 'ber', 'muc'],
    )
    await vscode.commands.executeCommand('netlatch.groupByResult')
  })

  it('lists credentials with what they open, and never a secret', async () => {
    const { credentials } = await netlatch()
    const nodes = await credentials.getChildren()
    const items = nodes.map((node) => credentials.getTreeItem(node))
    assert.ok(
      items.some(
        ({ label, description }) => label === 'tacacs-netops' && /^opens \d · tacacs$/.test(String(description)),
      ),
    )
    const [first] = nodes
    assert.ok(first)
    const facts = (await credentials.getChildren(first)).map((node) => credentials.getTreeItem(node))
    assert.ok(facts.some(({ label }) => label === 'May be sent to'))
  })

  it('has seen every step of the walkthrough reached', async () => {
    const { milestones } = await netlatch()
    await eventually(
      () => milestones.reached,
      (reached) => reached.join() === 'hasBackups,hasCredential,hasHostKeys,hasResults',
    )
    assert.equal((await (await netlatch()).devices.getChildren())[0]?.kind, 'group', 'the plan is offered no more')
  })

  it('counts in the status bar', async () => {
    const { status } = await netlatch()
    await eventually(
      () => status.text,
      (text) => /^\$\(key\) \d\/10$/.test(text),
    )
  })

  it('opens the coverage as a page, and exports it', async () => {
    await vscode.commands.executeCommand('netlatch.showCoverage')
    const tab = await eventually(
      () => vscode.window.tabGroups.activeTabGroup.activeTab,
      (shown) => shown?.label === 'Coverage: net',
    )
    assert.ok(tab?.input instanceof vscode.TabInputWebview)
    const path = join(suite.folder, 'coverage.md')
    await vscode.commands.executeCommand('netlatch.exportCoverage', vscode.Uri.file(path))
    assert.match(await readFile(path, 'utf8'), /^# Coverage\n\n\d of 10 devices opened/)
    const json = join(suite.folder, 'coverage.json')
    await vscode.commands.executeCommand('netlatch.exportCoverage', vscode.Uri.file(json))
    assert.equal(JSON.parse(await readFile(json, 'utf8')).type, 'coverage')
  })

  it('goes to a device', async () => {
    await vscode.commands.executeCommand('netlatch.goToDevice', 'ber-old-2')
    const editor = vscode.window.activeTextEditor
    assert.match(editor?.document.lineAt(editor.selection.active.line).text ?? '', /ber-old-2:/)
  })

  it('lists devices in the Test Explorer only where that is switched on', async () => {
    const { tests } = await netlatch()
    assert.equal(tests.items, 0)
    const configuration = vscode.workspace.getConfiguration('netlatch')
    await configuration.update('testExplorer.enabled', true, vscode.ConfigurationTarget.Global)
    await eventually(
      () => tests.items,
      (count) => count === 10,
    )
    await configuration.update('testExplorer.enabled', undefined, vscode.ConfigurationTarget.Global)
  })

  it('toggles inline results and lenses', async () => {
    const setting = (key: string) => vscode.workspace.getConfiguration('netlatch').get(key)
    const hasLenses = (isWanted: boolean) =>
      eventually(
        () => lensTitles('inventory.yaml'),
        (titles) => titles.length > 0 === isWanted,
      )
    await openFile('inventory.yaml')
    await hasLenses(true)
    for (const [command, key] of [
      ['toggleInlineResults', 'inlineResults.enabled'],
      ['toggleCodeLens', 'codeLens.enabled'],
    ] as const) {
      await vscode.commands.executeCommand(`netlatch.${command}`)
      assert.equal(setting(key), false)
      if (command === 'toggleCodeLens') await hasLenses(false)
      await vscode.commands.executeCommand(`netlatch.${command}`)
      assert.equal(setting(key), true)
      await hasLenses(true)
    }
  })

  it('has a command for every entry of the manifest', async () => {
    const known = await vscode.commands.getCommands(true)
    const manifest = vscode.extensions.getExtension('netlatch.netlatch')?.packageJSON as {
      contributes: { commands: { command: string }[] }
    }
    const missing = manifest.contributes.commands.filter(({ command }) => !known.includes(command))
    assert.deepEqual(missing, [])
    await openFile('inventory.yaml')
    await vscode.commands.executeCommand('netlatch.checkInventory')
    await vscode.commands.executeCommand('netlatch.explain', target('fra-core-1'))
  })
})
