import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { globSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { describe, it } from 'mocha'
import { redactConfiguration } from '../../../packages/core/src/backup/redact.ts'
import { findPlatform, platforms } from '../../../packages/core/src/platforms/index.ts'

const options = { device: 'fra-1', key: randomBytes(32), redact: (text: string) => text, whole: true }

describe('the secrets of every platform that shows any', () => {
  const files = globSync('test/data/redaction/*.txt').sort()

  it('are written down for each', () => {
    const written = files.map((file) => basename(file, '.txt'))
    assert.deepEqual(
      platforms.map(({ name }) => name).filter((name) => !written.includes(name)),
      [],
    )
  })

  for (const file of files) {
    const name = basename(file, '.txt')

    it(`vanish from a configuration of ${name}, and nothing else does`, () => {
      const platform = findPlatform(name)
      assert.ok(platform)
      const marked = readFileSync(file, 'utf8')
      const redacted = redactConfiguration(marked.replace(/[«»]/g, ''), platform, options)
      assert.deepEqual(
        redacted.replace(/<nl:[\w-]+>/g, '<nl>').split('\n'),
        marked.replace(/«[^»]+»/g, '<nl>').split('\n'),
      )
    })
  }
})
