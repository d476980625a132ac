import type { Terminal } from './terminal.ts'

/** Ctrl-C once: nothing new is started and what is in flight ends well. Twice: everything stops now. */
export interface Interrupts extends Disposable {
  /** Fires at the first Ctrl-C. */
  readonly finish: AbortSignal
  /** Fires at the second, and at SIGTERM. */
  readonly signal: AbortSignal
}

export function watchInterrupts(terminal: Terminal): Interrupts {
  const finish = new AbortController()
  const stop = new AbortController()
  const onInterrupt = () => {
    if (finish.signal.aborted) return stop.abort(new Error('stopped by Ctrl-C'))
    // In lines that fit: a terminal with a bar on it breaks none.
    terminal.note('\nFinishing the logins in flight …')
    terminal.note('Press again to stop now: they will count as failed.')
    finish.abort(new Error('stopped by Ctrl-C'))
  }
  const onTerminate = () => {
    finish.abort(new Error('stopped'))
    stop.abort(new Error('stopped'))
  }
  process.on('SIGINT', onInterrupt)
  process.on('SIGTERM', onTerminate)
  return {
    finish: finish.signal,
    signal: stop.signal,
    [Symbol.dispose]: () => {
      process.off('SIGINT', onInterrupt)
      process.off('SIGTERM', onTerminate)
    },
  }
}
