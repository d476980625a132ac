import { formatDuration } from '@netlatch/core'
import { MultiBar } from 'cli-progress'
import type { Terminal } from './terminal.ts'
import { wrapWords } from './wrap-words.ts'

export interface Progress {
  /** Counts by symbol, `opened 224  ✗ 3`. */
  update(done: number, counts: string): void
  /** Writes a line above the bar. */
  line(text: string): void
  stop(): void
}

const everyMs = 10_000

/** A bar at the bottom of a terminal; elsewhere one line every ten seconds, without carriage returns. */
export function startProgress(terminal: Terminal, total: number, verb: string): Progress {
  return terminal.hasBar && total > 1 ? drawBar(terminal, total) : writeLines(terminal, total, verb)
}

function drawBar(terminal: Terminal, total: number): Progress {
  const isPlain = terminal.symbols.good === 'ok'
  // The one that can write lines above itself. Ctrl-C is ours: the bar stays until the work has ended.
  const bars = new MultiBar({
    format: '  {bar}  {value}/{total}  {percentage}%{eta_formatted}   {counts}',
    barCompleteChar: isPlain ? '#' : '━',
    barIncompleteChar: isPlain ? '.' : '─',
    barsize: 32,
    // Before the first end nothing is known.
    formatTime: (seconds) => (seconds > 0 ? `  ${formatDuration(seconds * 1000)} left` : ''),
    stream: process.stderr,
    hideCursor: true,
    clearOnComplete: true,
    gracefulExit: false,
    fps: 10,
    // A line above the bar takes its place: it is drawn again though nothing moved.
    forceRedraw: true,
  })
  const bar = bars.create(total, 0, { counts: '' })
  let isDrawn = true
  return {
    update: (done, counts) => bar.update(done, { counts }),
    line: (text) => bars.log(`${aboveBar(text, process.stderr.columns)}\n`),
    stop: () => {
      if (!isDrawn) return
      isDrawn = false
      // Lines wait for the next drawing.
      bars.update()
      bars.stop()
    },
  }
}

/** A line in as many as it needs: the terminal breaks none itself while there is a bar, and what is too long would be lost. */
export function aboveBar(text: string, columns: number): string {
  return text.length <= columns ? text : `  ${wrapWords(text.trim(), columns, 4).trimStart()}`
}

function writeLines(terminal: Terminal, total: number, verb: string): Progress {
  const started = performance.now()
  let shown = started
  return {
    update: (done, counts) => {
      const now = performance.now()
      if (terminal.quiet || now - shown < everyMs) return
      shown = now
      terminal.note(`${verb}: ${done}/${total} after ${Math.round((now - started) / 1000)} s  ${counts}`)
    },
    line: (text) => terminal.note(text),
    stop: () => undefined,
  }
}
