/** How a finished line answers the question whether a command's echo has come. */
export interface Echo {
  /** What stood before the command. */
  readonly prompt: string
  /** Lines that the echo takes, this one included. */
  readonly lines: number
}

export interface EchoReader {
  /** Takes the next finished line; the echo when it ends with this one. */
  read(line: string): Echo | undefined
}

/**
 * Looks for `prompt + command` in the lines that come back. Devices show it in one line, wrapped at their own width, scrolled
 * (IOS puts a `$` in front of the visible end) or with abbreviated words completed (Junos and SR OS on each space).
 * `isPrompt` decides about what stands in front of the command; `known` is the prompt as last seen.
 */
export function createEchoReader(command: string, known: string, isPrompt: (line: string) => boolean): EchoReader {
  const typed = command.trimEnd()
  const expected = squeeze(known + typed)
  const promptLength = squeeze(known).length
  let joined = ''
  let joinedLines = 0

  function startJoin(line: string): void {
    const part = line.startsWith(known) ? squeeze(line) : ''
    const begins = part.length > promptLength && part.length < expected.length && expected.startsWith(part)
    joined = begins ? part : ''
    joinedLines = begins ? 1 : 0
  }

  function inOneLine(line: string): string | undefined {
    const shown = line.trimEnd()
    if (shown.endsWith(typed)) {
      const prompt = shown.slice(0, shown.length - typed.length).trimEnd()
      if (prompt === known || (prompt !== '' && isPrompt(prompt))) return prompt
    }
    if (!shown.startsWith(known)) return undefined
    const rest = shown.slice(known.length).trimStart()
    const isScrolled = rest.length > 1 && rest.startsWith('$') && typed.endsWith(rest.slice(1))
    return isScrolled || isCompleted(rest, typed) ? known : undefined
  }

  return {
    read(line) {
      const prompt = inOneLine(line)
      if (prompt !== undefined) return { prompt, lines: 1 }
      if (joined === '') {
        startJoin(line)
        return undefined
      }
      const longer = joined + squeeze(line)
      if (longer === expected) return { prompt: known, lines: joinedLines + 1 }
      if (expected.startsWith(longer)) {
        joined = longer
        joinedLines++
      } else startJoin(line)
      return undefined
    },
  }
}

function squeeze(text: string): string {
  return text.replaceAll(/\s+/g, '')
}

/** `show version` for a typed `sh ver`: the same words, each at least as long as it was typed. */
function isCompleted(shown: string, typed: string): boolean {
  const words = shown.split(/\s+/)
  const typedWords = typed.trim().split(/\s+/)
  return words.length === typedWords.length && words.every((word, index) => word.startsWith(typedWords[index] ?? '\0'))
}
