import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { before, describe, it } from 'mocha'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { makeVault, type TestVault } from '../../support/temporary-vault.ts'

const hasAge = spawnSync('age', ['--version']).status === 0

describe('docs/recovery.md', () => {
  const folder = temporaryFolder()
  let test: TestVault
  const page = readFileSync('docs/recovery.md', 'utf8')
  const block = (language: string) => page.match(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, 'ms'))?.[1] ?? ''

  const recover = () =>
    execFileSync(process.execPath, ['recover.cjs', 'credentials.yaml', 'data-key'], {
      cwd: folder(),
      env: { ...process.env, NODE_PATH: resolve('node_modules') },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })

  before(async () => {
    test = await makeVault(folder())
    writeFileSync(join(folder(), 'identity.txt'), `${test.identity.reveal()}\n`, { mode: 0o600 })
    writeFileSync(join(folder(), 'recover.cjs'), block('js'))
    writeFileSync(join(folder(), 'data-key'), test.vault.dataKey.toWrap())
  })

  it('opens every record with the script of the page', () => {
    assert.deepEqual(recover().trim().split('\n'), [
      'core-admin\tnetops\t{"enable":"core-enable","password":"core-password"}',
      'lab\tlab\t{"password":"lab-password"}',
      'unique\tnetadmin\tenv:PASSWORD_OF_{name}',
    ])
  })

  it('gets the data key with the commands of the page and stock age', function () {
    if (!hasAge) return this.skip()
    writeFileSync(join(folder(), 'data-key'), '')
    execFileSync('sh', ['-ec', block('sh')], { cwd: folder() })
    assert.deepEqual(readFileSync(join(folder(), 'data-key')), test.vault.dataKey.toWrap())
    assert.match(recover(), /core-password/)
  })

  it('ends with an error where a record was changed', () => {
    writeFileSync(test.path, readFileSync(test.path, 'utf8').replace('hosts: [any]', 'hosts: [192.0.2.1]'))
    assert.throws(recover)
  })
})
