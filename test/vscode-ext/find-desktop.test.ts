import assert from 'node:assert/strict'
import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { before, describe, it } from 'mocha'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { findDesktop } from '../vscode/support/find-desktop.ts'

describe('the desktop that the suite runs in', () => {
  const folder = temporaryFolder()
  const at = (path: string) => join(folder(), path)
  const program = async (path: string) => {
    await mkdir(dirname(at(path)), { recursive: true })
    await writeFile(at(path), '#!/bin/sh\n')
    await chmod(at(path), 0o755)
  }
  before(async () => {
    await program('share/code/bin/code')
    await program('share/code/code')
    await mkdir(at('bin'))
    await symlink('../share/code/bin/code', at('bin/code'))
    await program('Code.app/Contents/Resources/app/bin/code')
    await program('Code.app/Contents/MacOS/Electron')
    await program('lonely/code')
  })

  it('is the program behind the script of the path', async () => {
    const PATH = [at('nowhere'), at('lonely'), at('bin')].join(':')
    assert.equal(await findDesktop({ PATH, DISPLAY: ':0' }, 'linux'), at('share/code/code'))
    const mac = at('Code.app/Contents/Resources/app/bin')
    assert.equal(await findDesktop({ PATH: mac }, 'darwin'), at('Code.app/Contents/MacOS/Electron'))
  })

  it('is none without a screen, or without an installation behind the script', async () => {
    assert.equal(await findDesktop({ PATH: at('bin') }, 'linux'), undefined)
    assert.equal(await findDesktop({ PATH: at('lonely'), DISPLAY: ':0' }, 'linux'), undefined)
  })
})
