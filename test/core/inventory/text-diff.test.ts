import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { changeText } from '../../../packages/core/src/inventory/text-diff.ts'

const diff = (before: string, after: string) => changeText({ path: '/f', file: 'f', before, after })

describe('changeText', () => {
  it('shows what goes and what comes, with the lines around it', () => {
    const before = Array.from({ length: 20 }, (_, index) => `line ${index + 1}`)
    const after = before.with(9, 'other').toSpliced(15, 0, 'new')
    assert.equal(
      diff(before.join('\n'), after.join('\n')),
      [
        ...['--- f', '+++ f', '@@ -7 +7 @@', ' line 7', ' line 8', ' line 9', '-line 10', '+other'],
        ...[' line 11', ' line 12', ' line 13', ' line 14', ' line 15', '+new', ' line 16', ' line 17', ' line 18', ''],
      ].join('\n'),
    )
  })

  it('shows a new file as it will be', () => {
    assert.equal(changeText({ path: '/f', file: 'f', before: undefined, after: 'a\n' }), '+++ f (new)\na\n')
  })

  it('turns one text into the other', () => {
    const text = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 12 }).map((lines) => lines.join('\n'))
    fc.assert(
      fc.property(text, text, (before, after) => {
        const lines = diff(before, after)
          .split('\n')
          .slice(2, -1)
          .filter((line) => !line.startsWith('@@'))
        const of = (kinds: string) =>
          lines.filter((line) => kinds.includes(line[0] ?? '?')).map((line) => line.slice(1))
        if (before === after) return assert.deepEqual(lines, [])
        // Short texts lie wholly in the context of their changes, but for equal ends.
        const [old, young] = [of(' -').join('\n'), of(' +').join('\n')]
        assert.ok(before.includes(old) && after.includes(young))
        assert.equal(before.replace(old, () => young).length, after.length)
      }),
    )
  })

  it('stays quick when everything is different', () => {
    const lines = (mark: string) => Array.from({ length: 20_000 }, (_, index) => `${mark}${index}`).join('\n')
    assert.equal(diff(lines('a'), lines('b')).split('\n').length, 40_004)
  })
})
