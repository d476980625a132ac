import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { PriorityQueue } from '../../../packages/core/src/credentials/priority-queue.ts'

describe('a priority queue', () => {
  it('gives its items back in order', () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), (numbers) => {
        const queue = new PriorityQueue<number>((a, b) => a < b)
        for (const number of numbers) queue.push(number)
        assert.deepEqual(
          numbers.map(() => queue.take()),
          numbers.toSorted((a, b) => a - b),
        )
        assert.equal(queue.take(), undefined)
      }),
    )
  })
})
