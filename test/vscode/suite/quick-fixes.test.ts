import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it } from 'mocha'
import * as vscode from 'vscode'
import { answering } from './answers.ts'
import { actionsAt, apply, entryOf, fixAt, inventory, linesOf, undo } from './code-actions.ts'
import { atWord, eventually, openFile, replaceFile, target } from './editor.ts'
import { look, placeOf, seen } from './seen.ts'
import { suite } from './suite-context.ts'

interface Mending {
  readonly title: string
  readonly device: string
  /** What is typed into the device's entry: in place of another text, or below its name. */
  readonly typed: { readonly was?: string; readonly text: string }
  /** The entry once it is mended. */
  readonly has?: string
  readonly hasNot: string
}

const expired = { text: 'ssh: { algorithms: legacy-sha1, reason: old, until: 2020-02-03 }' }
const otherPin = { text: 'credential: legacy-admin' }
const mendings: readonly Mending[] = [
  {
    title: 'Change to "arista_eos"',
    device: 'muc-leaf-1',
    typed: { was: 'platform: arista_eos', text: 'platform: arista_oes' },
    has: 'platform: arista_eos',
    hasNot: 'arista_oes',
  },
  {
    title: 'Change to "platform"',
    device: 'muc-leaf-1',
    typed: { was: 'platform: arista_eos', text: 'platfrom: arista_eos' },
    has: 'platform: arista_eos',
    hasNot: 'platfrom',
  },
  { title: 'Extend by One Year', device: 'fra-core-1', typed: expired, has: 'until: 2021-02-03', hasNot: '2020' },
  { title: 'Remove Profile', device: 'fra-core-1', typed: expired, hasNot: 'ssh' },
  {
    title: 'Pin tacacs-netops',
    device: 'fra-core-1',
    typed: otherPin,
    has: 'credential: tacacs-netops',
    hasNot: 'legacy-admin',
  },
  { title: 'Remove the Pin', device: 'fra-core-1', typed: otherPin, hasNot: 'credential' },
]

