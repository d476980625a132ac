import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import * as vscode from 'vscode'
import { answering } from './answers.ts'
import { askFleet, eventually, inlineTexts, netlatch, shownDocument } from './editor.ts'

const attempts = async () => (await askFleet('counters')).attempts.length

describe('discovering credentials', () => {
  it('sends nothing before the plan was confirmed', async () => {
    const before = await attempts()
    const asked = await answering({}, () => vscode.commands.executeCommand('netlatch.discover'))
    const [plan] = asked
    assert.match(plan?.text ?? '', /^Test \d+ devices\?$/)
    assert.match(plan?.detail ?? '', /At worst: .*(admin|netops) .*failed login/)
    assert.equal(await attempts(), before)
  })

  it('shows the whole plan as a page', async () => {
    await vscode.commands.executeCommand('netlatch.planDiscovery')
    const { fileName, text } = shownDocument()
    assert.equal(fileName, '/Discovery plan')
    assert.match(text, /# Discovery plan for all/)
    assert.match(text, /tacacs-netops/)
  })

  it('discovers what was confirmed; results come one by one, and a notification says at the end who is needed', async () => {
    const { app } = await netlatch()
    // Seconds apart, whatever order they are visited in.
    const slow = { 'fra-core-2': 1_000, 'muc-leaf-1': 3_500, 'fra-notag-1': 6_000 }
    for (const [device, slowLoginMs] of Object.entries(slow)) await askFleet('setFault', device, { slowLoginMs })
    const seen: { readonly done: number; readonly total: number }[] = []
    const subscription = app.runs.onDidChange(() => app.runs.progress && seen.push({ ...app.runs.progress }))
    const asked = await answering({ 'Test ': (text: string) => text.replace(' devices?', ' Devices') }, () =>
      vscode.commands.executeCommand('netlatch.discover'),
    )
    subscription.dispose()
    for (const device of Object.keys(slow)) await askFleet('setFault', device, { slowLoginMs: 0 })
    assert.ok(
      seen.some(({ done, total }) => done > 0 && done < total),
      `as they came: ${JSON.stringify(seen)}`,
    )
    assert.ok(
      seen.every(({ done, total }) => done <= total),
      `no more than there are: ${JSON.stringify(seen)}`,
    )
    const texts = await eventually(inlineTexts, (found) => found['ber-old-2']?.includes('no credential works') === true)
    assert.match(texts['fra-core-1'] ?? '', /^✓ tacacs-netops/, 'tested before, and still shown so')
    assert.equal(texts['fra-core-2'], '✓ tacacs-netops · now')
    assert.match(texts['ber-old-1'] ?? '', /^✓ (legacy-admin|moved) · user mode · now$/)
    assert.match(texts['ber-old-2'] ?? '', /^✗ no credential works · \d tr(y|ies) · now$/)
    assert.match(texts['fra-dead-1'] ?? '', /^! port \d+ refused · now$/)
    assert.equal(texts['fra-key-1'], '! host key changed · nothing sent')
    assert.equal(texts['fra-notag-1'], '✓ tacacs-netops · now', 'opened by what opens its neighbours')
    assert.ok(asked.some(({ dialog, text }) => dialog === 'showWarningMessage' && /need attention: /.test(text)))
  })

  it('stops when it is told to, and what was done stays', async () => {
    const { app } = await netlatch()
    await askFleet('setFault', 'fra-core-2', { slowLoginMs: 3_000 })
    const before = await attempts()
    const running = vscode.commands.executeCommand('netlatch.testLogin', {
      folder: app.folders.all[0]?.folder,
      devices: ['fra-core-1', 'fra-core-2', 'muc-leaf-1', 'ber-old-1'],
    })
    await eventually(
      () => app.runs.progress?.done,
      (done) => done !== undefined && done >= 1,
    )
    await vscode.commands.executeCommand('netlatch.cancelRun')
    await running
    await askFleet('setFault', 'fra-core-2', { slowLoginMs: 0 })
    assert.equal(app.runs.progress, undefined)
    const sent = (await attempts()) - before
    assert.ok(sent === 1 || sent === 2, `a login on its way comes to its end, and no other begins: ${sent}`)
  })
})
