import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import * as vscode from 'vscode'
import { askFleet, eventually, inlineTexts, lensTitles, netlatch, openFile, target } from './editor.ts'

describe('annotations', () => {
  it('opens the workspace and touches nothing', async () => {
    const { app } = await netlatch()
    assert.deepEqual(
      app.folders.all.map(({ name, devices }) => [name, devices]),
      [['net', 10]],
    )
    assert.equal(app.services.hasOperations, false, 'nothing that could connect was started')
    assert.equal((await askFleet('counters')).connections, 0)
  })

  it('leads to the plan where nothing was tested yet', async () => {
    const { devices, milestones } = await netlatch()
    const [first] = await devices.getChildren()
    assert.ok(first)
    const { label, command } = devices.getTreeItem(first)
    assert.deepEqual([label, command?.command], ['Show Discovery Plan', 'netlatch.planDiscovery'])
    assert.deepEqual(milestones.reached, ['hasCredential', 'hasHostKeys'])
  })

  it('shows devices as untested, with lenses that count them', async () => {
    await openFile('inventory.yaml')
    assert.equal((await inlineTexts())['fra-core-1'], '○ untested')
    const titles = await eventually(
      () => lensTitles('inventory.yaml'),
      (found) => found.length > 0,
    )
    assert.deepEqual(titles.slice(0, 4), [
      'Discover (6)',
      '0 of 6 opened',
      'Discover Credentials (10)',
      '0 of 10 opened',
    ])
  })

  it('shows the result of a login beside the device', async () => {
    await vscode.commands.executeCommand('netlatch.testLogin', target('fra-core-1'))
    const texts = await eventually(inlineTexts, (found) => found['fra-core-1']?.startsWith('✓') === true)
    assert.equal(texts['fra-core-1'], '✓ tacacs-netops · now')
    assert.equal(texts['fra-core-2'], '○ untested')
  })
})
