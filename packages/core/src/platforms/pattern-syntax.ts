import type { PatternFault } from './pattern-fault.ts'

/** What JavaScript's patterns have and a linear engine cannot: at the place where it begins. */
const unsupported: readonly { readonly at: RegExp; readonly message: string; readonly advice: string }[] = [
  {
    at: /\(\?[=!]/y,
    message: 'looks ahead, which no engine does in linear time',
    advice: 'Match the text itself, and list what does not count under except: or not_section:.',
  },
  {
    at: /\(\?>/y,
    message: 'has an atomic group',
    advice: 'Write (?: … ): nothing here backtracks.',
  },
  {
    at: /\\[1-9]|\\k</y,
    message: 'refers back to a group',
    advice: 'Write out what may stand there; close: can name a group of open: as {name}.',
  },
  { at: /\\u/y, message: 'writes a character as \\u', advice: 'Write \\x{00A0}, or the character itself.' },
  { at: /\\c[A-Za-z]/y, message: 'writes a control character as \\c', advice: 'Write it as \\x1b.' },
  { at: /\[\^?\]/y, message: 'has an empty [ ]', advice: 'Write [\\s\\S] for any character, \\] for a bracket.' },
]

/** The longest repetition that RE2 counts out. */
const maxRepeat = 1000

/** The first piece that needs backtracking or is written in a way of JavaScript alone. */
export function findUnsupported(pattern: string): PatternFault | undefined {
  let inClass = false
  for (let at = 0; at < pattern.length; at++) {
    const found = unsupported.find((one) => {
      one.at.lastIndex = at
      return (!inClass || one.at.source.startsWith('\\\\')) && one.at.test(pattern)
    })
    if (found) return { message: found.message, advice: found.advice, offset: at }
    const repeat = inClass ? undefined : repeatAt(pattern, at)
    if (repeat !== undefined && repeat > maxRepeat) {
      return {
        message: `repeats ${repeat} times`,
        advice: `Repeat at most ${maxRepeat} times, or write + or *.`,
        offset: at,
      }
    }
    const char = pattern[at]
    if (char === '\\') at += 1
    else if (char === '[') inClass = true
    else if (char === ']') inClass = false
  }
  return undefined
}

function repeatAt(pattern: string, at: number): number | undefined {
  const match = pattern[at] === '{' ? /^\{(\d+)(?:,(\d*))?\}/.exec(pattern.slice(at, at + 20)) : null
  return match ? Math.max(Number(match[1]), Number(match[2] ?? 0)) : undefined
}
