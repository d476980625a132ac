import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, it } from 'mocha'
import * as vscode from 'vscode'
import { linesOf, undo } from './code-actions.ts'
import { askFleet, atWord, eventually, netlatch, openFile, target } from './editor.ts'
import { suite } from './suite-context.ts'

const inventory = vscode.Uri.file(join(suite.folder, 'inventory.yaml'))

describe('the language of the files', () => {
  it('completes platforms, tags and keys where they are typed', async () => {
    const editor = await openFile('inventory.yaml')
    const at = await atWord('inventory.yaml', 'platform: cisco_ios', 'platform: '.length)
    const platforms = await completionsAt(at)
    assert.ok(platforms.includes('cisco_ios') && platforms.includes('autodetect'), 'names of platforms')
    const tags = await completionsAt(await atWord('inventory.yaml', 'tags: [backbone]', 'tags: ['.length))
    assert.deepEqual(tags.filter((label) => ['backbone', 'legacy'].includes(label)).sort(), ['backbone', 'legacy'])
    const line = editor.document.lineCount
    await editor.edit((edit) => edit.insert(new vscode.Position(line, 0), '  new-1:\n    \n'))
    const keys = await completionsAt(new vscode.Position(line, 4))
    assert.ok(keys.includes('host') && keys.includes('jump_host'), `keys of a device: ${keys}`)
    await vscode.commands.executeCommand('undo')
    assert.equal(editor.document.isDirty, false)
  })

  it('tells in a hover what is known of a device, as text and allowed links', async () => {
    const at = await atWord('inventory.yaml', 'fra-core-1:')
    const [hover] = await vscode.commands.executeCommand<vscode.Hover[]>('vscode.executeHoverProvider', inventory, at)
    const text = hover?.contents.map((part) => (typeof part === 'string' ? part : part.value)).join('\n') ?? ''
    for (const part of ['cisco_ios', '✓ tacacs-netops', 'worked here', 'Host key ED25519', 'Tries left: netops'])
      assert.ok(text.replaceAll('\\', '').includes(part), `${part} in ${text}`)
    assert.match(text, /command:netlatch\.openTerminal/)
    const [tag] = await vscode.commands.executeCommand<vscode.Hover[]>(
      'vscode.executeHoverProvider',
      inventory,
      await atWord('inventory.yaml', 'tags: [legacy]', 7),
    )
    const [told] = (tag?.contents ?? []) as vscode.MarkdownString[]
    assert.match(told?.value ?? '', /legacy.*2 devices.*1 credential/)
  })

  it('goes to definitions and finds every use', async () => {
    const group = await atWord('inventory.yaml', 'groups: [core]', 9)
    const [defined] = await vscode.commands.executeCommand<vscode.Location[]>(
      'vscode.executeDefinitionProvider',
      inventory,
      group,
    )
    const { document } = await openFile('inventory.yaml')
    assert.equal(defined && document.lineAt(defined.range.start.line).text.trim(), 'core:')
    const uses = await vscode.commands.executeCommand<vscode.Location[]>(
      'vscode.executeReferenceProvider',
      inventory,
      group,
    )
    assert.equal(uses.length, 7, 'the group, and six devices in it')
  })

  it('outlines what a file defines', async () => {
    const symbols = await vscode.commands.executeCommand<vscode.DocumentSymbol[]>(
      'vscode.executeDocumentSymbolProvider',
      inventory,
    )
    const names = symbols.map(({ name }) => name)
    assert.ok(names.includes('core') && names.includes('ber-old-1'), names.join())
  })

  it('folds groups and devices', async () => {
    const { document } = await openFile('inventory.yaml')
    const ranges = await vscode.commands.executeCommand<vscode.FoldingRange[]>(
      'vscode.executeFoldingRangeProvider',
      inventory,
    )
    const { start, end } = linesOf(document, 'fra-core-1')
    const found = ranges.find((range) => range.start === start.line)
    assert.equal(found?.end, end.line - 1, JSON.stringify(ranges))
    const core = document.getText().split('\n').indexOf('  core:')
    assert.ok(ranges.some((range) => range.start === core))
  })

  it('renames a group everywhere, in one step that one undo takes back', async () => {
    const { document } = await openFile('inventory.yaml')
    const before = document.getText()
    const at = await atWord('inventory.yaml', 'groups: [core]', 9)
    const edit = await rename(at, 'spine')
    assert.equal(edit?.size, 1)
    await vscode.workspace.applyEdit(edit as vscode.WorkspaceEdit)
    assert.equal(document.getText().match(/groups: \[spine\]/g)?.length, 6)
    assert.match(document.getText(), /^ {2}spine:/m)
    await undo()
    assert.equal(document.getText(), before)
  })

  it('renames a device', async () => {
    const { document } = await openFile('inventory.yaml')
    const before = document.getText()
    const edit = await rename(await atWord('inventory.yaml', 'ber-old-2:'), 'ber-old-9')
    await vscode.workspace.applyEdit(edit as vscode.WorkspaceEdit)
    assert.equal(document.getText(), before.replaceAll('ber-old-2', 'ber-old-9'))
    await undo()
    assert.equal(document.getText(), before)
    await assert.rejects(async () => rename(await atWord('inventory.yaml', 'ber-old-2:'), 'ber-old-1'), /there already/)
  })

  it('reads what is typed before it is saved', async () => {
    const editor = await openFile('inventory.yaml')
    const at = await atWord('inventory.yaml', 'platform: cisco_ios', 'platform: '.length)
    await editor.edit((edit) => edit.replace(new vscode.Range(at, at.translate(0, 'cisco_ios'.length)), 'cisco_iso'))
    const found = await eventually(problems, (all) => all.some(({ message }) => message.includes('cisco_iso')))
    assert.equal(found[0]?.source, 'Netlatch')
    await vscode.commands.executeCommand('undo')
    await eventually(problems, (all) => !all.some(({ message }) => message.includes('cisco_iso')))
  })

  it('lists devices that failed in Problems', async () => {
    await askFleet('changeHostKey', 'fra-key-1')
    await vscode.commands.executeCommand('netlatch.testLogin', target('fra-key-1'))
    const found = await eventually(problems, (all) => all.some(({ message }) => message.includes('host key changed')))
    const problem = found.find(({ message }) => message.includes('host key changed'))
    assert.equal(problem?.severity, vscode.DiagnosticSeverity.Warning)
    const { devices } = await netlatch()
    await eventually(
      () => devices.view.badge?.value,
      (value) => value === 1,
    )
  })
})

function problems(): readonly vscode.Diagnostic[] {
  return vscode.languages.getDiagnostics(inventory)
}

async function completionsAt(at: vscode.Position): Promise<readonly string[]> {
  const list = await vscode.commands.executeCommand<vscode.CompletionList>(
    'vscode.executeCompletionItemProvider',
    inventory,
    at,
  )
  return list.items.map(({ label }) => (typeof label === 'string' ? label : label.label))
}

async function rename(at: vscode.Position, to: string): Promise<vscode.WorkspaceEdit | undefined> {
  return vscode.commands.executeCommand<vscode.WorkspaceEdit>('vscode.executeDocumentRenameProvider', inventory, at, to)
}
