import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before } from 'mocha'

/** A folder for the tests of a `describe`, removed after them. Call it there; the function gives the path inside a test. */
export function temporaryFolder(): () => string {
  let folder = ''
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'netlatch-'))
  })
  after(() => rm(folder, { recursive: true, force: true }))
  return () => folder
}
