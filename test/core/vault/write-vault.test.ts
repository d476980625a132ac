import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { lstat, mkdtemp, readdir, readFile, symlink, utimes, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { describe, it } from 'mocha'
import { NetlatchError } from '../../../packages/core/src/errors.ts'
import { replaceFile } from '../../../packages/core/src/vault/write-vault.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

describe('replacing a file', () => {
  const folder = temporaryFolder()
  const newPath = async () => join(await mkdtemp(join(folder(), 'file-')), 'file.yaml')

  it('writes only over the text that was read', async () => {
    const path = await newPath()
    await replaceFile(path, 'one', undefined)
    await assert.rejects(replaceFile(path, 'two', undefined), { code: 'FILE_CHANGED' })
    await assert.rejects(replaceFile(path, 'two', 'other'), { code: 'FILE_CHANGED' })
    await replaceFile(path, 'two', 'one')
    assert.equal(await readFile(path, 'utf8'), 'two')
    assert.deepEqual(await readdir(join(path, '..')), ['file.yaml'])
  })

  it('follows a link to the file behind it', async () => {
    const path = await newPath()
    const link = join(path, '../link.yaml')
    await writeFile(path, 'one')
    await symlink('file.yaml', link)
    await replaceFile(link, 'two', 'one')
    assert.equal(await readFile(path, 'utf8'), 'two')
    assert.ok((await lstat(link)).isSymbolicLink())
  })

  it('loses no write among many at once', async () => {
    const path = await newPath()
    await writeFile(path, '0')
    const increment = async (): Promise<void> => {
      for (;;) {
        const text = await readFile(path, 'utf8')
        try {
          return await replaceFile(path, String(Number(text) + 1), text)
        } catch (error) {
          if (!(error instanceof NetlatchError && error.code === 'FILE_CHANGED')) throw error
        }
      }
    }
    await Promise.all(Array.from({ length: 12 }, increment))
    assert.equal(await readFile(path, 'utf8'), '12')
  })

  it('takes over what a crashed writer left behind', async () => {
    const path = await newPath()
    const left = join(path, '../.file.yaml.new')
    await writeFile(left, 'half')
    await utimes(left, new Date(0), new Date(0))
    await replaceFile(path, 'whole', undefined)
    assert.equal(await readFile(path, 'utf8'), 'whole')
  })

  it('leaves the old or the new text whole when its process is killed', async () => {
    const path = await newPath()
    const module = resolve('packages/core/src/vault/write-vault.ts')
    const size = 200_000
    await writeFile(path, `${'a'.repeat(size)}\n`)
    const program = `
      import { readFileSync } from 'node:fs'
      import { replaceFile } from ${JSON.stringify(module)}
      process.stdout.write('ready')
      for (let n = 0; ; n++) {
        const text = readFileSync(${JSON.stringify(path)}, 'utf8')
        await replaceFile(${JSON.stringify(path)}, String.fromCharCode(97 + (n % 26)).repeat(${size}) + '\\n', text)
      }`
    const kills = process.env.NETLATCH_LONG ? 40 : 4
    for (let kill = 0; kill < kills; kill++) {
      const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      const ended = new Promise((done) => child.once('exit', done))
      await new Promise((done) => child.stdout.once('data', done))
      await setTimeout(5 + kill * 3)
      child.kill('SIGKILL')
      await ended
      const text = await readFile(path, 'utf8')
      assert.equal(text.length, size + 1)
      assert.match(text, /^(.)\1*\n$/)
      const left = join(path, '../.file.yaml.new')
      await utimes(left, new Date(0), new Date(0)).catch(() => assert.ok(true, 'nothing was left'))
    }
  }).timeout(60_000)
})
