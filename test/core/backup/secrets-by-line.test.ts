import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { joinOverlaps, placesBy, secretPlacesEverywhere } from '../../../packages/core/src/backup/secret-places.ts'
import { secretsByLine } from '../../../packages/core/src/backup/secrets-by-line.ts'
import { findPlatform } from '../../../packages/core/src/platforms/index.ts'
import type { Platform, SecretPattern } from '../../../packages/core/src/platforms/platform.ts'
import { configurationFixtures } from '../../support/configuration-fixtures.ts'

const numRuns = process.env.NETLATCH_LONG ? 300 : 12

const byLine = (platform: Pick<Platform, 'secrets'>, text: string) =>
  joinOverlaps(secretsByLine(platform.secrets, text, placesBy))

/** Texts of the platform's own lines and of others', in any order, with what a cut or a hostile device leaves between. */
function texts(lines: readonly string[]): fc.Arbitrary<string> {
  const odd = fc.constantFrom(
    '',
    ' ',
    '\r',
    '!',
    'x\r',
    '-----BEGIN RSA PRIVATE KEY-----',
    '-----END RSA PRIVATE KEY-----',
  )
  const line = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...lines) },
    { weight: 1, arbitrary: odd },
    { weight: 1, arbitrary: fc.tuple(fc.constantFrom(...lines), fc.nat(80)).map(([one, at]) => one.slice(0, at)) },
  )
  return fc
    .tuple(fc.array(line, { maxLength: 60 }), fc.constantFrom('', '\n'))
    .map(([all, end]) => all.join('\n') + end)
}

const redactionFiles = globSync('test/data/redaction/*.txt').sort()
const marked = redactionFiles.flatMap((file) => {
  const platform = findPlatform(basename(file, '.txt'))
  return platform ? [{ platform, output: readFileSync(file, 'utf8').replace(/[«»]/g, '') }] : []
})
const all = [...configurationFixtures(), ...marked]
const foreign = all.flatMap(({ output }) => output.split('\n').slice(0, 3))

describe('secrets that are searched for line by line', () => {
  for (const [index, { platform, output }] of all.entries())
    it(`are those of the whole text, on ${platform.name}${index < all.length - marked.length ? '' : ', marked'}`, () => {
      assert.deepEqual(byLine(platform, output), secretPlacesEverywhere(platform, output))
      const check = (text: string) => assert.deepEqual(byLine(platform, text), secretPlacesEverywhere(platform, text))
      fc.assert(fc.property(texts([...output.split('\n'), ...foreign]), check), { numRuns })
      // By now nearly every line is known.
      check(output)
    })

  it('are found again in a line that was seen before', () => {
    const platform = { secrets: [{ name: 'key', pattern: '^key (?<secret>\\S+)' }] }
    const text = 'a\nkey one\nb\nkey one\n'
    for (let round = 0; round < 3; round += 1)
      assert.deepEqual(byLine(platform, text), [
        [6, 9, false],
        [16, 19, false],
      ])
  })

  it('are searched for once in a line that holds none, and each time where a pattern looks beyond a line', () => {
    const searched: string[] = []
    const find = (secret: SecretPattern, text: string) => {
      searched.push(`${secret.name}: ${text}`)
      return placesBy(secret, text)
    }
    const secrets = [
      { name: 'in a line', pattern: '^key (?<secret>\\S+)' },
      { name: 'beyond', pattern: '^block\\n +(?<secret>\\S+)' },
    ]
    const first = secretsByLine(secrets, 'clean\nkey one', find)
    const second = secretsByLine(secrets, 'clean\nblock\n two\nkey one', find)
    assert.deepEqual(searched, [
      'beyond: clean\nkey one',
      'in a line: clean\nkey one',
      'beyond: clean\nblock\n two\nkey one',
      'in a line: block\n two\nkey one',
    ])
    assert.deepEqual(joinOverlaps(first), [[10, 13, false]])
    assert.deepEqual(joinOverlaps(second), [
      [13, 16, false],
      [21, 24, false],
    ])
  })

  it('are all found where there are more lines than are remembered', () => {
    const platform = { secrets: [{ name: 'key', pattern: 'key (?<secret>\\S+)' }] }
    const text = Array.from({ length: 45_000 }, (_, at) => (at % 10_000 === 7 ? `key ${at}` : `line ${at}`)).join('\n')
    for (let round = 0; round < 2; round += 1)
      assert.deepEqual(byLine(platform, text), secretPlacesEverywhere(platform, text))
  })

  it('keep nothing of a configuration but the lines that are clean', async () => {
    setFlagsFromString('--expose-gc')
    const gc = runInNewContext('gc') as () => void
    const used = async () => {
      // What lies outside the heap is given back a turn later.
      for (let turn = 0; turn < 3; turn += 1) {
        gc()
        await nextTurn()
      }
      const { heapUsed, external } = process.memoryUsage()
      return heapUsed + external
    }
    const platform = { secrets: findPlatform('cisco_ios')?.secrets ?? [] }
    const shared = ' ip address 10.0.0.1 255.255.255.0\n'.repeat(30_000)
    const search = (name: string) =>
      byLine(platform, Buffer.from(`${shared}! changed by somebody at ${name}\n`).toString())
    search('first')
    const before = await used()
    for (let night = 0; night < 20; night += 1) search(`night ${night}`)
    const kept = (await used()) - before
    assert.ok(kept < 3 * shared.length, `${kept} bytes of ${20 * shared.length}`)
  })
})
