import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import { NetlatchError } from '../errors.ts'

/** A git process that stays open and answers a line with an answer each, in their order. */
export interface Conversation<A> {
  /** Questions that were asked and not answered yet. */
  readonly waiting: number
  /** Waits for nobody's answer before it asks. Throws GIT_FAILED when git ends instead of answering this question. */
  ask(question: string): Promise<A>
  close(): Promise<void>
}

interface Partner {
  readonly child: ChildProcessWithoutNullStreams
  readonly answer: Answer
  /** Of the questions before; none fails it. */
  last: Promise<unknown>
  isGone: boolean
}

/** Asked of a process that ended over a question before this one: another process has to be asked. */
class Unheard extends Error {}

/** Keeps one process for many questions of a line each; starts it at the first, and again after it failed. */
export function openConversation<A>(
  start: () => Promise<ChildProcessWithoutNullStreams>,
  read: (answer: Answer) => Promise<A>,
): Conversation<A> {
  let partner: Promise<Partner> | undefined
  const pending = new Set<Promise<A>>()
  const begin = async (): Promise<Partner> => {
    // A program that cannot be started says so on the next tick, which comes before what is awaited, but not among it.
    await undefined
    const child = await start()
    return { child, answer: listen(child), last: Promise.resolve(), isGone: false }
  }
  const askOnce = async (question: string): Promise<A> => {
    partner ??= begin()
    const asked = partner
    const forget = () => {
      if (partner === asked) partner = undefined
    }
    const found = await asked.catch((error: unknown) => {
      forget()
      throw error
    })
    found.child.stdin.write(`${question}\n`)
    const answered = found.last.then(async () => {
      if (found.isGone) throw new Unheard()
      try {
        return await read(found.answer)
      } catch (error) {
        found.isGone = true
        found.child.kill()
        forget()
        throw error
      }
    })
    // Not the answer itself: it may be a whole configuration.
    found.last = answered.then(
      () => undefined,
      () => undefined,
    )
    return answered
  }
  const askUntilHeard = async (question: string): Promise<A> => {
    for (;;) {
      try {
        return await askOnce(question)
      } catch (error) {
        if (!(error instanceof Unheard)) throw error
      }
    }
  }
  return {
    get waiting() {
      return pending.size
    },
    ask(question) {
      const answer = askUntilHeard(question).finally(() => pending.delete(answer))
      pending.add(answer)
      return answer
    },
    async close() {
      await Promise.allSettled(pending)
      const { child } = (await partner?.catch(() => undefined)) ?? {}
      partner = undefined
      if (!child) return
      const closed = new Promise((resolve) => child.once('close', resolve))
      child.stdin.end()
      if (child.exitCode === null && child.signalCode === null) await closed
    },
  }
}

export interface Answer {
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
      const parts = [pending]
      let length = pending.length
      while (length < count) {
        const chunk = await more()
        parts.push(chunk)
        length += chunk.length
      }
      pending = parts.length === 1 ? pending : Buffer.concat(parts)
      return take(count)
    },
  }
}
