import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { archivePath, escapeName } from '../../../packages/core/src/backup/archive-path.ts'

const name = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ unit: fc.constantFrom(...'aAbB.-_%+/~:u1 é\ud800'), maxLength: 12 }),
  fc.constantFrom(
    'con',
    'CON',
    'Con.x',
    'lpt9',
    'a.lock',
    'a.LOCK',
    '..',
    '.git',
    'git~1',
    '_',
    '%',
    '%5f',
    'a'.repeat(300),
  ),
)
const runs = process.env.NETLATCH_LONG ? 200_000 : 5_000

describe('archive paths', () => {
  it('read like the names they are made of', () => {
    assert.equal(archivePath({ name: 'fra-core-1', site: 'fra' }), 'fra/fra-core-1.cfg')
    assert.equal(
      archivePath({ name: 'fra-core-1.example.net', site: 'fra' }, 'startup'),
      'fra/fra-core-1.example.net+startup.cfg',
    )
    assert.equal(archivePath({ name: 'lab' }), '_/lab.cfg')
    assert.equal(archivePath({ name: 'lab', site: '_' }), '%5f/lab.cfg')
    assert.equal(archivePath({ name: 'FRA-1', site: 'a/b c' }), 'a%2fb%20c/FRA-1+7.cfg')
  })

  it('never meet, not on a disk that ignores case', () => {
    const device = fc.record({ name, site: fc.option(name, { nil: undefined }) })
    const kind = fc.constantFrom('running' as const, 'startup' as const)
    fc.assert(
      fc.property(device, kind, device, kind, (a, aKind, b, bKind) => {
        const same = a.name === b.name && a.site === b.site && aKind === bKind
        assert.equal(archivePath(a, aKind).toLowerCase() === archivePath(b, bKind).toLowerCase(), same)
      }),
      { numRuns: runs },
    )
  })

  it('never meet for two spellings of one name', () => {
    const spelled = fc.string({ unit: fc.constantFrom(...'abcAB.%+x'), maxLength: 8 })
    const flips = fc.array(fc.boolean(), { minLength: 8, maxLength: 8 })
    fc.assert(
      fc.property(spelled, flips, (one, flip) => {
        const other = [...one].map((letter, index) => (flip[index] ? letter.toUpperCase() : letter)).join('')
        assert.equal(escapeName(one).toLowerCase() === escapeName(other).toLowerCase(), one === other)
      }),
      { numRuns: runs },
    )
  })

  it('can be made on every system, and be part of a ref', () => {
    fc.assert(
      fc.property(name, name, (device, site) => {
        const path = archivePath({ name: device, site }, 'startup')
        assert.match(path, /^[A-Za-z0-9%_+][A-Za-z0-9%_+.-]*\/[A-Za-z0-9%_+][A-Za-z0-9%_+.-]*\.cfg$/)
        for (const part of [...path.split('/'), escapeName(device)]) {
          assert.ok(part.length <= 255)
          assert.doesNotMatch(part, /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i)
          assert.doesNotMatch(part, /\.\.|\.$|\.lock$|^\./i)
        }
      }),
      { numRuns: runs },
    )
  })
})
