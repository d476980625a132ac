/** What a platform's command line is to the terminal that shows it. */
export interface CommandLine {
  /** After the login, before the first prompt. */
  greeting(): string
  /** With what stands before it: Junos leaves a line free. */
  prompt(): string
  /** What the line editor adds to an echoed line. */
  readonly echoSuffix: string
  readonly pager: Pager
  run(line: string): Answer
}

export interface Pager {
  readonly prompt: string
  /** Wipes the prompt out again. */
  readonly erase: string
}

/** Lines end in `\n`; the terminal makes `\r\n` of them. */
export interface Answer {
  readonly text?: string
  /** The text is a running configuration: faults in it apply, and it is counted. */
  readonly configuration?: boolean
  /** Rows of the terminal from now on; 0 is no paging. */
  readonly rows?: number
  /** Asks without echo, and goes on with what was typed. */
  readonly ask?: { readonly prompt: string; readonly answer: (input: string) => Answer }
  /** Ends the session. */
  readonly close?: boolean
  readonly unpaged?: boolean
}

/** What a command line needs to know of its device. */
export interface CliDevice {
  readonly name: string
  readonly hostname: string
  readonly serial: string
  readonly motd: string | undefined
  readonly enableSecret: string | undefined
  /** A login server answers: it checks enable secrets too, and asks once. */
  readonly hasLoginServer: boolean
  now(): Date
  /** The running configuration as the device writes it out now. */
  captureConfiguration(): string
  startupConfiguration(): string
  saveConfiguration(): void
  enableAttempt(outcome: 'accepted' | 'rejected'): void
}
