import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import {
  deviceScope,
  type ResolutionInput,
  type ResolutionRequest,
  resolveCandidates,
} from '../../../packages/core/src/credentials/resolve-candidates.ts'
import { specificityRule } from '../../../packages/core/src/credentials/specificity.ts'
import type { Credential, Device } from '../../../packages/core/src/model.ts'
import { deviceOf } from '../../support/temporary-vault.ts'

const numRuns = process.env.NETLATCH_LONG ? 20_000 : 500

const names = ['core-admin', 'lab', 'dc-oob', 'Lab', 'break-glass', 'legacy', 'a', 'z']
const tags = ['core', 'ios', 'lab', 'legacy', 'Core']
const origin = { file: 'credentials.yaml', line: 1, column: 1 }

function credentialOf(values: Partial<Credential> & Pick<Credential, 'name'>): Credential {
  return { rev: 1, username: 'netops', priority: 100, tags: [], hosts: ['any'], fallback: false, origin, ...values }
}

const someOf = <T>(values: readonly T[]) => fc.subarray([...values])
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined })

const credentialArbitrary = (name: string): fc.Arbitrary<Credential> =>
  fc
    .record({
      priority: fc.constantFrom(1, 10, 100, 1000),
      tags: someOf(tags),
      match: maybe(fc.constantFrom('all', 'tag:core', 'site:fra and tag:core', 'not role:spine', 'name:fra-*')),
      hosts: fc.constantFrom(
        ['any'],
        ['10.0.0.0/8'],
        ['192.0.2.0/24'],
        ['*.example.net'],
        ['10.1.0.0/16', '*.example.net'],
      ),
      ports: maybe(fc.constantFrom([22], [2222], [22, 2222])),
      fallback: fc.boolean(),
    })
    .map(({ match, ports, ...rest }) =>
      credentialOf({ name, ...rest, ...(match !== undefined && { match }), ...(ports && { ports }) }),
    )

const vaultArbitrary = someOf(names).chain((chosen) => fc.tuple(...chosen.map(credentialArbitrary)))

const deviceArbitrary: fc.Arbitrary<Device> = fc
  .record({
    hosts: fc.constantFrom(['10.1.2.3'], ['192.0.2.7'], ['r1.example.net'], ['r1', '10.200.0.1'], ['2001:db8::1']),
    port: fc.constantFrom(22, 2222),
    tags: someOf(tags),
    site: maybe(fc.constantFrom('fra', 'muc')),
    role: maybe(fc.constantFrom('spine', 'leaf')),
    credential: maybe(fc.constantFrom(...names)),
    name: fc.constantFrom('fra-core-1', 'muc-1'),
  })
  .map(({ site, role, credential, ...rest }) =>
    deviceOf({ ...rest, ...(site && { site }), ...(role && { role }), ...(credential && { credential }) }),
  )

const reasons = (values: readonly string[]) => new Map(values.map((name) => [name, 'since 3 May']))

const caseArbitrary = fc.record({
  device: deviceArbitrary,
  credentials: vaultArbitrary,
  defaultCredential: maybe(fc.constantFrom(...names)),
  quarantined: someOf(names),
  learned: someOf(names),
  rejected: someOf(names),
  worked: maybe(fc.record({ credential: fc.constantFrom(...names), unchanged: fc.boolean() })),
  request: fc.record({
    askedFor: maybe(fc.constantFrom(...names)),
    only: maybe(someOf(names)),
    includeFallback: fc.boolean(),
    retryRejected: fc.boolean(),
  }),
})

type Case = typeof caseArbitrary extends fc.Arbitrary<infer T> ? T : never

function inputOf(one: Case, credentials: readonly Credential[] = one.credentials): ResolutionInput {
  return {
    credentials,
    specificity: specificityRule(credentials),
    ...(one.defaultCredential && { defaultCredential: one.defaultCredential }),
    quarantined: reasons(one.quarantined),
    learned: reasons(one.learned),
    history: {
      ...(one.worked && { worked: { ...one.worked, ago: '2 h ago' } }),
      rejected: new Map(one.rejected.map((name) => [name, '2 h ago'])),
    },
  }
}

function requestOf({ askedFor, only, ...rest }: Case['request']): ResolutionRequest {
  return { ...rest, ...(askedFor && { askedFor }), ...(only && { only }) }
}

const resolve = (one: Case, credentials?: readonly Credential[]) =>
  resolveCandidates(one.device, inputOf(one, credentials), requestOf(one.request))

const hold = (property: (one: Case) => void) => fc.assert(fc.property(caseArbitrary, property), { numRuns })

