import assert from 'node:assert/strict'
import { globSync } from 'node:fs'
import { dirname } from 'node:path'
import { describe, it } from 'mocha'
import { replaySession } from '../../../packages/core/src/operations/replay-session.ts'
import { platforms } from '../../../packages/core/src/platforms/index.ts'
import { resolvePlatforms } from '../../../packages/core/src/platforms/load-platforms.ts'
import type { Platform } from '../../../packages/core/src/platforms/platform.ts'
import { platformYaml } from '../../../packages/core/src/platforms/platform-yaml.ts'
import { readSessionCase } from '../../../packages/core/src/platforms/session-case.ts'

const folders = globSync('test/data/platforms/*/*/session.yaml').map(dirname).sort()

/** As the file of a user's own: another name, so that nothing is taken from the built-in one. */
function readBack(platform: Platform): Platform {
  const yaml = platformYaml(platform)
  const { platforms: set, problems } = resolvePlatforms([{ file: `platforms/${platform.name}.yaml`, text: yaml }])
  assert.deepEqual(problems, [])
  const found = set.find(platform.name)
  assert.ok(found)
  return found
}

const patternKeys =
  /^(?:prompt|promptContext|passwordPrompt|refused|pattern|except|open|close|tail|section|notSection|preamble|readOnly|filters|errors|identity|identification)$/

/** The same platform with patterns that no built-in one has: they run in the linear engine. */
function inLinearTime(value: unknown, key = ''): unknown {
  if (typeof value === 'string') return patternKeys.test(key) ? `(?:${value})` : value
  if (Array.isArray(value)) return value.map((item) => inLinearTime(item, key))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([inner, each]) => [inner, inLinearTime(each, inner)]))
}

describe('a built-in platform as YAML', () => {
  for (const platform of platforms)
    it(`is ${platform.name} again when it is read`, () => {
      assert.deepEqual(readBack(platform), { ...platform, file: `platforms/${platform.name}.yaml` })
    })

  for (const folder of folders)
    it(`plays ${folder.slice('test/data/platforms/'.length)} like the built-in one`, async () => {
      const { session } = await readSessionCase(folder, folder)
      assert.ok(session)
      const builtIn = platforms.find(({ name }) => name === session.platform)
      assert.ok(builtIn)
      assert.deepEqual(await replaySession(readBack(builtIn), session, { runs: 1, cuts: 20 }), [])
    })

  for (const folder of folders)
    it(`plays ${folder.slice('test/data/platforms/'.length)} in linear time too`, async () => {
      const { session } = await readSessionCase(folder, folder)
      assert.ok(session)
      const builtIn = platforms.find(({ name }) => name === session.platform)
      assert.ok(builtIn)
      const text = platformYaml(inLinearTime(builtIn) as Platform)
      const { platforms: set, problems } = resolvePlatforms([{ file: 'platforms/own.yaml', text }])
      assert.deepEqual(problems, [])
      const platform = set.find(session.platform)
      assert.ok(platform && platform.prompt !== builtIn.prompt)
      assert.deepEqual(await replaySession(platform, session, { runs: 1, cuts: 20 }), [])
    })
})
