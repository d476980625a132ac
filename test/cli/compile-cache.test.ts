import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, it } from 'mocha'
import { compileCacheFolder } from '../../packages/cli/src/compile-cache.ts'

const isWindows = process.platform === 'win32'
const isRoot = process.getuid?.() === 0

describe('the compiled code that is kept', () => {
  let home = ''
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'netlatch-home-'))
  })
  afterEach(() => rmSync(home, { recursive: true, force: true }))
  const folderIn = (caches: string) =>
    compileCacheFolder(isWindows ? { LOCALAPPDATA: caches } : { XDG_CACHE_HOME: caches })

  it('lies in a folder that this user alone can write', function () {
    if (process.platform === 'darwin') this.skip()
    const folder = folderIn(join(home, 'caches')) ?? assert.fail('no folder')
    assert.equal(folder, join(home, 'caches', 'netlatch', 'compiled'))
    if (!isWindows) assert.equal(statSync(folder).mode & 0o777, 0o700)
    assert.equal(folderIn(join(home, 'caches')), folder)
  })

  it('is not kept where others could write', function () {
    if (process.platform !== 'linux') this.skip()
    const shared = join(home, 'shared')
    mkdirSync(shared)
    chmodSync(shared, 0o777)
    assert.equal(folderIn(shared), undefined)
    assert.deepEqual(readdirSync(shared), [])
    const caches = join(home, 'caches')
    mkdirSync(join(caches, 'netlatch', 'compiled'), { recursive: true })
    chmodSync(join(caches, 'netlatch', 'compiled'), 0o775)
    assert.equal(folderIn(caches), undefined)
  })

  it('is not kept in the home of another user', function () {
    if (process.platform !== 'linux' || !isRoot) this.skip()
    execFileSync('chown', ['65534', home])
    assert.equal(folderIn(join(home, '.cache')), undefined)
    assert.equal(existsSync(join(home, '.cache')), false)
  })

  it('is not kept where there can be no folder', function () {
    if (process.platform === 'darwin') this.skip()
    writeFileSync(join(home, 'file'), '')
    assert.equal(folderIn(join(home, 'file')), undefined)
    assert.equal(folderIn('relative'), undefined)
  })

  it('is used by the next start', function () {
    if (process.platform !== 'linux') this.skip()
    const module = new URL('../../packages/cli/src/compile-cache.ts', import.meta.url)
    const program = `
      import { getCompileCacheDir } from 'node:module'
      import { keepCompiledCode } from ${JSON.stringify(module.href)}
      keepCompiledCode()
      console.log(getCompileCacheDir() ?? 'none')`
    const start = (env: Record<string, string>) =>
      execFileSync(process.execPath, ['--input-type=module', '-e', program], {
        env: { HOME: home, ...env },
        encoding: 'utf8',
        cwd: fileURLToPath(new URL('.', import.meta.url)),
      }).trim()
    assert.ok(start({}).startsWith(join(home, '.cache', 'netlatch', 'compiled')))
    assert.equal(start({ NODE_DISABLE_COMPILE_CACHE: '1' }), 'none')
  })
})
