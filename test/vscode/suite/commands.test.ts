import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import * as vscode from 'vscode'
import { inventory } from './code-actions.ts'
import { askFleet, atWord, eventually, netlatch, openFile } from './editor.ts'

describe('commands of the window', () => {
  it('opens the walkthrough', async () => {
    await vscode.commands.executeCommand('netlatch.openWalkthrough')
    await eventually(
      () => vscode.window.tabGroups.activeTabGroup.activeTab?.label,
      // What the page shows is seen in a browser: run-installed.ts.
      (label) => /^(?:Welcome|Walkthrough: Get Started with Netlatch)$/.test(label ?? ''),
    )
    await vscode.commands.executeCommand('workbench.action.closeActiveEditor')
  })

  it('shows the log', async () => {
    await vscode.commands.executeCommand('netlatch.showOutput')
    const shown = () =>
      vscode.window.visibleTextEditors
        .filter(({ document }) => document.uri.scheme === 'output')
        .map(({ document }) => document.getText())
    await eventually(shown, (texts) => texts.some((text) => text.includes('Opened net: 10 devices')))
    await vscode.commands.executeCommand('workbench.action.closePanel')
  })

  it('asks for the new name of the tag under the cursor', async () => {
    const { language } = (await netlatch()).app.services
    const at = await atWord('inventory.yaml', 'tags: [backbone]', 'tags: [b'.length)
    const editor = await openFile('inventory.yaml')
    editor.selection = new vscode.Selection(at, at)
    const asked: unknown[] = []
    const call = language.call.bind(language)
    language.call = ((method: Parameters<typeof call>[0], ...rest: never[]) => {
      if (method === 'nameAt') asked.push(...rest)
      return (call as (...all: unknown[]) => unknown)(method, ...rest)
    }) as typeof language.call
    const renamed = { isOver: false }
    try {
      // It is over when its input is.
      void vscode.commands.executeCommand('netlatch.renameTag').then(() => {
        renamed.isOver = true
      })
      await eventually(
        () => asked.length,
        (count) => count > 0,
      )
      const cancel = async () => {
        await vscode.commands.executeCommand('cancelRenameInput')
        return renamed.isOver
      }
      await eventually(cancel, Boolean)
    } finally {
      language.call = call
    }
    assert.deepEqual((asked[0] as { at: unknown }).at, {
      path: inventory.fsPath,
      line: at.line + 1,
      column: at.character + 1,
    })
  })

  it('groups devices by platform and by tag', async () => {
    const { devices } = await netlatch()
    const groups = async () => {
      const nodes = await devices.getChildren()
      return nodes.flatMap((node) => (node.kind === 'group' ? [[node.group.name, node.group.devices]] : []))
    }
    const shown = async (command: string) => {
      await vscode.commands.executeCommand(`netlatch.${command}`)
      return Object.fromEntries(await groups())
    }
    assert.deepEqual(await shown('groupByPlatform'), { cisco_ios: 9, arista_eos: 1 })
    assert.deepEqual(await shown('groupByTag'), { backbone: 7, switches: 2, '(no tag)': 1 })
    await vscode.commands.executeCommand('netlatch.groupByResult')
  })

  it('goes from a device of the tree to its line', async () => {
    const { devices } = await netlatch()
    const [group] = await devices.getChildren()
    const [node] = await devices.getChildren(group)
    assert.ok(node?.kind === 'device')
    const { label, command } = devices.getTreeItem(node)
    await vscode.commands.executeCommand(command?.command ?? '', ...(command?.arguments ?? []))
    const editor = vscode.window.activeTextEditor
    assert.equal(editor?.document.lineAt(editor.selection.active.line).text.trim(), `${label}:`)
  })

  it('runs one device of the Test Explorer: a login of that device, and of no other', async () => {
    const { tests } = await netlatch()
    const settings = vscode.workspace.getConfiguration('netlatch')
    await settings.update('testExplorer.enabled', true, vscode.ConfigurationTarget.Global)
    await eventually(
      () => tests.items,
      (count) => count === 10,
    )
    const at = await atWord('inventory.yaml', 'muc-leaf-1:')
    const editor = await openFile('inventory.yaml')
    editor.selection = new vscode.Selection(at, at)
    const sent = async () => (await askFleet('counters')).attempts.map(({ device }) => device)
    const before = await sent()
    // The window learns of the tests a moment later than the extension made them.
    await eventually(
      async () => {
        if ((await sent()).length === before.length) await vscode.commands.executeCommand('testing.runAtCursor')
        return (await sent()).length
      },
      (count) => count > before.length,
    )
    assert.deepEqual([...new Set((await sent()).slice(before.length))], ['muc-leaf-1'])
    await settings.update('testExplorer.enabled', undefined, vscode.ConfigurationTarget.Global)
    await eventually(
      () => tests.items,
      (count) => count === 0,
    )
  })
})
