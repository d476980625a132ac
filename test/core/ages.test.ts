import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { formatAge, formatDuration, parseAge } from '../../packages/core/src/ages.ts'

const now = new Date('2026-05-04T12:00:00Z')
const ago = (ms: number) => formatAge(new Date(now.getTime() - ms), now)

describe('ages', () => {
  it('are shown in the one unit that people use', () => {
    assert.deepEqual([0, 59_000, 60_000, 3_600_000, 47 * 3_600_000, 48 * 3_600_000, 41 * 86_400_000].map(ago), [
      'now',
      'now',
      '1 min',
      '1 h',
      '47 h',
      '2 d',
      '41 d',
    ])
  })

  it('of the future read as now', () => assert.equal(ago(-5000), 'now'))

  it('are read from the short form of selections', () => {
    assert.deepEqual(['30m', '36h', '2d', '1w'].map(parseAge), [1_800_000, 129_600_000, 172_800_000, 604_800_000])
    assert.equal(parseAge('2 months'), undefined)
  })

  it('of runs get finer the shorter they are', () => {
    assert.deepEqual([412, 22_104, 200_000, 7_500_000].map(formatDuration), [
      '0.4 s',
      '22 s',
      '3 min 20 s',
      '2 h 5 min',
    ])
  })
})
