import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import * as vscode from 'vscode'
import { answering } from './answers.ts'
import { askFleet, eventually, inlineTexts, netlatch, openFile, shownDocument, target } from './editor.ts'

const lists = (name: string, ...devices: string[]) =>
  answering({}, () => vscode.commands.executeCommand(`netlatch.${name}`, target(...devices)))

describe('acting on devices', () => {
  it('runs a command that only reads, and shows the answer as a read-only document', async () => {
    await vscode.commands.executeCommand('netlatch.runCommand', { ...target('fra-core-1'), command: 'show version' })
    const { fileName, text, scheme } = shownDocument()
    assert.equal(fileName, '/fra-core-1 — show version')
    assert.equal(scheme, 'netlatch')
    assert.match(text, /Cisco IOS/)
    await vscode.commands.executeCommand('netlatch.runCommand', {
      ...target('fra-core-1', 'fra-core-2'),
      command: 'show version',
    })
    assert.match(shownDocument().text, /^fra-core-1\n {2}.*Cisco IOS.*^fra-core-2\n {2}/ms)
  })

  it('opens the answers of several devices side by side', async () => {
    await vscode.commands.executeCommand('netlatch.runCommand', {
      ...target('fra-core-1', 'fra-core-2'),
      command: 'show version',
    })
    assert.equal(shownDocument().fileName, '/2 devices — show version')
    await vscode.commands.executeCommand('netlatch.openSideBySide', vscode.window.activeTextEditor?.document.uri)
    const columns = () =>
      vscode.window.visibleTextEditors
        .filter(({ document }) => document.uri.scheme === 'netlatch')
        .map(({ document, viewColumn }) => [viewColumn, document.uri.path])
        .toSorted()
    await eventually(columns, (shown) => shown.length === 2)
    assert.deepEqual(columns(), [
      [1, '/fra-core-1 — show version'],
      [2, '/fra-core-2 — show version'],
    ])
    await vscode.commands.executeCommand('workbench.action.closeEditorsInOtherGroups')
    await vscode.commands.executeCommand('workbench.action.joinAllGroups')
  })

  it('refuses a command that writes, and says so', async () => {
    const asked = await answering({}, () =>
      vscode.commands.executeCommand('netlatch.runCommand', { ...target('fra-core-1'), command: 'reload' }),
    )
    assert.match(asked.find(({ dialog }) => dialog === 'showErrorMessage')?.text ?? '', /"reload" is not read-only/)
  })

  it('backs up, and opens the last backup', async () => {
    await lists('backup', 'fra-core-1', 'fra-core-2')
    await lists('showBackup', 'fra-core-1')
    const { fileName, text } = shownDocument()
    assert.equal(fileName, '/fra-core-1 — last backup')
    assert.match(text, /^hostname fra-core-1$/m)
  })

  it('compares the running configuration with the last backup in the diff editor', async () => {
    const before = await askFleet('configuration', 'fra-core-1')
    const after = before.replace(/^(hostname .*)$/m, '$1\n!\nip name-server 192.0.2.53')
    await askFleet('setConfiguration', 'fra-core-1', after)
    await lists('diffLastBackup', 'fra-core-1')
    const { left, right, label } = await shownDiff()
    assert.equal(label, 'fra-core-1: last backup ↔ running')
    assert.doesNotMatch(left, /192\.0\.2\.53/)
    assert.match(right, /ip name-server 192\.0\.2\.53/)
  })

  it('compares two backups, and running with startup configuration', async () => {
    await lists('backup', 'fra-core-1')
    const { app } = await netlatch()
    const known = await app.services.operations.call('backups', { folder: target().folder, device: 'fra-core-1' })
    assert.equal(known.length, 2, JSON.stringify(known))
    const diffPicked = (picked: unknown) =>
      answering({ 'Two backups to compare': picked }, () =>
        vscode.commands.executeCommand('netlatch.diffBackups', target('fra-core-1')),
      )
    await openFile('inventory.yaml')
    await diffPicked((_: string, labels: readonly string[]) => labels.slice(0, 1))
    // One is too few.
    await eventually(
      () => vscode.window.tabGroups.activeTabGroup.activeTab?.input,
      (input) => input instanceof vscode.TabInputText,
    )
    const asked = await diffPicked((_: string, labels: readonly string[]) => labels)
    assert.deepEqual(
      asked.map(({ dialog }) => dialog),
      ['showQuickPick'],
    )
    const backups = await shownDiff()
    assert.match(backups.label ?? '', /^fra-core-1: .+ ↔ .+$/)
    assert.ok(!backups.left.includes('192.0.2.53') && backups.right.includes('192.0.2.53'))
    await lists('diffStartup', 'fra-core-1')
    const { label, left, right } = await shownDiff()
    assert.equal(label, 'fra-core-1: startup ↔ running')
    assert.match(left, /^hostname fra-core-1$/m)
    assert.doesNotMatch(left, /192\.0\.2\.53/)
    assert.match(right, /^ip name-server 192\.0\.2\.53$/m)
  })

  it('diagnoses a device that does not answer, and explains credentials', async () => {
    await lists('doctor', 'fra-dead-1')
    assert.match(shownDocument().text, /TCP \| .*refused/)
    assert.match(shownDocument().text, /Nothing was sent/)
    await lists('explain', 'ber-old-1')
    assert.match(shownDocument().text, /(legacy-admin|moved) \| worked here/)
  })

  it('trusts a new host key after both fingerprints were shown', async () => {
    await askFleet('changeHostKey', 'fra-key-1')
    const asked = await answering({ 'host key of fra-key-1 changed': 'Trust This Key' }, () =>
      vscode.commands.executeCommand('netlatch.trustHostKey', target('fra-key-1')),
    )
    assert.match(asked[0]?.detail ?? '', /Was: ED25519 SHA256:.*\nNow: ED25519 SHA256:/)
    await vscode.commands.executeCommand('netlatch.testLogin', target('fra-key-1'))
    await eventually(inlineTexts, (texts) => texts['fra-key-1']?.startsWith('✓ tacacs-netops') === true)
  })

  it('scans host keys without a login', async () => {
    const before = (await askFleet('counters')).attempts.length
    const asked = await lists('scanHostKeys', 'fra-core-1', 'fra-core-2')
    assert.match(asked[0]?.text ?? '', /0 new keys written to known_hosts, 2 known/)
    assert.equal((await askFleet('counters')).attempts.length, before)
  })

  it('opens a terminal, in which a command is typed and its answer read', async () => {
    const { app } = await netlatch()
    const [folder] = app.folders.all
    assert.ok(folder)
    await vscode.commands.executeCommand('netlatch.openTerminal', target('muc-leaf-1'))
    const terminal = await eventually(
      () => vscode.window.terminals.find(({ name }) => name === 'muc-leaf-1'),
      (found) => found !== undefined,
    )
    assert.ok(terminal && 'pty' in terminal.creationOptions)
    const { pty } = terminal.creationOptions
    let shown = ''
    pty.onDidWrite((text) => {
      shown += text
    })
    const shows = (pattern: RegExp) =>
      eventually(
        () => shown,
        (text) => pattern.test(text),
      )
    await shows(/muc-leaf-1[>#]/)
    terminal.sendText('terminal length 0', true)
    await shows(/length 0[\s\S]*muc-leaf-1[>#]$/)
    terminal.sendText('show version', true)
    await shows(/show version[\s\S]*Arista[\s\S]*muc-leaf-1[>#]/)
    const sizeOnDevice = async () => (await askFleet('counters')).devices['muc-leaf-1']?.terminalSize
    assert.notEqual(await sizeOnDevice(), undefined)
    pty.setDimensions?.({ columns: 101, rows: 43 })
    await eventually(sizeOnDevice, (size) => size?.columns === 101 && size.rows === 43)
    terminal.sendText('exit', true)
    await shows(/The session is over\. Press Enter to connect again\./)
    shown = ''
    pty.handleInput?.('\r')
    await shows(/Connected to [\d.]+ with tacacs-netops[\s\S]*muc-leaf-1[>#]/)
    terminal.dispose()
  })

  it('takes the device under the cursor', async () => {
    const editor = await openFile('inventory.yaml')
    const line =
      editor.document
        .getText()
        .split('\n')
        .findIndex((text) => text.includes('muc-leaf-1:')) + 2
    editor.selection = new vscode.Selection(line, 6, line, 6)
    await vscode.commands.executeCommand('netlatch.explain')
    assert.equal(shownDocument().fileName, '/muc-leaf-1 — credentials')
  })
})

async function shownDiff(): Promise<{ left: string; right: string; label: string | undefined }> {
  const tab = vscode.window.tabGroups.activeTabGroup.activeTab
  assert.ok(tab?.input instanceof vscode.TabInputTextDiff, `a diff is shown, not ${tab?.label}`)
  const [left, right] = await Promise.all(
    [tab.input.original, tab.input.modified].map((uri) => vscode.workspace.openTextDocument(uri)),
  )
  return { left: left?.getText() ?? '', right: right?.getText() ?? '', label: tab.label }
}
