import { StringDecoder } from 'node:string_decoder'
import type { ServerChannel } from 'ssh2'
import type { Answer, CommandLine } from './cli/command-line.ts'
import type { Faults } from './description.ts'
import { cutShort, writeForEver } from './faulty-output.ts'

export interface TerminalDevice {
  readonly faults: Faults
  later(callback: () => void): void
  commandRun(): void
  configurationServed(): void
  reset(): void
}

/** One shell: line editing with echo, typing ahead, paging, and the device's way of going wrong. */
export class Terminal {
  readonly #channel: ServerChannel
  readonly #cli: CommandLine
  readonly #device: TerminalDevice
  #rows: number
  #typed = ''
  #line = ''
  #afterReturn = false
  #output = ''
  #busy = false
  #pages: { lines: string[]; done: (whole: boolean) => void } | undefined
  #question: ((input: string) => Answer) | undefined

  constructor(channel: ServerChannel, cli: CommandLine, device: TerminalDevice, rows: number) {
    this.#channel = channel
    this.#cli = cli
    this.#device = device
    this.#rows = rows
  }

  start(): void {
    const decoder = new StringDecoder('utf8')
    this.#channel.on('data', (bytes: Buffer) => this.#type(decoder.write(bytes)))
    this.#channel.on('error', () => this.#channel.close())
    if (this.#device.faults.noPrompt) {
      this.#busy = true
      return
    }
    this.#put(this.#cli.greeting())
    this.#put(this.#cli.prompt())
    this.#flush()
  }

  #type(text: string): void {
    this.#typed += text
    this.#work()
  }

  #work(): void {
    while (this.#typed !== '' && !this.#busy) {
      if (this.#pages !== undefined) this.#turnPage(this.#take(1))
      else this.#edit()
    }
    this.#flush()
  }

  #take(length: number): string {
    const text = this.#typed.slice(0, length)
    this.#typed = this.#typed.slice(length)
    return text
  }

  /** Takes what was typed up to the end of the line, and runs the line when there is one. */
  #edit(): void {
    if (this.#afterReturn) {
      this.#afterReturn = false
      if (this.#typed.startsWith('\n')) this.#take(1)
    }
    const end = this.#typed.search(/[\r\n\x1a]/)
    const keys = this.#take(end === -1 ? this.#typed.length : end)
    if (/[\x00-\x1f\x7f]/.test(keys)) for (const key of keys) this.#key(key)
    else this.#insert(keys)
    if (end === -1) return
    const last = this.#take(1)
    this.#afterReturn = last === '\r'
    this.#enter(last === '\x1a' ? 'end' : this.#line)
  }

  #key(key: string): void {
    if (key === '\b' || key === '\x7f') {
      if (this.#line !== '' && this.#question === undefined) this.#put('\b \b')
      this.#line = this.#line.slice(0, -1)
    } else if (key === '\x15' || key === '\x03') {
      if (this.#question === undefined) this.#put('\b \b'.repeat(this.#line.length))
      this.#line = ''
    } else if (key >= ' ') this.#insert(key)
  }

  #insert(text: string): void {
    this.#line += text
    if (this.#question === undefined) this.#put(text)
  }

  #enter(line: string): void {
    this.#line = ''
    const question = this.#question
    this.#question = undefined
    this.#put(question === undefined && line.trim() !== '' ? `${this.#cli.echoSuffix}\n` : '\n')
    this.#busy = true
    if (question === undefined && line.trim() !== '') this.#device.commandRun()
    this.#device.later(() => {
      this.#show(question === undefined ? this.#cli.run(line) : question(line))
    })
  }

  #show(answer: Answer): void {
    if (answer.rows !== undefined) this.#rows = answer.rows
    const text = answer.text ?? ''
    if (answer.configuration) this.#showConfiguration(text, answer)
    else this.#page(text, answer, () => this.#finish(answer))
  }

  #showConfiguration(text: string, answer: Answer): void {
    if (this.#device.faults.endlessOutput) {
      this.#flush()
      writeForEver(this.#channel, toTerminal(text))
      return
    }
    const cut = cutShort(text, this.#device.faults)
    this.#page(cut.text, answer, (whole) => {
      if (cut.ending === 'prompt' || !whole) this.#finish(answer)
      else if (cut.ending === 'reset') this.#channel.write(this.#drain(), () => this.#device.reset())
      else if (cut.ending === 'done') {
        this.#device.configurationServed()
        this.#finish(answer)
      }
    })
  }

  #page(text: string, answer: Answer, done: (whole: boolean) => void): void {
    const lines = text.split('\n')
    if (this.#rows === 0 || answer.unpaged || lines.length <= this.#rows) {
      this.#put(text)
      done(true)
    } else {
      this.#put(`${lines.splice(0, this.#rows - 1).join('\n')}\n${this.#cli.pager.prompt}`)
      this.#pages = { lines, done }
      this.#busy = false
      this.#work()
    }
  }

  #turnPage(key: string): void {
    const pages = this.#pages
    if (pages === undefined) return
    if (key === 'q' || key === '\x03') {
      this.#put(this.#cli.pager.erase)
      this.#pages = undefined
      this.#busy = true
      pages.done(false)
      return
    }
    const more = key === ' ' ? this.#rows - 1 : key === '\r' || key === '\n' ? 1 : 0
    if (more === 0) return
    this.#put(this.#cli.pager.erase)
    this.#put(pages.lines.splice(0, more).join('\n'))
    // After the last line break stands an empty string, which is no line.
    if (pages.lines.join('') !== '' || pages.lines.length > 1) {
      this.#put(`\n${this.#cli.pager.prompt}`)
      return
    }
    if (pages.lines.length === 1) this.#put('\n')
    this.#pages = undefined
    this.#busy = true
    pages.done(true)
  }

  #finish(answer: Answer): void {
    if (answer.close) {
      this.#channel.write(this.#drain())
      this.#channel.exit(0)
      this.#channel.end()
      return
    }
    if (answer.ask !== undefined) {
      this.#question = answer.ask.answer
      this.#put(answer.ask.prompt)
    } else this.#put(this.#cli.prompt())
    this.#busy = false
    this.#work()
  }

  #put(text: string): void {
    this.#output += text
  }

  #drain(): string {
    const bytes = toTerminal(this.#output)
    this.#output = ''
    return bytes
  }

  #flush(): void {
    if (this.#output !== '' && this.#channel.writable) this.#channel.write(this.#drain())
  }
}

export function toTerminal(text: string): string {
  return text.replace(/\r?\n/g, '\r\n')
}
