import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { compareCandidates, type FilesVersion } from '../../../packages/core/src/credentials/compare-candidates.ts'
import { resolveCandidates } from '../../../packages/core/src/credentials/resolve-candidates.ts'
import { specificityRule } from '../../../packages/core/src/credentials/specificity.ts'
import { buildInventory } from '../../../packages/core/src/inventory/build-inventory.ts'
import type { Credential } from '../../../packages/core/src/model.ts'
import { parseYaml } from '../../../packages/core/src/workspace/yaml-file.ts'

const origin = { file: 'credentials.yaml', line: 1, column: 1 }

function credentialOf(name: string, values: Partial<Credential> = {}): Credential {
  return { name, rev: 1, username: name, priority: 100, tags: [], hosts: ['any'], fallback: false, origin, ...values }
}

const vault = [
  credentialOf('netops', { tags: ['core'] }),
  credentialOf('lab', { tags: ['lab'], hosts: ['10.1.0.0/16'] }),
  credentialOf('fra', { match: 'site:fra', priority: 10 }),
]

const text = `version: 1
groups:
  core: { tags: [core] }
  dc: { site: fra, groups: [core] }
devices:
  a: { host: 10.0.0.1, groups: [core] }
  b: { host: 10.1.0.1, tags: [lab] }
`

function version(
  inventory: string,
  credentials: readonly Credential[] = vault,
  defaultCredential?: string,
): FilesVersion {
  const file = { ...parseYaml(inventory, 'inventory.yaml'), path: '/net/inventory.yaml' }
  const built = buildInventory([file], { realms: [], jumpHosts: [] })
  assert.deepEqual(built.problems, [])
  return {
    inventory: built,
    credentials,
    ...(defaultCredential && { defaultCredential }),
    placeOf: (_, field) => ({ file: `credentials.yaml ${field}`, line: 1, column: 1 }),
  }
}

/** `a: core,lab -> lab because …` */
function differences(before: FilesVersion, after: FilesVersion): string[] {
  return compareCandidates(before, after).map(({ device, before: was, after: is, because }) => {
    const causes = because.map(
      ({ text: cause, at, isGone }) => `${cause} (${at.file}:${at.line}${isGone ? ' before' : ''})`,
    )
    return `${device.name}: ${was?.join(',') ?? '-'} -> ${is?.join(',') ?? '-'} because ${causes.join(' and ')}`
  })
}

const edited = (...edits: readonly [string, string][]) =>
  edits.reduce((result, [from, to]) => {
    assert.equal(result.split(from).length, 2, from)
    return result.replace(from, to)
  }, text)

