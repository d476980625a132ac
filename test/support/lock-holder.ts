/** A program of its own that takes the write lock of a state file and keeps it until its standard input ends. */
import { DatabaseSync } from 'node:sqlite'
import { openStateStore } from '../../packages/core/src/state/open-state-store.ts'

const [, , path = ''] = process.argv
const program = { program: 'n8n', user: 'n8n', host: 'netops-1', pid: 4121 }
const store = await openStateStore({ url: `sqlite:${path}`, workspace: 'office', program })
await store.startRun({ operation: 'discover', selection: 'all', devices: 1 })
const database = new DatabaseSync(path)
database.exec('begin immediate')
process.stdout.write('held\n')
process.stdin.resume()
process.stdin.on('end', () => {
  database.exec('rollback')
  process.exit()
})