describe('resolveCandidates', () => {
  it('gives the same order for the same input, however the file is shuffled', () =>
    fc.assert(
      fc.property(
        caseArbitrary.chain((one) =>
          fc.record({
            one: fc.constant(one),
            shuffled: fc.shuffledSubarray(one.credentials, { minLength: one.credentials.length }),
          }),
        ),
        ({ one, shuffled }) => {
          const before = resolve(one)
          assert.deepEqual(resolve(one), before)
          const after = resolve(one, shuffled)
          assert.deepEqual(after.candidates, before.candidates)
          const byName = ({ excluded }: typeof before) =>
            excluded.toSorted((a, b) => (a.credential.name < b.credential.name ? -1 : 1))
          assert.deepEqual(byName(after), byName(before))
        },
      ),
      { numRuns },
    ))

  it('says of every credential once either why it is tried or why not', () =>
    hold((one) => {
      const { candidates, excluded } = resolve(one)
      const said = [...candidates, ...excluded].map(({ credential }) => credential.name).toSorted()
      assert.deepEqual(said, one.credentials.map(({ name }) => name).toSorted())
      for (const { because } of [...candidates, ...excluded]) assert.match(because, /\S/)
    }))

  it('never gives a credential out of scope, whoever asks', () =>
    hold((one) => {
      for (const { credential } of resolve(one).candidates) assert.notEqual(deviceScope(credential, one.device), 'no')
    }))

  it('has the pin first where it may be used', () =>
    hold((one) => {
      const { candidates } = resolve(one)
      const at = candidates.findIndex(({ credential }) => credential.name === one.device.credential)
      assert.ok(at <= 0)
      if (at === 0) assert.equal(candidates[0]?.reason, 'pin')
    }))

  it('has what worked before next, as long as its secret is the same', () =>
    hold((one) => {
      const { candidates } = resolve(one)
      const at = candidates.findIndex(({ credential }) => credential.name === one.worked?.credential)
      if (at >= 0 && one.worked?.unchanged) assert.ok(at <= (candidates[0]?.reason === 'pin' ? 1 : 0))
      if (at >= 0 && !one.worked?.unchanged) assert.notEqual(candidates[at]?.reason, 'worked-before')
    }))

  it('gives a fallback credential only on request', () =>
    hold((one) => {
      if (one.request.includeFallback) return
      for (const { credential } of resolve(one).candidates)
        assert.ok(!credential.fallback || credential.name === one.request.askedFor)
    }))

  it('tries nothing else than the credentials that were named, what worked before included', () =>
    hold((one) => {
      const { only } = one.request
      if (only) for (const { credential } of resolve(one).candidates) assert.ok(only.includes(credential.name))
    }))

  it('leaves quarantined ones out, whoever asks', () =>
    hold((one) => {
      for (const { credential } of resolve(one).candidates) assert.ok(!one.quarantined.includes(credential.name))
    }))

  it('tries again what the device refused only when somebody says so', () =>
    hold((one) => {
      const { retryRejected, askedFor } = one.request
      if (retryRejected) return
      for (const { credential } of resolve(one).candidates)
        assert.ok(credential.name === askedFor || !one.rejected.includes(credential.name))
    }))

  it('orders matches by priority, then by how specific they are, then by name', () =>
    hold((one) => {
      const specificity = specificityRule(one.credentials)
      const matches = resolve(one).candidates.filter(({ reason }) => reason === 'match')
      const keys = matches.map(({ credential }): [number, number, string] => [
        credential.priority,
        -specificity(credential, one.device),
        credential.name,
      ])
      for (const [index, key] of keys.entries()) {
        const next = keys[index + 1]
        const difference = next && key.findIndex((part, place) => part !== next[place])
        if (next && difference !== undefined) assert.ok((key[difference] ?? 0) < (next[difference] ?? 0))
      }
    }))

  it('tells the story of one device', () => {
    const device = deviceOf({ name: 'fra-acc-12', hosts: ['10.20.1.12'], tags: ['core', 'legacy'] })
    const credentials = [
      credentialOf({ name: 'tacacs-netops', tags: ['core'], priority: 10, hosts: ['10.0.0.0/8'] }),
      credentialOf({ name: 'legacy-admin', tags: ['legacy'], hosts: ['10.0.0.0/8'] }),
      credentialOf({ name: 'dc-oob', tags: ['core'], hosts: ['10.99.0.0/16'] }),
      credentialOf({ name: 'lab', tags: ['lab'] }),
      credentialOf({ name: 'old-netops', tags: ['core'] }),
      credentialOf({ name: 'break-glass', tags: ['core'], fallback: true }),
    ]
    const { candidates, excluded } = resolveCandidates(device, {
      credentials,
      specificity: specificityRule(credentials),
      quarantined: new Map([['old-netops', 'since 3 May: refused twice on fra-core-1']]),
      history: { worked: { credential: 'legacy-admin', unchanged: true, ago: '41 d ago' } },
    })
    assert.deepEqual(
      candidates.map(({ credential, because }) => [credential.name, because]),
      [
        ['legacy-admin', 'worked here 41 d ago, unchanged since'],
        ['tacacs-netops', 'tag core · priority 10'],
      ],
    )
    assert.deepEqual(
      excluded.map(({ credential, because }) => [credential.name, because]),
      [
        ['dc-oob', '10.20.1.12 is outside its hosts (10.99.0.0/16)'],
        ['lab', 'no shared tag (it has lab)'],
        ['old-netops', 'quarantined since 3 May: refused twice on fra-core-1'],
        ['break-glass', 'fallback: only with --include-fallback'],
      ],
    )
  })
})
