import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { createConfidence, type DeviceClass } from '../../../packages/core/src/credentials/confidence.ts'

const noDoubts = () => ({ neverWorked: false, isLocal: false })
const traits = ['netops', 'netdc', 'legacy'].map((name) => ({ name, hasRivals: false }))

function classAt(site: string, platform: string, ...named: readonly string[]): DeviceClass {
  const credentials = named.map((credential) => ({ credential, priority: 100 }))
  return { site, platform, tagKey: JSON.stringify(named), named: credentials }
}

function best(confidence: ReturnType<typeof createConfidence>, of: DeviceClass, doubtsOf = noDoubts as never) {
  return confidence.rank(of, doubtsOf ?? noDoubts).toSorted((a, b) => b.confidence - a.confidence)[0]
}

describe('confidence', () => {
  const tagged = classAt('fra', 'ios', 'netops')
  const untagged = classAt('fra', 'ios')

  it('adds up to one, and starts with what the tags name', () => {
    const confidence = createConfidence(traits, new Map([[tagged, 10]]))
    const ranked = confidence.rank(tagged, noDoubts)
    assert.ok(Math.abs(ranked.reduce((sum, each) => sum + each.confidence, 0) - 1) < 1e-6)
    assert.equal(best(confidence, tagged)?.credential, 'netops')
  })

  it('shares what tags promise among the credentials of the best priority', () => {
    const both: DeviceClass = {
      ...classAt('fra', 'ios', 'netops', 'netdc'),
      named: [
        { credential: 'netops', priority: 100 },
        { credential: 'netdc', priority: 50 },
      ],
    }
    assert.equal(best(createConfidence(traits, new Map([[both, 4]])), both)?.credential, 'netdc')
  })

  it('takes untagged devices for what their neighbours turned out to be', () => {
    const confidence = createConfidence(traits, new Map([[untagged, 12]]))
    assert.ok((best(confidence, untagged)?.confidence ?? 1) < 0.5)
    for (let opened = 0; opened < 8; opened++) confidence.opened(untagged, 'netops')
    const learned = best(confidence, untagged)
    assert.equal(learned?.credential, 'netops')
    assert.ok(learned.confidence > 0.85, String(learned.confidence))
  })

  it('learns a credential from two devices of the site, or from nine tenths of a platform', () => {
    const confidence = createConfidence(traits, new Map([[untagged, 10]]))
    const isLearned = (of: DeviceClass) =>
      confidence.rank(of, noDoubts).find(({ credential }) => credential === 'netops')?.learned
    confidence.opened(tagged, 'netops')
    assert.equal(isLearned(untagged), false)
    confidence.opened(tagged, 'netops')
    assert.equal(isLearned(untagged), true)
    assert.equal(isLearned(classAt('muc', 'ios')), false)
    confidence.opened(classAt('ber', 'ios'), 'netops')
    assert.equal(isLearned(classAt('muc', 'ios')), true)
    confidence.opened(classAt('ber', 'ios'), 'legacy')
    assert.equal(isLearned(classAt('muc', 'ios')), false)
  })

  it('comes to trust the place where the tags prove wrong', () => {
    const wrong = classAt('fra', 'ios', 'netdc')
    const classes = new Map([
      [wrong, 10],
      [classAt('muc', 'ios', 'netdc'), 10],
    ])
    const confidence = createConfidence(traits, classes)
    for (let opened = 0; opened < 12; opened++) confidence.opened(wrong, 'netops')
    for (let opened = 0; opened < 12; opened++) confidence.opened(classAt('muc', 'ios', 'netdc'), 'legacy')
    assert.equal(best(confidence, wrong)?.credential, 'netops')
    assert.equal(best(confidence, classAt('muc', 'ios', 'netdc'))?.credential, 'legacy')
  })

  it('all but rules out a credential that the ledger doubts', () => {
    const confidence = createConfidence(traits, new Map([[tagged, 10]]))
    const doubts = (credential: string) => ({ neverWorked: credential === 'netops', isLocal: false })
    const netops = confidence.rank(tagged, doubts).find(({ credential }) => credential === 'netops')
    assert.ok(netops && netops.confidence < 0.5)
  })

  it('rules a local credential out for the neighbours of a device that rejected it', () => {
    const confidence = createConfidence(traits, new Map([[tagged, 10]]))
    const local = () => ({ neverWorked: false, isLocal: true })
    confidence.rejected(tagged, 'netops')
    const netops = confidence.rank(tagged, local).find(({ credential }) => credential === 'netops')
    assert.ok(netops && netops.confidence < 0.2)
  })

  it('says whose rankings a success may have changed, less and less often', () => {
    const confidence = createConfidence(traits, new Map([[tagged, 500]]))
    const changes = Array.from({ length: 256 }, () => confidence.opened(tagged, 'netops').site)
    assert.equal(changes[0], true)
    assert.ok(changes.filter(Boolean).length < 60)
  })
})
