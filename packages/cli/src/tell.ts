import type { Terminal } from './terminal.ts'

/** The one answer of a command: an object under `--json`, else its text. */
export function tell(terminal: Terminal, object: Readonly<Record<string, unknown>>, text: string): void {
  terminal.emit(object)
  if (!terminal.json && text !== '') terminal.say(text)
}
