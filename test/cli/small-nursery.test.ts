import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { describe, it } from 'mocha'

const module = new URL('../../packages/cli/src/small-nursery.ts', import.meta.url)

/** Keeps a little of much for a while, which makes V8 want more room for new objects. Prints how much it took. */
const program = (before: string) => `
  import { getHeapSpaceStatistics } from 'node:v8'
  import { setImmediate as turn } from 'node:timers/promises'
  import { keepNurserySmall } from ${JSON.stringify(module.href)}
  ${before}
  const kept = []
  for (let round = 0; round < 60; round += 1) {
    kept[round % 12] = Array.from({ length: 20_000 }, (_, at) => ({ at, text: 'x' + at }))
    await turn()
  }
  console.log(getHeapSpaceStatistics().find((space) => space.space_name === 'new_space').space_size)`

function nurseryBytes(before: string): number {
  const options = { encoding: 'utf8', env: { PATH: process.env.PATH } } as const
  return Number(execFileSync(process.execPath, ['--input-type=module', '-e', program(before)], options))
}

describe('the part of the heap where new objects begin', () => {
  it('stays small in the command line, and would not by itself', () => {
    const itself = nurseryBytes('')
    assert.ok(itself >= 64e6, `${itself} bytes by itself`)
    const kept = nurseryBytes('keepNurserySmall()')
    assert.ok(kept <= 40e6, `${kept} bytes`)
  })
})
