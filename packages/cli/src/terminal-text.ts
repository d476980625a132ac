import { printableText } from '@netlatch/core'
import type { Terminal } from './terminal.ts'

/** Text of a device: to a file or a pipe as it is; a terminal gets nothing that could steer it. */
export function writeText(terminal: Terminal, text: string): void {
  terminal.write(process.stdout.isTTY ? printableText(text) : text)
}
