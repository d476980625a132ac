import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, openSync } from 'node:fs'
import { describe, it } from 'mocha'
import { checkoutBin } from '../support/command-line.ts'

describe('output that cannot be written', () => {
  it('is one line and an exit code, with the work done', function () {
    if (!existsSync('/dev/full')) return this.skip()
    const { status, stderr } = spawnSync(process.execPath, [checkoutBin, '--help'], {
      encoding: 'utf8',
      stdio: ['ignore', openSync('/dev/full', 'w'), 'pipe'],
    })
    assert.equal(status, 1)
    assert.match(stderr, /^Output cannot be written \(ENOSPC\)\. What was done stands\. .*\n$/)
  })
})
