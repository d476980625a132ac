import { describe, it } from 'mocha'
import * as vscode from 'vscode'
import { netlatch } from './editor.ts'
import { suite } from './suite-context.ts'

/** Early, so that whatever keeps it has written it down when it is looked for: whole-suite.test.ts, and the launcher. */
describe('planted leaks', () => {
  it('go into a document, the log at its lowest level and both stored states', async () => {
    const { app } = await netlatch()
    const leak = `x${suite.planted}y`
    app.log.trace(leak)
    await app.context.globalState.update('planted', leak)
    await app.context.workspaceState.update('planted', leak)
    await app.documents.show('planted', leak)
    await vscode.commands.executeCommand('workbench.action.closeActiveEditor')
  })
})
