import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { readCsv } from '../../../../packages/core/src/inventory/import/csv-rows.ts'
import { importCsv, importNetRaven } from '../../../../packages/core/src/inventory/import/tables.ts'
import { importedSecret, importFile, inventoryOf, shownNotes } from '../../../support/imported-inventory.ts'

describe('reading CSV', () => {
  it('reads quotes, line breaks in cells, separators of spreadsheets and the line of each row', () => {
    assert.deepEqual(readCsv('\uFEFFa;"b\nb";"c ""c"""\r\n\r\n1;2;3'), {
      rows: [
        { line: 1, cells: ['a', 'b\nb', 'c "c"'] },
        { line: 4, cells: ['1', '2', '3'] },
      ],
    })
    assert.deepEqual(readCsv('sep=|\nname|host\na|b\n'), {
      rows: [
        { line: 2, cells: ['name', 'host'] },
        { line: 3, cells: ['a', 'b'] },
      ],
    })
    assert.deepEqual(readCsv('a,"b\n1,2\n'), { brokenAt: 1 })
  })

  it('reads back whatever was written with quotes', () => {
    const cell = fc.string({ unit: fc.constantFrom('a', '"', ',', ';', '\n', '\t', ' ', 'ä', "'") })
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell, cell), { minLength: 1 }), (cells) => {
        const text = cells.map((row) => row.map((each) => `"${each.replaceAll('"', '""')}"`).join(',')).join('\n')
        const reading = readCsv(`x,y,z\n${text}`)
        const rows = 'rows' in reading ? reading.rows.slice(1).map((row) => row.cells) : []
        assert.deepEqual(
          rows,
          cells.filter((row) => row.some((each) => each.trim() !== '')),
        )
      }),
    )
  })
})

describe('importing a table', () => {
  it('matches the names of columns loosely', () => {
    const imported = importCsv(importFile('devices.csv'), 'devices.csv')
    const inventory = inventoryOf(imported)
    assert.deepEqual(inventory.problems, [])
    assert.deepEqual(
      inventory.devices.map(({ name, hosts: [host], platform, site, tags, status }) => [
        name,
        host,
        platform,
        site,
        tags.join(' '),
        status,
      ]),
      [
        ['fra-sw-1', '10.0.0.1', 'cisco_ios', 'Frankfurt', 'core lab', 'active'],
        ['fra-sw-2', '10.0.0.2', 'arista_eos', 'Frankfurt "West"', 'edge', 'offline'],
        ['fra-sw-6', '10.0.0.6', 'autodetect', undefined, '', 'active'],
      ],
    )
    for (const head of ['name,hostname', 'device,ip', 'hostname,primary_ip4', 'host', 'Host Name;Management Address']) {
      const separator = head.includes(';') ? ';' : ','
      const row = head.includes(separator) ? `a${separator}10.0.0.1` : '10.0.0.1'
      assert.equal(importCsv(`${head}\n${row}\n`, 'x.csv').devices[0]?.values.host, '10.0.0.1', head)
    }
  })

  it('reports every row that was not taken, and every column with secrets', () => {
    const imported = importCsv(importFile('devices.csv'), 'devices.csv')
    assert.deepEqual(shownNotes(imported), [
      'secret: column ssh_password (fra-sw-1)',
      'skipped: no address (fra-sw-3)',
      'skipped: no name (line 5)',
      'skipped: a name that is there twice (fra-sw-1 (line 6))',
      'platform: platform "OneOS" (fra-sw-6)',
      'left-out: column rack has no place in an inventory (fra-sw-1 fra-sw-2)',
      'left-out: host "10.0.0.300" is not valid (fra-sw-3)',
    ])
    assert.doesNotMatch(JSON.stringify(imported), new RegExp(importedSecret))
  })

  it('refuses a table without names of columns, and an open quote', () => {
    assert.throws(() => importCsv('10.0.0.1,10.0.0.2\n', 'x.csv'), { code: 'INPUT_INVALID' })
    assert.throws(() => importCsv('', 'x.csv'), { code: 'INPUT_INVALID' })
    assert.throws(() => importCsv('name,host\n"a,1\n', 'x.csv'), { message: 'x.csv:2: a quote that is not closed.' })
  })

  it("reads NetRaven's table and JSON", () => {
    const table = inventoryOf(importNetRaven(importFile('netraven.csv'), 'netraven.csv'))
    assert.deepEqual(table.problems, [])
    assert.deepEqual(
      table.devices.map(({ name, hosts, port, platform, tags }) => [name, ...hosts, port, platform, tags.join(' ')]),
      [
        ['core-1', '10.0.0.2', 22, 'cisco_ios', 'netraven-1 netraven-2'],
        ['edge-17', '10.0.5.17', 2222, 'arista_eos', 'netraven-2'],
      ],
    )
    const json = importNetRaven(importFile('netraven.json'), 'netraven.json')
    assert.deepEqual(
      inventoryOf(json).devices.map(({ name, hosts, platform, tags }) => [name, ...hosts, platform, tags.join(' ')]),
      [
        ['core-1', '10.0.0.2', 'cisco_ios', 'core'],
        ['edge-17', '2001:db8::17', 'autodetect', 'netraven-2'],
      ],
    )
    assert.deepEqual(shownNotes(json), ['platform: platform "yamaha" (edge-17)'])
    assert.throws(() => importNetRaven('{"detail": "Not authenticated"}', 'x.json'), { code: 'INPUT_INVALID' })
  })
})
