/**
 * Reads what a terminal would show: bytes in, lines of plain text out. Control sequences are obeyed where they move or erase
 * text (backspaces, carriage returns, erase-line, cursor columns) and dropped otherwise, so that a pager which rubs itself out
 * leaves nothing behind. Time is linear in the bytes; memory is one unfinished line, whose length the reader can watch.
 */
export interface TerminalText {
  /** Takes bytes in any portions; calls back once for each line that was finished, without its line end. */
  write(chunk: Uint8Array, onLine: (line: string) => void): void
  /** The unfinished line as it stands on the screen: where a prompt is. */
  readonly line: string
  /** Its length, without building it. */
  readonly lineLength: number
}

export interface TerminalTextOptions {
  /** Where the terminal wraps: a carriage return goes to the start of the wrapped row. @default 511 */
  readonly columns?: number
}

/** What ends a control string (OSC, DCS …) that was never terminated, so that it cannot swallow the output. */
const maxControlString = 4096
const maxSequence = 64

/** Anything but text, tabs and ended lines. */
const unusual = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]|\r(?!\n)/

type State = 'text' | 'escape' | 'charset' | 'csi' | 'string' | 'string-escape'

export function createTerminalText({ columns = 511 }: TerminalTextOptions = {}): TerminalText {
  const decoder = new TextDecoder()
  const row = createLine(columns)
  let state: State = 'text'
  let sequence = ''
  let skipped = 0

  /** Handles one character outside plain text; says whether it finished a line. */
  function control(code: number): boolean {
    if (code === 0x0a) return true
    if (code === 0x0d) row.moveTo(0)
    else if (code === 0x08) row.moveBy(-1)
    else if (code === 0x09) row.put('\t')
    else if (code === 0x1b) state = 'escape'
    else if (code === 0x9b) startSequence()
    else if (code === 0x90 || code === 0x98 || (code >= 0x9d && code <= 0x9f)) startString()
    // Everything else (NUL, BEL, DEL, C1) shows nothing.
    return false
  }

  function startSequence(): void {
    state = 'csi'
    sequence = ''
  }

  function startString(): void {
    state = 'string'
    skipped = 0
  }

  function afterEscape(char: string): boolean {
    state = 'text'
    if (char === '[') startSequence()
    else if (char === ']' || char === 'P' || char === 'X' || char === '^' || char === '_') startString()
    else if ('()*+-./#% '.includes(char)) state = 'charset'
    // NEL and IND: ProCurve ends its lines with ESC E.
    else return char === 'E' || char === 'D'
    return false
  }

  function csi(code: number, char: string): void {
    const isFinal = code >= 0x40 && code <= 0x7e
    if (!isFinal) {
      sequence += char
      if (sequence.length > maxSequence) state = 'text'
      return
    }
    state = 'text'
    // Private modes, bracketed paste (?2004h) among them, change nothing that is shown.
    if (/^[<-?]/.test(sequence)) return
    const numbers = sequence.split(';').map((part) => Number.parseInt(part, 10) || 0)
    const first = numbers[0] ?? 0
    if (char === 'K' || char === 'J') row.erase(first)
    else if (char === 'G') row.moveTo(Math.max(first, 1) - 1)
    // The row is unknown: screens of network devices draw their prompt on the last one.
    else if (char === 'H' || char === 'f') row.moveTo(Math.max(numbers[1] ?? 0, 1) - 1)
    else if (char === 'C') row.moveBy(Math.max(first, 1))
    else if (char === 'D') row.moveBy(-Math.max(first, 1))
  }

  /** Inside a sequence or string. Line ends and ESC abort it, so that a broken one costs at most itself. */
  function inSequence(code: number, char: string): boolean {
    const breaks = code === 0x0a || code === 0x0d || code === 0x1b
    if (state === 'string' || state === 'string-escape') {
      const ends = code === 0x07 || code === 0x9c || (state === 'string-escape' && char === '\\')
      if (ends || ++skipped > maxControlString) state = 'text'
      else if (code === 0x1b) state = 'string-escape'
      else if (breaks) {
        state = 'text'
        return control(code)
      } else state = 'string'
      return false
    }
    if (breaks) {
      state = 'text'
      return control(code)
    }
    if (state === 'escape') return afterEscape(char)
    if (state === 'charset') state = 'text'
    // C0 controls inside a sequence act at once (ECMA-48), as a terminal does.
    else if (code < 0x20) return control(code)
    else csi(code, char)
    return false
  }

  /** What most devices send most of the time. */
  function plainLines(text: string, onLine: (line: string) => void): void {
    let at = 0
    for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', at)) {
      const isReturned = end > at && text.charCodeAt(end - 1) === 0x0d
      if (end - Number(isReturned) > at) row.put(text.slice(at, end - Number(isReturned)))
      onLine(row.finish())
      at = end + 1
    }
    if (at < text.length) row.put(text.slice(at))
  }

  return {
    write(chunk, onLine) {
      const text = decoder.decode(chunk, { stream: true })
      if (state === 'text' && !unusual.test(text)) return plainLines(text, onLine)
      let at = 0
      while (at < text.length) {
        if (state === 'text') {
          const end = endOfPlainText(text, at)
          if (end > at) {
            row.put(text.slice(at, end))
            at = end
            continue
          }
        }
        const code = text.charCodeAt(at)
        const finished = state === 'text' ? control(code) : inSequence(code, text.charAt(at))
        at++
        if (finished) onLine(row.finish())
      }
    },
    get line() {
      return row.text()
    },
    get lineLength() {
      return row.length()
    },
  }
}

