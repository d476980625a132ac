/** How a finished line answers the question whether a command's echo has come. */
export interface Echo {
  /** What stood before the command. */
  readonly prompt: string
  /** Output in front of the prompt on the same line: it did not end with a line end. */
  readonly glued: string
  /** Lines that the echo takes, this one included. */
  readonly lines: number
}

export interface EchoPrompt {
  /** As last seen. */
  readonly known: string
  /** Only then text in front of it is output; before, it may be the rest of the real prompt. */
  readonly isLearned: boolean
  /** Decides about anything else that stands in front of the command. */
  readonly isPrompt: (line: string) => boolean
}

export interface EchoReader {
  /** Takes the next finished line; the echo when it ends with this one. */
  read(line: string): Echo | undefined
}

/**
 * Looks for `prompt + command` in the lines that come back. Devices show it in one line, wrapped at their own width, scrolled
 * (IOS puts a `$` in front of the visible end) or with abbreviated words completed (Junos and SR OS on each space).
 */
export function createEchoReader(command: string, { known, isLearned, isPrompt }: EchoPrompt): EchoReader {
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

  function inOneLine(line: string): Pick<Echo, 'prompt' | 'glued'> | undefined {
    const shown = line.trimEnd()
    if (shown.endsWith(typed)) {
      const prompt = shown.slice(0, shown.length - typed.length).trimEnd()
      if (prompt === known || (isLearned && prompt.endsWith(known)))
        return { prompt: known, glued: prompt.slice(0, prompt.length - known.length) }
      if (prompt !== '' && isPrompt(prompt)) return { prompt, glued: '' }
    }
    if (!shown.startsWith(known)) return undefined
    const rest = shown.slice(known.length).trimStart()
    const isScrolled = rest.length > 1 && rest.startsWith('$') && typed.endsWith(rest.slice(1))
    return isScrolled || isCompleted(rest, typed) ? { prompt: known, glued: '' } : undefined
  }

  return {
    read(line) {
      const found = inOneLine(line)
      if (found) return { ...found, lines: 1 }
      if (joined === '') {
        startJoin(line)
        return undefined
      }
      const longer = joined + squeeze(line)
      if (longer === expected) return { prompt: known, glued: '', lines: joinedLines + 1 }
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
