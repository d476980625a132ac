import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import {
  type FileHandle,
  mkdir,
  open as openFile,
  readdir,
  readFile,
  rm,
  stat,
  utimes,
  writeFile,
} from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, it } from 'mocha'
import { NetlatchError } from '../../../packages/core/src/errors.ts'
import { checkStateFile, openStateStore } from '../../../packages/core/src/state/open-state-store.ts'
import { placeOf } from '../../../packages/core/src/state/process-place.ts'
import type { StateStore } from '../../../packages/core/src/state/state-store.ts'
import { temporaryFolder } from '../../support/sqlite-under-test.ts'

describe('state file of sql.js', () => {
  let folder: string
  let path: string
  const opened: StateStore[] = []

  beforeEach(async () => {
    folder = await temporaryFolder()
    path = join(folder, 'state.db')
  })
  afterEach(async () => {
    for (const store of opened.splice(0)) await store[Symbol.asyncDispose]()
    await rm(folder, { recursive: true, force: true })
  })

  const program = { program: 'netlatch', user: 'operator' }
  async function open(url = `sqljs:${path}`, waitMs = 0): Promise<StateStore> {
    const store = await openStateStore({ url, workspace: 'office', program, waitMs })
    opened.push(store)
    return store
  }
  async function close(): Promise<void> {
    for (const store of opened.splice(0)) await store[Symbol.asyncDispose]()
  }
  const startRun = (store: StateStore) => store.startRun({ operation: 'discover', selection: 'all', devices: 1 })
  const locks = async () => (await readdir(folder)).filter((name) => name.startsWith('state.db.lock.'))

  function refusal(code: string, message: RegExp) {
    return (error: unknown) => {
      assert.ok(error instanceof NetlatchError, String(error))
      assert.equal(error.code, code)
      assert.match(error.message, message)
      return true
    }
  }

  /** As a program would leave it that ended without closing. */
  async function leaveLock(changes: object): Promise<string> {
    const place = await placeOf(process.pid)
    const name = 'state.db.lock.left'
    const claim = { ...place, program: 'n8n', user: 'n8n', host: hostname(), pid: process.pid, ...changes }
    await writeFile(join(folder, name), JSON.stringify(claim))
    return name
  }

  /** The number of a process that has ended. */
  const endedPid = () => spawnSync(process.execPath, ['-e', '']).pid

  it('is whole after every write, for its owner alone, and leaves nothing beside it', async () => {
    const store = await open()
    const run = await startRun(store)
    using reader = new DatabaseSync(path, { readOnly: true })
    assert.equal(reader.prepare('select id from runs').get()?.id, run)
    assert.equal((await stat(path)).mode & 0o777, 0o600)
    await close()
    assert.deepEqual(await readdir(folder), ['state.db'])
    assert.equal((await (await open()).runs())[0]?.id, run)
  })

  it('has a write on the disk before it says so: the new file first, then its name', async () => {
    const store = await open()
    const handle = await openFile(path)
    const prototype = Object.getPrototypeOf(handle)
    await handle.close()
    const { sync } = prototype
    const before = (await stat(path)).ino
    const seen: string[] = []
    prototype.sync = async function (this: FileHandle) {
      const what = (await this.stat()).isDirectory() ? 'folder' : 'file'
      seen.push(`${what}, ${(await stat(path)).ino === before ? 'old' : 'new'} name`)
      return Reflect.apply(sync, this, [])
    }
    try {
      await startRun(store)
    } finally {
      prototype.sync = sync
    }
    assert.deepEqual(seen, ['file, old name', 'folder, new name'])
  })

  describe('that another program has', () => {
    it('is refused, with who has it, and used as soon as it is free', async () => {
      const first = await open()
      await assert.rejects(
        open(),
        refusal('STATE_BUSY', /^state\.db is held by netlatch \(pid \d+, host .+\), .* 0 s\. .*Nothing was sent\.$/),
      )
      const second = open(`sqljs:${path}`, 10_000)
      const run = await startRun(first)
      await first[Symbol.asyncDispose]()
      assert.equal((await (await second).runs())[0]?.id, run)
    })

    it('goes to one of many who ask at once', async () => {
      const asked = await Promise.allSettled(Array.from({ length: 8 }, () => open(`sqljs:${path}`, 3_000)))
      assert.equal(asked.filter(({ status }) => status === 'fulfilled').length, 1)
      assert.equal((await locks()).length, 1)
    })

    it('can be checked all the same', async () => {
      assert.equal((await checkStateFile(`sqljs:${path}`)).bytes, 0)
      await startRun(await open())
      const check = await checkStateFile(`sqljs:${path}`)
      assert.deepEqual([check.engine, check.schema, check.problems], ['sql.js', check.latest, []])
      assert.match(check.heldBy ?? '', /^netlatch \(pid /)
      await close()
      assert.equal((await checkStateFile(`sqljs:${path}`)).heldBy, undefined)
    })

    it('is free when that program has ended without a word', async () => {
      await leaveLock({ pid: endedPid() })
      await writeFile(join(folder, 'state.db.saving.left'), 'half')
      await startRun(await open())
      assert.equal((await locks()).length, 1)
      await close()
      assert.deepEqual(await readdir(folder), ['state.db'])
    })

    it('is not free while its program runs in another container or on another host, as far as one can tell', async () => {
      await leaveLock({ pid: endedPid(), host: 'elsewhere' })
      await assert.rejects(open(), refusal('STATE_BUSY', /n8n \(pid \d+, host elsewhere\)/))
      const name = await leaveLock({ pid: endedPid(), namespace: 'pid:[1]' })
      await assert.rejects(open(), refusal('STATE_BUSY', /held by n8n/))
      await writeFile(join(folder, name), 'not what we write')
      await assert.rejects(open(), refusal('STATE_BUSY', /held by another program/))
      await assert.rejects(open(), (error: NetlatchError) => /remove state\.db\.lock\.left/.test(error.advice ?? ''))
    })

    it('is free when its number has gone to another process, or the machine was started again', async function () {
      if (process.platform !== 'linux') return this.skip()
      await leaveLock({ started: '1' })
      await open()
      await close()
      await leaveLock({ boot: 'an earlier one' })
      await open()
    })
  })

  describe('that somebody else wrote', () => {
    it('is not written over', async () => {
      const store = await open()
      await startRun(store)
      await utimes(path, new Date(0), new Date(0))
      await assert.rejects(
        startRun(store),
        refusal('STATE_UNAVAILABLE', /somebody else wrote it\. Nothing was written/),
      )
      assert.equal((await store.runs()).length, 1, 'what was refused is not remembered either')
    })

    it('is not written once our lock file is gone', async () => {
      const store = await open()
      const before = await readFile(path)
      for (const name of await locks()) await rm(join(folder, name))
      await assert.rejects(
        startRun(store),
        refusal('STATE_UNAVAILABLE', /our lock file was removed\. Nothing was written/),
      )
      assert.deepEqual(await readFile(path), before)
    })
  })

  it('is used again after a write that failed, with all that was acknowledged', async () => {
    const store = await open()
    const run = await startRun(store)
    const [lock = ''] = await locks()
    const draft = join(folder, lock.replace('.lock.', '.saving.'))
    // A folder in the way of the new file, as a full disk would be.
    await mkdir(draft)
    await assert.rejects(startRun(store), refusal('STATE_UNAVAILABLE', /state\.db: it cannot be opened \(EISDIR\)/))
    assert.deepEqual(
      (await store.runs()).map(({ id }) => id),
      [run],
    )
    const later = await startRun(store)
    await close()
    assert.deepEqual(
      (await (await open()).runs()).map(({ id }) => id),
      [later, run],
    )
  })

  describe('that is none', () => {
    it('is refused when it is empty, and stays so', async () => {
      await writeFile(path, '')
      await assert.rejects(open(), refusal('STATE_UNAVAILABLE', /is empty \(0 bytes\)/))
      await assert.rejects(checkStateFile(`sqljs:${path}`), refusal('STATE_UNAVAILABLE', /is empty \(0 bytes\)/))
      assert.equal((await stat(path)).size, 0)
    })

    it("is refused when it is node:sqlite's, in use or closed, and the other way round", async () => {
      const live = await open(`sqlite:${path}`)
      await startRun(live)
      await assert.rejects(open(), refusal('STATE_UNAVAILABLE', /written with node:sqlite\. Write `state: sqlite:…`/))
      await close()
      await assert.rejects(open(), refusal('STATE_UNAVAILABLE', /written with node:sqlite/))
      await rm(path)
      await open()
      await assert.rejects(open(`sqlite:${path}`), refusal('STATE_UNAVAILABLE', /written with sql\.js/))
      await assert.rejects(checkStateFile(`sqlite:${path}`), refusal('STATE_UNAVAILABLE', /written with sql\.js/))
      await close()
      await assert.rejects(open(`sqlite:${path}`), refusal('STATE_UNAVAILABLE', /written with sql\.js/))
    })

    it('is refused when another program left its changes beside it, or set it to a write-ahead log', async () => {
      await open()
      await close()
      const other = new DatabaseSync(path)
      other.exec('pragma journal_mode = wal; delete from store')
      await assert.rejects(
        open(),
        refusal('STATE_UNAVAILABLE', /changes of another SQLite program lie in state\.db-wal/),
      )
      other.close()
      await assert.rejects(open(), refusal('STATE_UNAVAILABLE', /set it to write-ahead logging/))
    })

    it('is refused when it is damaged, and left as it was', async () => {
      await startRun(await open())
      await close()
      const bytes = await readFile(path)
      const torn = bytes.subarray(0, bytes.length / 2)
      torn.fill(0xff, 4_096)
      for (const broken of [Buffer.from('x'.repeat(4_096)), torn]) {
        await writeFile(path, broken)
        await assert.rejects(open(), refusal('STATE_UNAVAILABLE', /not a SQLite database|damaged/))
        assert.deepEqual(await readFile(path), broken)
        assert.deepEqual(await locks(), [])
      }
    })
  })

  it('is none in memory: nothing is written, and each opening starts anew', async () => {
    const store = await open('sqlite::memory:')
    await startRun(store)
    assert.equal((await store.runs()).length, 1)
    assert.deepEqual(await readdir(folder), [])
    assert.deepEqual(await (await open('sqlite::memory:')).runs(), [])
  })
})
