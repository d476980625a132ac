import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { stat } from 'node:fs/promises'
import { promisify } from 'node:util'
import { describe, it } from 'mocha'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { packNodes } from './support/real-n8n.ts'

const exec = promisify(execFile)

describe('the package of the nodes', () => {
  const folder = temporaryFolder()

  it('is small, needs no other package, and has all that it names', async () => {
    const tarball = await packNodes(folder())
    const { size } = await stat(tarball)
    assert.ok(size <= 3 * 2 ** 20, `${size} bytes`)
    const { stdout: list } = await exec('tar', ['-tzf', tarball])
    const files = list.split('\n').map((file) => file.replace(/^package\//, ''))
    const { stdout } = await exec('tar', ['-xzOf', tarball, 'package/package.json'])
    const { n8n, dependencies = {}, scripts = {} } = JSON.parse(stdout)
    assert.deepEqual(dependencies, {})
    assert.ok(!Object.keys(scripts).some((name) => name.endsWith('install')))
    for (const file of [...n8n.nodes, ...n8n.credentials, 'README.md', 'LICENSE', 'dist/netlatch.js.LEGAL.txt'])
      assert.ok(files.includes(file), file)
    assert.equal(files.filter((file) => /^workflows\/\d.*\.json$/.test(file)).length, 8)
  })
})
