import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import { unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { NetlatchError } from '../errors.ts'
import type { ArchivedText } from './archive.ts'
import type { Git } from './git-process.ts'

/** Git waits for the disk with each object: several at once wait together. */
const mostWriters = 4

/** Reads and writes blobs through a few git processes that stay open: thousands of files without a process for each. */
export interface GitObjects extends AsyncDisposable {
  /** Returns the blob's id when it is on the disk. */
  write(text: string): Promise<string>
  /** By id, or by `<commit>:<path>`. Null when there is none, or when it is no blob. */
  read(name: string): Promise<ArchivedText | null>
}

/** @param scratch A folder of this process, in which a text lies until git has it. */
export function openGitObjects(git: Git, scratch: () => Promise<string>): GitObjects {
  const writers = Array.from({ length: mostWriters }, () =>
    openConversation(
      async () => git.start(['hash-object', '-w', '--no-filters', '--stdin-paths'], await scratch()),
      async (answer) => answer.line(),
    ),
  )
  const reader = openConversation(async () => git.start(['cat-file', '--batch']), readBatchAnswer)
  return {
    async write(text) {
      // Relative to the folder git runs in: git takes a whole line as a path, and folders may have any name.
      const name = crypto.randomUUID()
      const file = join(await scratch(), name)
      await writeFile(file, text, { mode: 0o600, flag: 'wx' })
      try {
        return await leastBusy(writers).ask(name)
      } finally {
        // Whoever tidied the folder meanwhile has removed it.
        await unlink(file).catch(() => undefined)
      }
    },
    async read(name) {
      if (name.includes('\n')) return null
      return reader.ask(name)
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([...writers, reader].map((each) => each.close()))
    },
  }
}

async function readBatchAnswer(answer: Answer): Promise<ArchivedText | null> {
  const [blob, type, size] = (await answer.line()).split(' ')
  if (blob === undefined || size === undefined || !/^[0-9a-f]{40,64}$/.test(blob)) return null
  const bytes = await answer.bytes(Number(size) + 1)
  return type === 'blob' ? { blob, text: bytes.toString('utf8', 0, bytes.length - 1) } : null
}

function leastBusy<A>(conversations: readonly Conversation<A>[]): Conversation<A> {
  return conversations.reduce((least, each) => (each.waiting < least.waiting ? each : least))
}

interface Conversation<A> {
  /** Questions that were asked and not answered yet. */
  readonly waiting: number
  /** Questions are answered one after another. */
  ask(question: string): Promise<A>
  close(): Promise<void>
}

/** Keeps one process for many questions of a line each; starts it at the first, and again after it failed. */
function openConversation<A>(
  start: () => Promise<ChildProcessWithoutNullStreams>,
  read: (answer: Answer) => Promise<A>,
): Conversation<A> {
  let process: { readonly child: ChildProcessWithoutNullStreams; readonly answer: Answer } | undefined
  let last: Promise<unknown> = Promise.resolve()
  let waiting = 0
  const askNow = async (question: string) => {
    if (!process) {
      const child = await start()
      process = { child, answer: listen(child) }
    }
    try {
      process.child.stdin.write(`${question}\n`)
      return await read(process.answer)
    } catch (error) {
      process.child.kill()
      process = undefined
      throw error
    }
  }
  return {
    get waiting() {
      return waiting
    },
    ask(question) {
      waiting += 1
      const answer = last
        .then(() => askNow(question))
        .finally(() => {
          waiting -= 1
        })
      last = answer.catch(() => undefined)
      return answer
    },
    async close() {
      await last
      if (!process) return
      const { child } = process
      process = undefined
      const closed = new Promise((resolve) => child.once('close', resolve))
      child.stdin.end()
      if (child.exitCode === null && child.signalCode === null) await closed
    },
  }
}

interface Answer {
  /** Without its line feed. */
  line(): Promise<string>
  bytes(count: number): Promise<Buffer>
}

function listen(child: ChildProcessWithoutNullStreams): Answer {
  const chunks = child.stdout[Symbol.asyncIterator]()
  let complaint = ''
  let failure: Error | undefined
  let pending: Buffer = Buffer.alloc(0)
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint = (complaint + text).slice(-2000)
  })
  child.on('error', (error) => {
    failure = error
  })
  // A process that ended shows on stdout as well, where the reason is made.
  child.stdin.on('error', () => undefined)
  const take = (count: number) => {
    const taken = pending.subarray(0, count)
    pending = pending.subarray(count)
    return taken
  }
  const more = async () => {
    const { value, done } = await chunks.next()
    if (done) throw new NetlatchError('GIT_FAILED', `git: ${complaint.trim() || 'ended early'}`, { cause: failure })
    return value as Buffer
  }
  return {
    async line() {
      let end = pending.indexOf(10)
      while (end === -1) {
        pending = Buffer.concat([pending, await more()])
        end = pending.indexOf(10)
      }
      return take(end + 1).toString('utf8', 0, end)
    },
    async bytes(count) {
      const parts = [take(Math.min(count, pending.length))]
      let length = parts[0]?.length ?? 0
      while (length < count) {
        const chunk = await more()
        parts.push(chunk)
        length += chunk.length
      }
      const all = Buffer.concat(parts)
      pending = all.subarray(count)
      return all.subarray(0, count)
    },
  }
}