describe('compareCandidates', () => {
  it('blames the line that a device, a group or a credential was changed on', () => {
    const cases: [FilesVersion, string[]][] = [
      [version(edited(['tags: [lab]', 'tags: []'])), ['b: lab ->  because tag lab removed (inventory.yaml:7)']],
      [
        version(edited(['core: { tags: [core] }', 'core: {}'])),
        ['a: netops ->  because tag core removed from core (inventory.yaml:3)'],
      ],
      [version(edited(['10.1.0.1', '10.2.0.1'])), ['b: lab ->  because host 10.1.0.1 → 10.2.0.1 (inventory.yaml:7)']],
      [
        version(edited(['tags: [lab]', 'tags: [lab], site: fra'])),
        ['b: lab -> fra,lab because site fra added (inventory.yaml:7)'],
      ],
      [
        version(edited(['tags: [lab]', 'tags: [lab], credential: netops'])),
        ['b: lab -> netops,lab because credential netops added (inventory.yaml:7)'],
      ],
      [
        version(text, [credentialOf('new', { tags: ['lab'] }), ...vault]),
        ['b: lab -> lab,new because new added (credentials.yaml:1)'],
      ],
      [version(text, vault.slice(1)), ['a: netops ->  because netops removed (credentials.yaml:1 before)']],
      [
        version(
          text,
          vault.map((each) => (each.name === 'lab' ? { ...each, hosts: ['192.0.2.0/24'] } : each)),
        ),
        ['b: lab ->  because lab: hosts 10.1.0.0/16 → 192.0.2.0/24 (credentials.yaml hosts:1)'],
      ],
      [
        version(text, vault, 'netops'),
        ['b: lab -> lab,netops because default netops added (credentials.yaml default:1)'],
      ],
    ]
    for (const [after, expected] of cases) assert.deepEqual(differences(version(text), after), expected)
  })

  it('takes what a group brings for one edit when a device joins or leaves it', () => {
    const joined = version(edited(['host: 10.1.0.1,', 'host: 10.1.0.1, groups: [dc],']))
    assert.deepEqual(differences(version(text), joined), [
      'b: lab -> fra,lab,netops because group dc added (inventory.yaml:7)',
    ])
    assert.deepEqual(differences(joined, version(text)), [
      'b: fra,lab,netops -> lab because group dc removed (inventory.yaml:7)',
    ])
  })

  it('names all edits that are needed, and none that is not', () => {
    const after = version(edited(['tags: [lab]', 'tags: [core], site: fra, role: spine']))
    assert.deepEqual(differences(version(text), after), [
      'b: lab -> fra,netops because tag core added (inventory.yaml:7) and tag lab removed (inventory.yaml:7) and site fra added (inventory.yaml:7)',
    ])
  })

  it('says nothing of edits that change no candidate', () => {
    const names = { role: 'role: spine', status: 'status: planned', tag: 'tags: [nobody]' }
    for (const value of Object.values(names))
      assert.deepEqual(
        differences(version(text), version(edited(['host: 10.0.0.1,', `host: 10.0.0.1, ${value},`]))),
        [],
      )
    const renewed = vault.map((each) => ({ ...each, rev: 2, realm: 'tacacs' }))
    assert.deepEqual(differences(version(text), version(text, renewed)), [])
  })

  it('tells new devices and those that are gone', () => {
    const after = version(edited(['  a: {', '  c: {']))
    assert.deepEqual(differences(version(text), after), [
      'c: - -> netops because new device (inventory.yaml:6)',
      'a: netops -> - because device removed (inventory.yaml:6 before)',
    ])
  })

  it('finds the same devices as comparing every one of them in full', () => {
    const deviceArbitrary = fc.record({
      host: fc.constantFrom('10.0.0.1', '10.1.0.1', 'r1.example.net'),
      tags: fc.subarray(['core', 'lab', 'x']),
      groups: fc.subarray(['core', 'dc']),
    })
    const credentialArbitrary = (name: string) =>
      fc
        .record({
          priority: fc.constantFrom(10, 100),
          tags: fc.subarray(['core', 'lab', 'x']),
          hosts: fc.constantFrom(['any'], ['10.0.0.0/16'], ['*.example.net']),
          fallback: fc.boolean(),
          match: fc.constantFrom('site:fra', 'tag:x', 'group:core', 'name:a'),
          hasMatch: fc.boolean(),
        })
        .map(({ match, hasMatch, ...values }) => credentialOf(name, { ...values, ...(hasMatch && { match }) }))
    const versionArbitrary = fc
      .record({
        devices: fc.dictionary(fc.constantFrom('a', 'b', 'c'), deviceArbitrary),
        credentials: fc.subarray(['k', 'l', 'm']).chain((names) => fc.tuple(...names.map(credentialArbitrary))),
        defaultCredential: fc.option(fc.constantFrom('k', 'l'), { nil: undefined }),
      })
      .map(({ devices, credentials, defaultCredential }) => {
        const inventory = {
          version: 1,
          groups: { core: { tags: ['core'] }, dc: { site: 'fra', groups: ['core'] } },
          devices,
        }
        return version(JSON.stringify(inventory), credentials, defaultCredential)
      })
    const namesOf = ({ inventory, credentials, defaultCredential }: FilesVersion, name: string) => {
      const device = inventory.byName.get(name)
      const input = {
        credentials,
        specificity: specificityRule(credentials),
        ...(defaultCredential && { defaultCredential }),
      }
      return device && resolveCandidates(device, input).candidates.map(({ credential }) => credential.name)
    }
    fc.assert(
      fc.property(versionArbitrary, versionArbitrary, (before, after) => {
        const found = new Map(compareCandidates(before, after).map((change) => [change.device.name, change]))
        for (const name of ['a', 'b', 'c']) {
          const names = [namesOf(before, name), namesOf(after, name)]
          const change = found.get(name)
          if (JSON.stringify(names[0]) === JSON.stringify(names[1])) assert.equal(change, undefined)
          else assert.deepEqual([change?.before, change?.after], names)
          if (change) assert.ok(change.because.length > 0)
        }
      }),
      { numRuns: process.env.NETLATCH_LONG ? 10_000 : 300 },
    )
  })
})
