import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, it } from 'mocha'
import { openStateStore } from '../../../packages/core/src/state/open-state-store.ts'
import { temporaryFolder } from '../../support/sqlite-under-test.ts'

const writerScript = fileURLToPath(new URL('../../support/state-writer.ts', import.meta.url))

/** sql.js lets in one program at a time: its three writers take turns, at the pace of the kills. */
const engines = [
  { scheme: 'sqlite', kills: process.env.NETLATCH_LONG ? 200 : 6 },
  { scheme: 'sqljs', kills: process.env.NETLATCH_LONG ? 200 : 4 },
] as const

/** Long enough for the turn of the third, however busy the machine is. */
const waitMs = 60_000

interface Writer {
  readonly child: ChildProcess
  said: string
}

type Line = readonly string[]

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
    writers.clear()
    await rm(folder, { recursive: true, force: true })
  })

  const open = (scheme: string) =>
    openStateStore({ url: `${scheme}:${path}`, workspace: 'office', program: { program: 'netlatch', user: 'test' } })

  async function startRun(scheme: string): Promise<string> {
    await using store = await open(scheme)
    return store.startRun({ operation: 'discover', selection: 'all', devices: 0 })
  }

  /** Resolves when it has been promised a result, or was not let in. */
  async function start(scheme: string, run: string, accounts: number): Promise<Writer> {
    const args = [writerScript, `${scheme}:${path}`, String(accounts), run, String(waitMs)]
    const child = spawn(process.execPath, args, {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const writer: Writer = { child, said: '' }
    writers.add(writer)
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      writer.said += text
    })
    while (!/^(result|refused) .*\n/m.test(writer.said)) await once(child.stdout, 'data')
    return writer
  }

  async function kill({ child }: Writer): Promise<void> {
    const closed = once(child, 'close')
    child.kill('SIGKILL')
    await closed
  }

  function linesOf(all: Iterable<Writer>): readonly Line[] {
    return [...all].flatMap(({ said }) =>
      said
        .split('\n')
        .slice(0, -1)
        .map((line) => line.split(' ')),
    )
  }

  for (const { scheme, kills } of engines)
    it(`has lost nothing it acknowledged after ${kills} kills of three writers with ${scheme}, and allowed nothing twice`, async function () {
      this.timeout(kills * 3_000 + 30_000)
      const run = await startRun(scheme)
      let left = kills
      await Promise.all(
        [1, 2, 3].map(async () => {
          while (left > 0) {
            const writer = await start(scheme, run, kills * 40)
            await sleep(Math.random() * 150)
            left -= 1
            await kill(writer)
          }
        }),
      )

      const lines = linesOf(writers)
      const said = (word: string) => lines.filter(([first]) => first === word)
      assert.deepEqual(said('refused'), [], 'each was let in before it was killed')
      const after = await open(scheme)
      using database = new DatabaseSync(path, { readOnly: true })
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
      assert.ok(sent.length >= kills / 2, 'attempts were made')

      const audit = await after.verifyAudit()
      assert.ok(audit.intact, JSON.stringify(audit))
      assert.equal(audit.entries, [...outcomes.values()].filter((outcome) => outcome !== null).length)
      await after[Symbol.asyncDispose]()
      const beside = (await readdir(folder)).filter((name) => /lock|saving/.test(name))
      assert.deepEqual(beside, [], 'what the killed left is cleared away')
    })

  it('loses what it acknowledged where three programs load and save it whole without holding it', async function () {
    this.timeout(60_000)
    const run = await startRun('sqljs')
    const three = await Promise.all([1, 2, 3].map(() => start('naive', run, 1_000)))
    const acknowledged = () => linesOf(three).filter(([word]) => word === 'result')
    while (acknowledged().length < 60) await sleep(20)
    await Promise.all(three.map(kill))
    await using after = await open('sqljs')
    const results = new Set((await after.results(run)).map(({ device }) => device))
    const lost = acknowledged().filter(([, device = '']) => !results.has(device))
    assert.ok(lost.length > 0, 'this test would not see a lost write')
  })
})
