import assert from 'node:assert/strict'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, it } from 'mocha'
import { loadInventory } from '../../../packages/core/src/inventory/load-inventory.ts'
import { createWorkspace } from '../../../packages/core/src/workspace/create-workspace.ts'
import { findWorkspace, loadWorkspace } from '../../../packages/core/src/workspace/load-workspace.ts'

describe('creating a workspace', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'netlatch-'))
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  it('makes files that load without a problem', async () => {
    await createWorkspace(folder)
    const workspace = await loadWorkspace(await findWorkspace({ cwd: folder, env: {} }))
    const inventory = await loadInventory(workspace)
    assert.deepEqual([...workspace.problems, ...inventory.problems], [])
    assert.equal(inventory.devices.length, 2)
  })

  it('leaves what is there untouched, and says so', async () => {
    writeFileSync(join(folder, 'inventory.yaml'), 'version: 1\ndevices: {}\n')
    const { created, kept } = await createWorkspace(folder)
    assert.equal(readFileSync(join(folder, 'inventory.yaml'), 'utf8'), 'version: 1\ndevices: {}\n')
    assert.deepEqual(kept, ['inventory.yaml'])
    assert.deepEqual(created, ['netlatch.yaml', 'known_hosts', '.gitignore'])
  })

  it('adds only the lines that .gitignore lacks', async () => {
    writeFileSync(join(folder, '.gitignore'), 'node_modules\n.netlatch/')
    await createWorkspace(folder)
    await createWorkspace(folder)
    assert.equal(readFileSync(join(folder, '.gitignore'), 'utf8'), 'node_modules\n.netlatch/\nbackups.git/\n')
  })

  it('says that a folder cannot be written', async () => {
    if (process.getuid?.() === 0) {
      // Root may write anywhere; a file in the way stops everybody.
      writeFileSync(join(folder, 'file'), '')
      await assert.rejects(createWorkspace(join(folder, 'file', 'deeper')), { code: 'FILE_UNREADABLE' })
      return
    }
    chmodSync(folder, 0o500)
    await assert.rejects(createWorkspace(folder), { code: 'FILE_UNREADABLE' })
    chmodSync(folder, 0o700)
  })
})
