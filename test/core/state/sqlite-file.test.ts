import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { chmod, mkdir, readdir, rm, stat, symlink, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { afterEach, beforeEach, describe, it } from 'mocha'
import { NetlatchError } from '../../../packages/core/src/errors.ts'
import { nameFileSystem } from '../../../packages/core/src/state/network-file-system.ts'
import { openStateStore } from '../../../packages/core/src/state/open-state-store.ts'
import { ensureSqliteFile } from '../../../packages/core/src/state/sqlite-file.ts'
import { loadNodeSqlite } from '../../../packages/core/src/state/sqlite-module.ts'
import { temporaryFolder } from '../../support/sqlite-under-test.ts'

describe('state file', () => {
  let folder: string
  let path: string

  beforeEach(async () => {
    folder = await temporaryFolder()
    path = join(folder, '.netlatch', 'state.db')
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  const open = (file = path) =>
    openStateStore({ url: `sqlite:${file}`, workspace: 'w', program: { program: 'netlatch', user: 'operator' } })

  async function refused(file: string, message: RegExp): Promise<void> {
    await assert.rejects(open(file), (error) => {
      assert.ok(error instanceof NetlatchError, String(error))
      assert.equal(error.code, 'STATE_UNAVAILABLE')
      assert.match(error.message, message)
      return true
    })
  }

  it('is made for its owner alone, and leaves nothing else behind', async () => {
    await (await open())[Symbol.asyncDispose]()
    assert.equal((await stat(path)).mode & 0o777, 0o600)
    assert.equal((await stat(join(folder, '.netlatch'))).mode & 0o777, 0o700)
    assert.deepEqual(await readdir(join(folder, '.netlatch')), ['state.db'])
  })

  it('is one file for all who start at once', async () => {
    const stores = await Promise.all(Array.from({ length: 5 }, () => open()))
    for (const [i, store] of stores.entries())
      await store.saveVaultPin({ vaultId: String(i), fingerprint: '', epoch: 1, revs: {} })
    for (const store of stores) assert.equal((await store.vaultPin())?.vaultId, '4')
    for (const store of stores) await store[Symbol.asyncDispose]()
  })

  it('is taken as it is where another program makes it while it is looked for', async () => {
    for (let round = 0; round < 400; round += 1) {
      const file = join(folder, `${round}.db`)
      const ensured = ensureSqliteFile(file, async () => undefined)
      for (let turn = 0; turn < round % 40; turn += 1) await nextTurn()
      // As SQLite leaves it: the database first, and what is written to it beside it.
      writeFileSync(file, 'database')
      writeFileSync(`${file}-wal`, 'its last changes')
      await ensured
    }
  })

  it('is opened where it is an empty database', async () => {
    await mkdir(join(folder, '.netlatch'))
    const empty = new DatabaseSync(path)
    empty.exec('vacuum')
    empty.close()
    const store = await open()
    assert.deepEqual(await store.runs(), [])
    await store[Symbol.asyncDispose]()
  })

  it('is refused when it has 0 bytes', async () => {
    const file = join(folder, 'state.db')
    await writeFile(file, '')
    await refused(file, /is empty \(0 bytes\)/)
  })

  it('is refused when it is a symbolic link, a folder or no database', async () => {
    await writeFile(join(folder, 'real.db'), 'x'.repeat(4_096))
    await symlink(join(folder, 'real.db'), join(folder, 'state.db'))
    await refused(join(folder, 'state.db'), /symbolic link/)
    await refused(folder, /not a file/)
    await refused(join(folder, 'real.db'), /real\.db: it is not a SQLite database/)
    await refused(join(folder, 'real.db', 'state.db'), /a part of its path is a file/)
  })

  it("is refused when it is another program's database, and left as it was", async () => {
    const file = join(folder, 'other.db')
    const other = new DatabaseSync(file)
    other.exec('create table customers (name text)')
    other.close()
    await refused(file, /another program's database/)
    using again = new DatabaseSync(file)
    assert.deepEqual(again.prepare('select name from sqlite_master').all().length, 1)
    assert.equal(again.prepare('pragma journal_mode').get()?.journal_mode, 'delete')
  })

  it('is not started anew while its last changes lie beside it', async () => {
    const store = await open()
    await store.startRun({ operation: 'discover', selection: 'all', devices: 1 })
    await unlink(path)
    await refused(path, /state\.db-wal, which holds its last changes, is there/)
    await Promise.allSettled([store[Symbol.asyncDispose]()])
  })

  it('is refused without permission to write', async function () {
    // Root may write anywhere, so a child gives that up first.
    if (process.getuid?.() === undefined) return this.skip()
    await (await open())[Symbol.asyncDispose]()
    await chmod(folder, 0o755)
    await chmod(join(folder, '.netlatch'), 0o555)
    await chmod(path, 0o444)
    const script = `
      import { openStateStore } from ${JSON.stringify(import.meta.resolve('../../../packages/core/src/state/open-state-store.ts'))}
      import process from 'node:process'
      if (process.getuid() === 0) process.setuid(65534)
      const program = { program: 'netlatch', user: 'nobody' }
      for (const file of ${JSON.stringify([path, join(folder, '.netlatch', 'new.db')])})
        await openStateStore({ url: 'sqlite:' + file, workspace: 'w', program })
          .then((store) => store.startRun({ operation: 'discover', selection: 'all', devices: 1 }))
          .then(() => console.log('written'), (error) => console.log(error.code, error.message))`
    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' })
    const lines = stdout.trim().split('\n')
    assert.equal(lines.length, 2, stderr)
    assert.match(
      lines[0] ?? '',
      /^STATE_UNAVAILABLE .*state\.db: it cannot be (written|opened)\. Check the permissions/,
    )
    assert.match(lines[1] ?? '', /^STATE_UNAVAILABLE .*new\.db: no permission to write there\./)
    await chmod(join(folder, '.netlatch'), 0o755)
  })
})

describe('network file systems', () => {
  const mounts = [
    '21 1 8:1 / / rw - ext4 /dev/sda1 rw',
    '40 21 0:50 / /mnt/lab rw shared:1 - fuse.sshfs ops@lab:/ rw',
    '41 21 0:51 / /mnt/usb rw - fuseblk /dev/sdb1 rw',
  ].join('\n')

  it('are told from local ones by their number', () => {
    assert.equal(nameFileSystem(0x6969, '/srv', ''), 'NFS')
    assert.equal(nameFileSystem(0x01021997, '/mnt/c', ''), '9p')
    assert.equal(nameFileSystem(0xff534d42, '/srv', ''), 'SMB/CIFS')
    assert.equal(nameFileSystem(0xff534d42 | 0, '/srv', ''), 'SMB/CIFS', 'signed')
    assert.equal(nameFileSystem(0xef53, '/srv', ''), undefined, 'ext4')
    assert.equal(nameFileSystem(0x794c7630, '/srv', ''), undefined, 'overlayfs')
  })

  it('are told from local ones by their mount where FUSE hides the number', () => {
    assert.equal(nameFileSystem(0x65735546, '/mnt/lab/netlatch', mounts), 'sshfs')
    assert.equal(nameFileSystem(0x65735546, '/mnt/usb/netlatch', mounts), undefined)
    assert.equal(nameFileSystem(0x65735546, '/mnt/laboratory', mounts), undefined)
  })
})

describe('node:sqlite', () => {
  it('is not asked of a Node that is too old', () => {
    for (const version of ['20.20.2', '22.13.0', '22.17.1'])
      assert.throws(() => loadNodeSqlite(version), /needs Node 22\.18 or later, this is /)
    assert.ok(loadNodeSqlite('24.0.0').DatabaseSync)
  })

  it('is loaded without its warning; every other warning is heard', () => {
    const script = `
      import { loadNodeSqlite } from ${JSON.stringify(import.meta.resolve('../../../packages/core/src/state/sqlite-module.ts'))}
      const emitWarning = process.emitWarning
      loadNodeSqlite()
      if (process.emitWarning !== emitWarning) throw new Error('not restored')
      process.emitWarning('still heard', 'ExperimentalWarning')`
    const { stderr, status } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' })
    assert.equal(status, 0, stderr)
    assert.match(stderr, /still heard/)
    assert.doesNotMatch(stderr, /SQLite/)
  })
})
