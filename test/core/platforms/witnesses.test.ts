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

describe('platforms whose first backup nothing proves', () => {
  it('are listed in ARCHITECTURE.md, those with an end that only some releases write by themselves', () => {
    const [always, mostly] = ['is always unproven', 'unless the release'].map((words) => {
      const text = readFileSync('ARCHITECTURE.md', 'utf8')
      const [, listed = ''] = new RegExp(`${words}[^:]*:\\n\\n([\\s\\S]*?)\\n\\n`).exec(text) ?? []
      return listed.split(/\s+/)
    })
    const open = platforms.filter(({ configurations: { running } }: Platform) => {
      const { whole, witness } = running
      const hasEnd =
        (whole.by === 'end-marker' && !whole.echoed) || (whole.by === 'balanced' && whole.tail !== undefined)
      return !hasEnd && typeof witness?.answer !== 'object'
    })
    const names = (known: boolean) =>
      open
        .filter(({ configurations: { running } }: Platform) => (running.knownEnd !== undefined) === known)
        .map(({ name }) => name)
        .sort()
    assert.deepEqual([always, mostly], [names(false), names(true)])
  })
})
