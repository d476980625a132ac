import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import * as vscode from 'vscode'
import { netlatch } from './editor.ts'
import { look, seen } from './seen.ts'
import { suite } from './suite-context.ts'

/** Last: what all the others together have done and left. */
describe('the whole suite', () => {
  it('showed no secret in any document, problem, hover, question or stored state, and finds the planted ones', async () => {
    const { globalState, workspaceState } = (await netlatch()).app.context
    for (const [name, state] of Object.entries({ globalState, workspaceState }))
      for (const key of state.keys()) look(`${name} ${key}`, JSON.stringify(state.get(key)))
    assert.deepEqual([...seen.leaks], [])
    assert.deepEqual([...seen.planted].filter((where) => !where.startsWith('document output:')).toSorted(), [
      'document netlatch:/planted',
      'globalState planted',
      'workspaceState planted',
    ])
  })

  it('executed every command of the manifest', function () {
    if (suite.only !== '') return this.skip()
    const manifest = vscode.extensions.getExtension('netlatch.netlatch')?.packageJSON as {
      contributes: { commands: { command: string }[] }
    }
    const ids = manifest.contributes.commands.map(({ command }) => command)
    assert.ok(ids.length > 30, `${ids.length} commands`)
    assert.deepEqual(
      ids.filter((id) => !seen.commands.has(id)),
      [],
    )
  })
})
