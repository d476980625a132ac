import assert from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { before, describe, it } from 'mocha'
import { createFileProvider } from '../../../packages/core/src/secrets/file.ts'
import { awkwardPassword, describeTemplateProvider, wholeLogin } from '../../support/secret-provider-conformance.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { deviceOf } from '../../support/temporary-vault.ts'

describe('file: references', () => {
  const folder = temporaryFolder()
  const provider = () => createFileProvider({ folder: folder(), home: join(folder(), 'home') })

  before(async () => {
    await mkdir(join(folder(), 'home'))
    await mkdir(join(folder(), 'secrets'))
    await writeFile(join(folder(), 'password'), `${awkwardPassword}\n`)
    await writeFile(join(folder(), 'login.json'), JSON.stringify(wholeLogin))
    await writeFile(join(folder(), 'secrets/core-1'), 'of core-1\n')
    await writeFile(join(folder(), 'home/mine'), 'of mine\r\n')
    await writeFile(join(folder(), 'spaces'), ' p \n\n')
    await writeFile(join(folder(), 'large'), 'x'.repeat(100_000))
  })

  describeTemplateProvider(async () => ({
    provider: provider(),
    password: 'file:password',
    login: 'file:login.json',
    absent: 'file:none/at/all',
    broken: 'file:secrets',
    template: 'file:secrets/{name}',
  }))

  it('reads from the workspace, below ~/ and by an absolute path; one line break at the end is not the password’s', async () => {
    const read = (reference: string) =>
      provider().use(reference, deviceOf(), async (secret) => secret.password?.reveal())
    assert.equal(await read('file:~/mine'), 'of mine')
    assert.equal(await read(`file:${join(folder(), 'password')}`), awkwardPassword)
    assert.equal(await read('file:spaces'), ' p \n')
    await assert.rejects(read('file:large'), { code: 'SECRET_UNAVAILABLE' })
  })
})
