import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { DatabaseSync } from 'node:sqlite'

/** What a backup may not leave out, in the plainest way. */
export interface Disk extends AsyncDisposable {
  /** Before a secret is sent. */
  begin(device: string): void
  end(device: string): void
  /** As a blob of a git repository. */
  store(device: string, text: Buffer): Promise<void>
}

/** A row for each attempt, on the disk before the secret leaves and once more when it is over; one git for all blobs. */
export function openDisk(folder: string): Disk {
  const database = new DatabaseSync(join(folder, 'attempts.sqlite'))
  database.exec(
    'pragma journal_mode = wal; pragma synchronous = full; create table attempts (device text primary key, ended)',
  )
  const begin = database.prepare('insert into attempts values (?, 0)')
  const end = database.prepare('update attempts set ended = 1 where device = ?')
  const repository = join(folder, 'archive.git')
  execFileSync('git', ['init', '--quiet', '--bare', repository])
  const options = [
    '--git-dir',
    repository,
    '-c',
    'core.fsync=all',
    'hash-object',
    '-w',
    '--no-filters',
    '--stdin-paths',
  ]
  const git = spawn('git', options, { stdio: ['pipe', 'pipe', 'inherit'] })
  const closed = once(git, 'close')
  const waiting: (() => void)[] = []
  createInterface({ input: git.stdout }).on('line', () => waiting.shift()?.())
  return {
    begin: (device) => void begin.run(device),
    end: (device) => void end.run(device),
    async store(device, text) {
      const file = join(folder, device)
      await writeFile(file, text)
      await new Promise<void>((resolve) => {
        waiting.push(resolve)
        git.stdin.write(`${file}\n`)
      })
    },
    async [Symbol.asyncDispose]() {
      if (git.exitCode === null) {
        git.stdin.end()
        await closed
      }
      if (database.isOpen) database.close()
    },
  }
}
