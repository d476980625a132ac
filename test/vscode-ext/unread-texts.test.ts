import assert from 'node:assert/strict'
import { setImmediate as turn, setTimeout as wait } from 'node:timers/promises'
import { describe, it } from 'mocha'
import { isSameText } from '../../packages/vscode-ext/src/annotate/changed-lines.ts'
import { UnreadTexts } from '../../packages/vscode-ext/src/unread-texts.ts'

/** Readings that end when the test says so. */
function readings() {
  const begun: PromiseWithResolvers<void>[] = []
  const waiting: PromiseWithResolvers<void>[] = []
  const read = () => {
    const reading = Promise.withResolvers<void>()
    begun.push(reading)
    waiting.shift()?.resolve()
    return reading.promise
  }
  const next = () => {
    const one = Promise.withResolvers<void>()
    waiting.push(one)
    return one.promise
  }
  return { begun, read, next }
}

describe('texts that are typed', () => {
  it('are waited for until their reading is over, not only until it begins', async () => {
    using texts = new UnreadTexts()
    const { begun, read, next } = readings()
    const isBegun = next()
    texts.typed('a', 0, read)
    await isBegun
    let isSettled = false
    const settled = texts.settled(['a', 'b']).then(() => {
      isSettled = true
    })
    await turn()
    assert.equal(isSettled, false)
    begun[0]?.resolve()
    await settled
  })

  it('are waited for when they are typed again during the reading', async () => {
    using texts = new UnreadTexts()
    const { begun, read, next } = readings()
    const first = next()
    texts.typed('a', 0, read)
    await first
    let isSettled = false
    const settled = texts.settled(['a']).then(() => {
      isSettled = true
    })
    const second = next()
    texts.typed('a', 0, read)
    begun[0]?.resolve()
    await second
    await turn()
    assert.equal(isSettled, false)
    begun[1]?.resolve()
    await settled
  })

  it('are read once for what is typed in one go', async () => {
    using texts = new UnreadTexts()
    const read: string[] = []
    for (const text of ['o', 'on', 'one'])
      texts.typed('a', 5, async () => {
        read.push(text)
      })
    await texts.settled(['a'])
    await wait(10)
    assert.deepEqual(read, ['one'])
  })
})

describe('a text of an editor and of the disk', () => {
  it('are the same but for line ends and a byte order mark', () => {
    assert.ok(isSameText('a\nb\n', '\uFEFFa\r\nb\n'))
    assert.ok(!isSameText('a\nb\n', 'a\nb'))
  })
})
