import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it } from 'mocha'
import { checkOutput, writeOutput } from '../../packages/cli/src/output-file.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

describe('an output file', () => {
  const folder = temporaryFolder()
  const write = async (name: string, rows: readonly object[], columns: readonly string[] = ['a', 'b']) => {
    await writeOutput(join(folder(), name), rows, columns)
    return readFile(join(folder(), name), 'utf8')
  }

  it('never gives a spreadsheet a formula', async () => {
    for (const start of ['=', '+', '-', '@', '\t', '\r'])
      assert.match(await write('x.csv', [{ a: `${start}HYPERLINK("http://192.0.2.1")`, b: -3 }]), /^a,b\r\n"?'/)
    assert.match(await write('x.csv', [{ a: 'fine', b: -3 }]), /fine,-3\r\n$/)
  })

  it('quotes what would break a line or a cell', async () => {
    assert.equal(await write('x.csv', [{ a: 'one, "two"\nthree', b: null }]), 'a,b\r\n"one, ""two""\nthree",\r\n')
    assert.match(await write('x.md', [{ a: 'one | two\nthree', b: '<b>' }]), /one \\\| two three \| \\<b\\>/)
  })

  it('takes its form from the end of its name, and refuses others before any work', async () => {
    assert.deepEqual(JSON.parse(await write('x.json', [{ a: 1 }])), [{ a: 1 }])
    assert.equal(await write('x.ndjson', [{ a: 1 }, { a: 2 }]), '{"a":1}\n{"a":2}\n')
    assert.throws(() => checkOutput({ output: 'results.xlsx' }), { code: 'USAGE' })
    checkOutput({})
  })
})
