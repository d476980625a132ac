import type { Answer, CliDevice, CommandLine, Pager } from './command-line.ts'
import { type Command, matchCommand } from './command-table.ts'

/** A vendor that no built-in platform knows: prompts, words and pager of its own. */
export class AcmeCommandLine implements CommandLine {
  readonly echoSuffix = ''
  readonly pager: Pager = { prompt: '-- press space --', erase: `\r${' '.repeat(20)}\r` }
  readonly #device: CliDevice
  readonly #commands: readonly Command<Answer>[]
  #mode: 'oper' | 'chief'

  constructor(device: CliDevice, privileged: boolean) {
    this.#device = device
    this.#mode = privileged ? 'chief' : 'oper'
    const modes = ['oper', 'chief']
    this.#commands = [
      { words: 'screen lines <rows>', modes, run: ([rows]) => ({ rows: Number(rows) || 0 }) },
      { words: 'print version', modes, run: () => ({ text: `Acme OS version 4.2\nserial ${device.serial}\n` }) },
      {
        words: 'print config',
        modes: ['chief'],
        run: () => ({ text: device.captureConfiguration(), configuration: true }),
      },
      { words: 'elevate', modes: ['oper'], run: () => this.#elevate() },
      { words: 'bye', modes, run: () => ({ close: true }) },
    ]
  }

  greeting(): string {
    return 'Welcome to Acme OS.\n'
  }

  prompt(): string {
    return `{${this.#device.hostname}} ${this.#mode} % `
  }

  run(line: string): Answer {
    if (line.trim() === '') return {}
    const match = matchCommand(line, this.#commands, this.#mode)
    return match.found === 'command' ? match.command.run(match.values) : { text: `?? unknown: ${line.trim()}\n` }
  }

  #elevate(): Answer {
    const answer = (input: string): Answer => {
      const accepted = input === this.#device.enableSecret
      this.#device.enableAttempt(accepted ? 'accepted' : 'rejected')
      if (accepted) this.#mode = 'chief'
      return accepted ? {} : { text: '?? wrong code\n' }
    }
    return { ask: { prompt: 'Elevation code: ', answer } }
  }
}
