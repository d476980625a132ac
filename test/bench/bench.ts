/** npm run bench [-- [suite …] [--json] [--runs N]]: how fast Netlatch is, beside bare ssh2 and its peers; docs/performance.md. */
import { parseArgs } from 'node:util'
import type { BenchOptions } from './bench-options.ts'
import { buildClients } from './client-process.ts'
import type { Figure } from './figures.ts'
import { figureJson, figureTable, machine } from './print-figures.ts'
import { archiveSuite } from './suites/archive.ts'
import { backupSuite } from './suites/backup.ts'
import { backupToolsSuite } from './suites/backup-tools.ts'
import { commandsSuite } from './suites/commands.ts'
import { discoverySuite } from './suites/discovery.ts'
import { editorSuite } from './suites/editor.ts'
import { inventorySuite } from './suites/inventory.ts'
import { memorySuite } from './suites/memory.ts'
import { roundTripSuite } from './suites/round-trips.ts'
import { stateSuite } from './suites/state.ts'

const suites: Readonly<Record<string, (options: BenchOptions) => AsyncGenerator<Figure>>> = {
  inventory: inventorySuite,
  discovery: discoverySuite,
  'round-trips': roundTripSuite,
  backup: backupSuite,
  'backup-tools': backupToolsSuite,
  archive: archiveSuite,
  state: stateSuite,
  editor: editorSuite,
  memory: memorySuite,
  commands: commandsSuite,
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean', default: false }, runs: { type: 'string', default: '3' } },
})
const unknown = positionals.filter((name) => !Object.hasOwn(suites, name))
const runs = Number(values.runs)
if (unknown.length > 0 || !Number.isInteger(runs) || runs < 1) {
  process.stderr.write(`usage: npm run bench [-- [${Object.keys(suites).join('] [')}] [--json] [--runs N]]\n`)
  process.exit(2)
}

const started = new Date()
await buildClients()
const figures: Figure[] = []
const wanted = positionals.length > 0 ? positionals : Object.keys(suites)
for (const name of wanted) {
  process.stderr.write(`${name} …\n`)
  for await (const figure of suites[name]?.({ runs }) ?? []) figures.push(figure)
}
process.stdout.write(values.json ? figureJson(figures, started) : `${machine()}\n${figureTable(figures)}`)