describe('quick fixes', () => {
  for (const { title, device, typed, has = '', hasNot } of mendings)
    it(`offers "${title}", which one undo takes back`, async () => {
      const { document } = await openFile('inventory.yaml')
      const saved = document.getText()
      await type(device, typed)
      const before = document.getText()
      await apply(await fixAt(linesOf(document, device), title))
      const entry = entryOf(document, device)
      assert.ok(entry.includes(has) && !entry.includes(hasNot), entry)
      await undo()
      assert.equal(document.getText(), before)
      await undo()
      assert.equal(document.getText(), saved)
    })

  it('adds the tag that makes a credential apply, and pins one', async () => {
    const at = await atWord('inventory.yaml', 'fra-notag-1:')
    const { document } = await openFile('inventory.yaml')
    await apply(await fixAt(at, 'Add Tag "backbone" so That tacacs-netops Applies'))
    assert.match(entryOf(document, 'fra-notag-1'), /tags: \[?\s*(- )?backbone/)
    await undo()
    assert.equal(document.isDirty, false)
    await answering({ 'is tried with first': 'tacacs-netops' }, async () => apply(await fixAt(at, 'Pin a Credential…')))
    assert.match(entryOf(document, 'fra-notag-1'), /credential: tacacs-netops/)
    await undo()
    assert.equal(document.isDirty, false)
  })

  it('uses an older SSH profile here, or on all that showed the same, with its reason and a day to look again', async () => {
    await vscode.commands.executeCommand('netlatch.testLogin', target('fra-algo-1', 'fra-algo-2'))
    const at = await atWord('inventory.yaml', 'fra-algo-1:')
    const { document } = await openFile('inventory.yaml')
    const before = document.getText()
    const use = (title: string) =>
      answering({ 'SSH profile': '2009 supervisor' }, async () => apply(await fixAt(at, title)))
    const hasProfile = (device: string) =>
      /algorithms: legacy-sha1[\s\S]*reason: "?2009 supervisor[\s\S]*until: "?\d{4}-\d{2}-\d{2}/.test(
        entryOf(document, device),
      )
    await use('Use Profile legacy-sha1 Here…')
    assert.deepEqual(['fra-algo-1', 'fra-algo-2'].map(hasProfile), [true, false])
    await undo()
    assert.equal(document.getText(), before)
    await use('Use Profile legacy-sha1 on All 2 Devices…')
    assert.deepEqual(['fra-algo-1', 'fra-algo-2'].map(hasProfile), [true, true])
    await undo()
    assert.equal(document.getText(), before)
    await vscode.commands.executeCommand('redo')
    await document.save()
    await vscode.commands.executeCommand('netlatch.testLogin', target('fra-algo-1', 'fra-algo-2'))
    const found = () =>
      vscode.languages.getDiagnostics(inventory).filter(({ message }) => message.includes('fra-algo-'))
    await eventually(found, (all) => all.length === 0)
  })

  it('goes to the other one of two equal names', async () => {
    const editor = await openFile('inventory.yaml')
    const before = editor.document.getText()
    const other = await atWord('inventory.yaml', 'ber-old-1:')
    const last = editor.document.lineCount
    const copy = '  ber-old-1: { host: 127.0.0.1, platform: cisco_ios }\n'
    await editor.edit((edit) => edit.insert(new vscode.Position(last, 0), copy))
    const fixes = await eventually(
      () => actionsAt(new vscode.Position(last - 1, 4)),
      (all) => all.some(({ title }) => title === 'Go to the Other ber-old-1'),
    )
    await apply(fixes.find(({ title }) => title.startsWith('Go to')) as vscode.CodeAction)
    assert.equal(vscode.window.activeTextEditor?.selection.active.line, other.line)
    await undo()
    assert.equal(editor.document.getText(), before)
  })

  it('moves a password from the inventory into the vault, from the list that its command opens', async () => {
    const path = join(suite.folder, 'inventory.yaml')
    const vault = () => readFile(join(suite.folder, 'credentials.yaml'), 'utf8')
    const before = await readFile(path, 'utf8')
    const place = placeOf(inventory)
    seen.excused.add(place)
    await replaceFile(
      path,
      before.replace(/^( *)ber-old-1:\n/m, `$1ber-old-1:\n$1  password: ${suite.secrets.admin}\n`),
    )
    const at = await eventually(
      () => atWord('inventory.yaml', `password: ${suite.secrets.admin}`, 'password: '.length),
      (found) => found.line > 0,
    )
    await fixAt(at, 'Move Password to Vault…')
    const editor = await openFile('inventory.yaml')
    editor.selection = new vscode.Selection(at, at)
    const answers = {
      'Move this secret': 'Move',
      'Name of the credential': 'moved',
      'Username of moved': 'admin',
      'Tags of moved': ['legacy'],
      'Where moved may be sent': '127.0.0.0/8',
    }
    const asked = await answering(answers, async () => {
      await vscode.commands.executeCommand('netlatch.moveSecretToVault')
      await eventually(
        async () => {
          // The first one of the list, once it is open.
          await vscode.commands.executeCommand('acceptSelectedCodeAction')
          return vault()
        },
        (text) => /^ {2}moved:/m.test(text),
      )
      await eventually(
        () => readFile(path, 'utf8'),
        (text) => !text.includes('password'),
      )
    })
    assert.deepEqual(
      asked.map(({ text }) => text),
      ['Move this secret into the vault?', ...Object.keys(answers).slice(1)],
    )
    await eventually(
      () => editor.document.getText(),
      (text) => !text.includes('password'),
    )
    seen.excused.delete(place)
    look(place, editor.document.getText())
  })
})

async function type(device: string, { was, text }: Mending['typed']): Promise<void> {
  const editor = await openFile('inventory.yaml')
  const { start } = linesOf(editor.document, device)
  await editor.edit((edit) => {
    if (was === undefined) return edit.insert(start.translate(1), `    ${text}\n`)
    const at = editor.document.getText().indexOf(was, editor.document.offsetAt(start))
    edit.replace(new vscode.Range(editor.document.positionAt(at), editor.document.positionAt(at + was.length)), text)
  })
}
