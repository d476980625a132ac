import type { Shell } from '../connection/transport.ts'

/** One turn of a device: what it waits for, and the bytes that it shows then. */
export interface ScriptStep {
  /** Absent: shown without being asked, as a banner. */
  readonly sent?: string
  readonly shows: string
  /** Plays this step as often as it is asked for: the last one. */
  readonly repeats?: boolean
}

export interface ScriptedShell extends Shell {
  /** Everything that was written so far. */
  readonly written: string
  readonly isClosed: boolean
  /** Shows bytes that no script foresaw. */
  show(bytes: string | Buffer): void
  close(): void
  /** What was written and no step waited for. */
  readonly unexpected: string
}

/** Where a text is cut into packets; gets the length that is left, gives the length of the next packet. */
export type Cut = (left: number) => number

export const whole: Cut = (left) => left
export const bytewise: Cut = () => 1

/** Random packets, the same ones for the same seed (mulberry32). */
export function randomCuts(seed: number, longest = 40): Cut {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return 1 + (((mixed ^ (mixed >>> 14)) >>> 0) % longest)
  }
}

/** A device that plays its part: keeps what is typed ahead, answers step by step, each answer in packets of its own. */
export function scriptedShell(script: readonly ScriptStep[], cut: Cut = whole): ScriptedShell {
  const packets: Buffer[] = []
  let step = 0
  let input = ''
  let written = ''
  let isClosed = false
  let isPumping = false
  let onData: ((chunk: Buffer) => void) | undefined
  let onClose: (() => void) | undefined

  function pump(): void {
    if (isPumping || !onData) return
    isPumping = true
    setImmediate(deliver)
  }

  function deliver(): void {
    isPumping = false
    if (isClosed) return
    const packet = packets.shift()
    if (packet) onData?.(packet)
    else advance()
    if (packets.length > 0 || canAdvance()) pump()
  }

  function canAdvance(): boolean {
    const next = script[step]
    return next !== undefined && input.startsWith(next.sent ?? '')
  }

  function advance(): void {
    const next = script[step]
    if (next === undefined || !input.startsWith(next.sent ?? '')) return
    input = input.slice((next.sent ?? '').length)
    if (!next.repeats) step++
    queue(Buffer.from(next.shows))
  }

  function queue(bytes: Buffer): void {
    for (let at = 0; at < bytes.length; ) {
      const length = Math.min(cut(bytes.length - at), bytes.length - at)
      packets.push(bytes.subarray(at, at + length))
      at += length
    }
  }

  const shell: ScriptedShell = {
    get written() {
      return written
    },
    get isClosed() {
      return isClosed
    },
    get unexpected() {
      return script[step]?.sent?.startsWith(input) ? '' : input
    },
    write(text) {
      written += text
      input += text
      pump()
    },
    onData(callback) {
      onData = callback
      pump()
    },
    onClose(callback) {
      onClose = callback
    },
    pause() {},
    resume() {},
    resize() {},
    show(bytes) {
      queue(Buffer.from(bytes))
      pump()
    },
    close() {
      isClosed = true
      onClose?.()
    },
    async [Symbol.asyncDispose]() {
      shell.close()
    },
  }
  return shell
}
