import { unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ArchivedText } from './archive.ts'
import { type Answer, type Conversation, openConversation } from './git-conversation.ts'
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
