import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, it } from 'mocha'
import * as vscode from 'vscode'
import { atWord, netlatch, openFile } from './editor.ts'
import { suite } from './suite-context.ts'

const inventory = vscode.Uri.file(join(suite.folder, 'inventory.yaml'))

describe('what completion hands to the service', () => {
  it('is the place that is typed at, and not the text of the file', async () => {
    const { language } = (await netlatch()).app.services
    const { document } = await openFile('inventory.yaml')
    const at = await atWord('inventory.yaml', 'platform: cisco_ios', 'platform: '.length)
    const sent: unknown[] = []
    const call = language.call.bind(language) as (...given: unknown[]) => Promise<unknown>
    Object.assign(language, {
      call: (method: string, params: unknown, ...others: unknown[]) => {
        if (method === 'complete') sent.push(params)
        return call(method, params, ...others)
      },
    })
    try {
      const { items } = await vscode.commands.executeCommand<vscode.CompletionList>(
        'vscode.executeCompletionItemProvider',
        inventory,
        at,
      )
      assert.ok(items.some(({ label }) => label === 'arista_eos'))
    } finally {
      Object.assign(language, { call })
    }
    assert.equal(sent.length, 1)
    assert.ok(JSON.stringify(sent).length < 500 && document.getText().length > 500, JSON.stringify(sent))
  })
})
