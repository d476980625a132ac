import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { describe, it } from 'mocha'
import { holdsBackup } from '../../../packages/core/src/operations/replay-session.ts'
import { platforms } from '../../../packages/core/src/platforms/index.ts'
import type { Platform } from '../../../packages/core/src/platforms/platform.ts'
import { readSessionCase } from '../../../packages/core/src/platforms/session-case.ts'

describe('witnesses that no device has proven', () => {
  it('are listed in ARCHITECTURE.md, all of them and no other', async () => {
    const folders = globSync('test/data/platforms/*/*/session.yaml').map(dirname)
    const cases = await Promise.all(folders.map((folder) => readSessionCase(folder, folder)))
    const isProven = (platform: Platform) =>
      cases.some(
        ({ session }) => session?.recorded && session.platform === platform.name && holdsBackup(platform, session),
      )
    const unproven = platforms.filter(
      (platform: Platform) => platform.configurations.running.witness && !isProven(platform),
    )
    const [, listed = ''] =
      /## What no device has shown yet\n[\s\S]*?:\n\n([\s\S]*?)\n\n/.exec(readFileSync('ARCHITECTURE.md', 'utf8')) ?? []
    assert.deepEqual(listed.split(/\s+/), unproven.map(({ name }) => name).sort())
  })
})
