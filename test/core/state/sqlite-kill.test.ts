import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, it } from 'mocha'
import { openStateStore } from '../../../packages/core/src/state/open-state-store.ts'
import { temporaryFolder } from '../../support/sqlite-under-test.ts'

const writerScript = fileURLToPath(new URL('../../support/state-writer.ts', import.meta.url))
const kills = process.env.NETLATCH_LONG ? 200 : 6
const accounts = kills * 40

interface Writer {
  readonly child: ChildProcess
  said: string
}

describe('state file whose programs are killed', () => {
  let folder: string
  let path: string
  const writers = new Set<Writer>()

  beforeEach(async () => {
    folder = await temporaryFolder()
    path = join(folder, 'state.db')
  })
  afterEach(async () => {
    for (const { child } of writers) child.kill('SIGKILL')
    await rm(folder, { recursive: true, force: true })
  })

  const open = () =>
    openStateStore({ url: `sqlite:${path}`, workspace: 'office', program: { program: 'netlatch', user: 'test' } })

  async function start(run: string): Promise<Writer> {
    const child = spawn(process.execPath, [writerScript, path, String(accounts), run], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const writer: Writer = { child, said: '' }
    writers.add(writer)
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      writer.said += text
    })
    await once(child.stdout, 'data')
    return writer
  }

  async function kill({ child }: Writer): Promise<void> {
    const closed = once(child, 'close')
    child.kill('SIGKILL')
    await closed
  }

  it(`has lost nothing it acknowledged after ${kills} kills of three writers, and allowed nothing twice`, async function () {
    this.timeout(kills * 3_000)
    const store = await open()
    const run = await store.startRun({ operation: 'discover', selection: 'all', devices: 0 })
    await store[Symbol.asyncDispose]()

    let left = kills
    await Promise.all(
      [1, 2, 3].map(async () => {
        while (left > 0) {
          const writer = await start(run)
          await sleep(Math.random() * 150)
          left -= 1
          await kill(writer)
        }
      }),
    )

    const lines = [...writers].flatMap(({ said }) =>
      said
        .split('\n')
        .slice(0, -1)
        .map((line) => line.split(' ')),
    )
    const said = (word: string) => lines.filter(([first]) => first === word)
    const after = await open()
    using database = new DatabaseSync(path)
    assert.equal(database.prepare('pragma integrity_check').get()?.integrity_check, 'ok')

    const results = new Set((await after.results(run)).map(({ device }) => device))
    assert.ok(said('result').length >= kills, 'the writers did work')
    for (const [, device = ''] of said('result')) assert.ok(results.has(device), `${device} is lost`)

    const outcomes = new Map(
      database
        .prepare('select id, outcome from attempts')
        .all()
        .map(({ id, outcome }) => [id, outcome]),
    )
    for (const [, , grant = ''] of said('sent')) assert.ok(outcomes.has(grant), `grant ${grant} is lost`)
    for (const [, grant = '', outcome = ''] of said('ended')) assert.equal(outcomes.get(grant), outcome)

    // Each secret went to the login server at most once: failed, or still counted as in flight for a killed program.
    const sent = said('sent').map(([, account]) => account)
    assert.equal(new Set(sent).size, sent.length)
    assert.ok(sent.length >= kills, 'attempts were made')

    const audit = await after.verifyAudit()
    assert.ok(audit.intact, JSON.stringify(audit))
    assert.equal(audit.entries, [...outcomes.values()].filter((outcome) => outcome !== null).length)
    await after[Symbol.asyncDispose]()
  })
})
