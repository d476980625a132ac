import type { ServerChannel } from 'ssh2'
import type { Faults } from './description.ts'

export interface CutOutput {
  readonly text: string
  /** What follows it: the rest of the session, or what went wrong. */
  readonly ending: 'done' | 'prompt' | 'reset' | 'silence'
}

/** The part of a configuration that a faulty device writes out. */
export function cutShort(text: string, faults: Faults): CutOutput {
  if (faults.truncatesAt !== undefined) {
    // Real truncation ends with a whole line: nothing but the missing rest gives it away.
    const part = share(text, faults.truncatesAt)
    return { text: part.slice(0, part.lastIndexOf('\n') + 1), ending: 'prompt' }
  }
  if (faults.stallsAt !== undefined) return { text: share(text, faults.stallsAt), ending: 'silence' }
  if (faults.dropsAt !== undefined) return { text: share(text, faults.dropsAt), ending: 'reset' }
  return { text, ending: 'done' }
}

function share(text: string, part: number): string {
  return text.slice(0, Math.floor(text.length * part))
}

/** The same lines again and again, as fast as they are read; holds one copy of them. */
export function writeForEver(channel: ServerChannel, text: string): void {
  const again = (): void => {
    if (!channel.writable) return
    if (channel.write(text)) setImmediate(again)
    else channel.once('drain', again)
  }
  again()
}
