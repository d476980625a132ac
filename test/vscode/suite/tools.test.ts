import assert from 'node:assert/strict'
import { after, describe, it } from 'mocha'
import * as vscode from 'vscode'

const turn = (value: string | undefined) =>
  vscode.workspace.getConfiguration('netlatch').update('chat.tools', value, vscode.ConfigurationTarget.Global)
const ask = async () => vscode.lm.invokeTool('netlatch_devices', { input: {}, toolInvocationToken: undefined })

describe('tools for agents', () => {
  after(() => turn(undefined))

  // That chats do not list them then is the manifest's: VS Code names them to extensions all the same.
  it('do nothing once they are off, and answer once they are on', async () => {
    await turn('off')
    await assert.rejects(ask, /tools are off: netlatch\.chat\.tools/)
    await turn(undefined)
    assert.equal((await ask()).content.length, 1)
  })
})
