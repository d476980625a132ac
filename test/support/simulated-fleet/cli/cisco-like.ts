import type { Answer, CliDevice, CommandLine, Pager } from './command-line.ts'
import { type Command, matchCommand } from './command-table.ts'
import { filterOutput } from './output-filters.ts'

export type Mode = 'user' | 'privileged' | 'configuration' | 'sub-configuration'

/** What sets IOS and EOS apart, apart from their words. */
export interface CiscoDialect {
  readonly pager: Pager
  readonly subPrompt: string
  /** `| include a | count`: where this is false, a second bar belongs to the first one's pattern. */
  readonly chainsFilters: boolean
  greeting(device: CliDevice): string
  invalid(promptLength: number, at: number): string
  readonly ambiguous: (line: string) => string
  readonly incomplete: string
  /** The enable secret was wrong for good. */
  readonly enableRefused: (device: CliDevice) => string
  /** `enable` where no secret is set: open, or closed with this text. */
  readonly enableWithoutSecret: 'open' | string
  /** How often a wrong enable secret may be typed. */
  readonly enableTries: (device: CliDevice) => number
  commands(device: CliDevice): readonly Command<Answer>[]
}

/** The exec and configuration modes that IOS made and others took over. */
export class CiscoLikeCommandLine implements CommandLine {
  readonly echoSuffix = ''
  readonly pager: Pager
  readonly #device: CliDevice
  readonly #dialect: CiscoDialect
  readonly #commands: readonly Command<Answer>[]
  #mode: Mode
  #hostname: string | undefined

  constructor(device: CliDevice, dialect: CiscoDialect, privileged: boolean) {
    this.#device = device
    this.#dialect = dialect
    this.#mode = privileged ? 'privileged' : 'user'
    this.pager = dialect.pager
    this.#commands = [...dialect.commands(device), ...this.#modeCommands()]
  }

  greeting(): string {
    return this.#dialect.greeting(this.#device)
  }

  prompt(): string {
    const hostname = this.#hostname ?? this.#device.hostname
    const endings = {
      user: '>',
      privileged: '#',
      configuration: '(config)#',
      'sub-configuration': `(${this.#dialect.subPrompt})#`,
    }
    return hostname + endings[this.#mode]
  }

  run(line: string): Answer {
    const [input = '', ...rest] = line.split('|')
    const filters = this.#dialect.chainsFilters || rest.length === 0 ? rest : [rest.join('|')]
    if (input.trim() === '') return {}
    const match = matchCommand(input, this.#commands, this.#mode)
    if (match.found === 'unclear') {
      return { text: match.ambiguous ? this.#dialect.ambiguous(line.trim()) : this.#dialect.incomplete }
    }
    if (match.found === 'invalid') return { text: this.#dialect.invalid(this.prompt().length, match.at) }
    const answer = match.command.run(match.values)
    if (filters.length === 0) return answer
    const text = filters.reduce<string | null>(
      (kept, filter) => (kept === null ? null : filterOutput(kept, filter)),
      answer.text ?? '',
    )
    return text === null
      ? { text: this.#dialect.invalid(this.prompt().length, input.length + 2) }
      : { ...answer, text, configuration: false }
  }

  #modeCommands(): Command<Answer>[] {
    const enter = (mode: Mode, text?: string): Answer => {
      this.#mode = mode
      return text === undefined ? {} : { text }
    }
    const configuring = ['configuration', 'sub-configuration']
    return [
      { words: 'enable', modes: ['user', 'privileged'], run: () => this.#enable() },
      { words: 'disable', modes: ['privileged'], run: () => enter('user') },
      {
        words: 'configure terminal',
        modes: ['privileged'],
        run: () => enter('configuration', 'Enter configuration commands, one per line.  End with CNTL/Z.\n'),
      },
      { words: 'exit', modes: ['user', 'privileged'], run: () => ({ close: true }) },
      { words: 'logout', modes: ['user', 'privileged'], run: () => ({ close: true }) },
      { words: 'exit', modes: ['configuration'], run: () => enter('privileged') },
      { words: 'exit', modes: ['sub-configuration'], run: () => enter('configuration') },
      { words: 'end', modes: configuring, run: () => enter('privileged') },
      { words: 'interface <name>', modes: configuring, run: () => enter('sub-configuration') },
      { words: 'description ...', modes: ['sub-configuration'], run: () => ({}) },
      { words: 'shutdown', modes: ['sub-configuration'], run: () => ({}) },
      { words: 'no ...', modes: configuring, run: () => ({}) },
      {
        words: 'hostname <name>',
        modes: configuring,
        run: ([hostname]) => {
          this.#hostname = hostname
          return {}
        },
      },
    ]
  }

  #enable(): Answer {
    if (this.#mode === 'privileged') return {}
    if (this.#device.enableSecret !== undefined) return this.#askEnableSecret(1)
    if (this.#dialect.enableWithoutSecret !== 'open') return { text: this.#dialect.enableWithoutSecret }
    this.#mode = 'privileged'
    return {}
  }

  #askEnableSecret(attempt: number): Answer {
    const check = (input: string): Answer => {
      // An empty line is no try: pressing return at the prompt is how people leave it.
      const right = input === this.#device.enableSecret
      if (input !== '') this.#device.enableAttempt(right ? 'accepted' : 'rejected')
      if (right) {
        this.#mode = 'privileged'
        return {}
      }
      if (attempt < this.#dialect.enableTries(this.#device)) return this.#askEnableSecret(attempt + 1)
      return { text: this.#dialect.enableRefused(this.#device) }
    }
    return { ask: { prompt: 'Password: ', answer: check } }
  }
}