function endOfPlainText(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code < 0x20 || (code >= 0x7f && code <= 0x9f)) return at
  }
  return text.length
}

/** One line under the cursor. Plain appending stays a string; cells are made only when something is overwritten. */
function createLine(columns: number) {
  let plain = ''
  /** null is a cell that was rubbed out: a blank inside the line, nothing at its end. */
  let cells: (string | null)[] | undefined
  let cursor = 0
  /** Where the wrapped row under the cursor begins. */
  let rowStart = 0
  /** How far the line was written since the cursor last came back to its start: blanks behind that are left from before. */
  let writtenTo = 0

  const length = (): number => cells?.length ?? plain.length

  function text(): string {
    if (cells === undefined) return plain
    let end = cells.length
    while (end > 0 && isLeftOver(cells, end - 1)) end--
    if (cells.every(isBlank)) return ''
    return cells
      .slice(0, end)
      .map((cell) => cell ?? ' ')
      .join('')
  }

  const isBlank = (cell: string | null): boolean => cell === null || cell === ' '
  /** IOS leaves the last blank of its pager standing: nine backspaces, eight blanks, nine backspaces for ten characters. */
  const isLeftOver = (all: readonly (string | null)[], at: number): boolean =>
    all[at] === null || (all[at] === ' ' && at >= writtenTo)

  function edit(): (string | null)[] {
    if (cells === undefined) {
      cells = plain.split('')
      writtenTo = cells.length
    }
    return cells
  }

  function overwrite(run: string): void {
    const target = edit()
    if (cursor === rowStart) writtenTo = rowStart
    while (target.length < cursor) target.push(' ')
    for (let index = 0; index < run.length; index++, cursor++) {
      const char = run.charAt(index)
      const rubsOut = char === ' ' && cursor < target.length && target[cursor] !== null
      target[cursor] = rubsOut ? null : char
    }
    writtenTo = Math.max(writtenTo, cursor)
  }

  return {
    length,
    text,
    put(run: string): void {
      if (cells === undefined && cursor >= plain.length) {
        plain = cursor > plain.length ? plain.padEnd(cursor) + run : plain + run
        cursor += run.length
      } else overwrite(run)
      // The last column is full before the row wraps: the next character begins the new one.
      const beyond = cursor - rowStart - 1
      if (beyond >= columns) rowStart += Math.floor(beyond / columns) * columns
    },
    /** A column of the row, from 0. */
    moveTo(column: number): void {
      cursor = rowStart + Math.min(column, columns - 1)
    },
    moveBy(distance: number): void {
      cursor = Math.min(Math.max(cursor + distance, rowStart), Math.max(rowStart + columns - 1, cursor))
    },
    /** 0 to the end of the line, 1 to its start, 2 all of it (ECMA-48, EL; ED for the row that we know). */
    erase(part: number): void {
      if (part === 0) {
        if (cursor < length()) edit().length = cursor
        return
      }
      const target = edit()
      if (part === 1) target.fill(null, rowStart, Math.min(cursor + 1, target.length))
      else target.length = Math.min(rowStart, target.length)
    },
    finish(): string {
      const line = text()
      plain = ''
      cells = undefined
      cursor = 0
      rowStart = 0
      writtenTo = 0
      return line
    },
  }
}
