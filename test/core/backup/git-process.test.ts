import assert from 'node:assert/strict'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it } from 'mocha'
import { openGit } from '../../../packages/core/src/backup/git-process.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

describe('running git', () => {
  const folder = temporaryFolder()

  // Ctrl-C goes to every process of the terminal's group: one that writes the archive must end its work.
  it('keeps it out of the group that Ctrl-C in the terminal ends', async function () {
    if (process.platform === 'win32') this.skip()
    const program = join(folder(), 'git')
    await writeFile(program, '#!/bin/sh\necho $$ $(ps -o pgid= -p $$)\n', { mode: 0o755 })
    const [pid, group] = (await openGit({ program }).run(['version'])).trim().split(' ')
    assert.equal(group, pid)

    const child = openGit().start(['version'])
    assert.ok(child.pid !== undefined)
    assert.ok(process.kill(-child.pid, 0))
    await once(child, 'exit')
  })

  it('says that git was ended by somebody', async () => {
    const program = join(folder(), 'ended')
    await writeFile(program, '#!/bin/sh\nkill -9 $$\n', { mode: 0o755 })
    await assert.rejects(openGit({ program }).run(['version']), {
      code: 'GIT_FAILED',
      message: /ended by SIGKILL/,
    })
  })
})
