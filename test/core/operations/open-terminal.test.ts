import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'mocha'
import { openNetlatch } from '../../../packages/core/src/open-netlatch.ts'
import { openTerminal } from '../../../packages/core/src/operations/open-terminal.ts'
import { readConfiguration } from '../../../packages/core/src/operations/read-configuration.ts'
import { readStanding } from '../../../packages/core/src/operations/read-standing.ts'
import { makeTestWorkspace, type TestWorkspace } from '../../vscode/support/test-workspace.ts'

describe('a person’s session on a device', () => {
  let home = ''
  let workspace: TestWorkspace
  before(async () => {
    home = await mkdtemp(join(tmpdir(), 'netlatch-terminal-'))
    workspace = await makeTestWorkspace(home)
  })
  after(async () => {
    await workspace[Symbol.asyncDispose]()
    await rm(home, { recursive: true, force: true })
  })
  const open = () =>
    openNetlatch({
      cwd: workspace.folder,
      env: { NETLATCH_IDENTITY_FILE: workspace.identityFile },
      program: 'vscode',
    })
  const attempts = async () => (await workspace.fleet.ask('counters')).attempts.length

  it('hands bytes both ways until it is closed, through one reservation', async () => {
    await using netlatch = await open()
    let shown = ''
    const result = await openTerminal(netlatch, 'muc-leaf-1', {
      size: { columns: 80, rows: 24 },
      onOpen: (terminal) => {
        terminal.resize({ columns: 120, rows: 50 })
        terminal.onData((text) => {
          const before = shown
          shown += text
          if (/leaf-1[>#]/.test(shown) && !/leaf-1[>#]/.test(before)) terminal.write('show hostname\n')
          if (/show hostname[\s\S]*leaf-1[>#]/.test(shown)) terminal.close()
        })
      },
    })
    assert.equal(result.code, 'OPENED')
    assert.equal(result.credential, 'tacacs-netops')
    assert.match(shown, /show hostname/)
    assert.equal(await attempts(), 1)
    assert.equal((await readStanding(netlatch)).records.size, 0, 'nothing is kept of it')
  })

  it('says why nothing opened, without a terminal', async () => {
    await using netlatch = await open()
    const size = { columns: 80, rows: 24 }
    const result = await openTerminal(netlatch, 'fra-dead-1', { size, onOpen: () => assert.fail('it opened') })
    assert.equal(result.code, 'REFUSED')
  })

  it('reads configurations as a backup would keep them, and keeps nothing', async () => {
    await using netlatch = await open()
    const result = await readConfiguration(netlatch, 'fra-core-1', { configurations: ['startup', 'running'] })
    assert.ok('configurations' in result, result.message)
    const [startup, running] = result.configurations
    assert.match(running?.text ?? '', /^hostname fra-core-1$/m)
    assert.equal(running?.because, '')
    assert.equal(startup?.configuration, 'startup')
    assert.match(running?.text ?? '', /<nl:/, 'secrets are fingerprints')
    assert.equal((await readStanding(netlatch)).backups.size, 0)
  })
})

describe('what is known', () => {
  it('is nothing where there is no state, and none is made', async () => {
    const home = await mkdtemp(join(tmpdir(), 'netlatch-standing-'))
    await using workspace = await makeTestWorkspace(home)
    await using netlatch = await openNetlatch({ cwd: workspace.folder, env: {}, program: 'vscode' })
    assert.equal((await readStanding(netlatch)).version, -1)
    assert.equal((await netlatch.checkState()).bytes, 0)
    await rm(home, { recursive: true, force: true })
  })
})
