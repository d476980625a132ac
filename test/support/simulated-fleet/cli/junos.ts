import type { Answer, CliDevice, CommandLine, Pager } from './command-line.ts'
import { type Command, matchCommand } from './command-table.ts'
import { filterOutput } from './output-filters.ts'

/** The operational mode of Junos, and a configuration mode to enter and leave. */
export class JunosCommandLine implements CommandLine {
  // Completion on space ends each echoed line with one.
  readonly echoSuffix = ' '
  readonly pager: Pager = { prompt: '---(more)---', erase: `\r${' '.repeat(40)}\r` }
  readonly #device: CliDevice
  readonly #username: string
  readonly #commands: readonly Command<Answer>[]
  #mode: 'operational' | 'configuration' = 'operational'
  #greeted = false

  constructor(device: CliDevice, username: string) {
    this.#device = device
    this.#username = username
    this.#commands = this.#makeCommands()
  }

  greeting(): string {
    const motd = this.#device.motd === undefined ? '' : `${this.#device.motd}\n`
    return `${motd}--- JUNOS 21.4R3.15 Kernel 64-bit  JNPR-12.1-20220919.1\n`
  }

  prompt(): string {
    const free = this.#greeted ? '\n' : ''
    this.#greeted = true
    const name = `${this.#username}@${this.#device.hostname}`
    return this.#mode === 'operational' ? `${free}${name}> ` : `${free}[edit]\n${name}# `
  }

  run(line: string): Answer {
    const [input = '', ...filters] = line.split('|')
    if (input.trim() === '') return {}
    const match = matchCommand(input, this.#commands, this.#mode)
    const column = `${this.#username}@${this.#device.hostname}> `.length
    if (match.found === 'invalid') return { text: `${' '.repeat(column + match.at)}^\nunknown command.\n` }
    if (match.found === 'unclear') {
      return { text: `${' '.repeat(column + line.trimEnd().length)}^\nsyntax error, expecting <command>.\n` }
    }
    const answer = match.command.run(match.values)
    const text = filters.reduce<string | null>(
      (kept, filter) => (kept === null ? null : filterOutput(kept, filter)),
      answer.text ?? '',
    )
    if (text === null) return { text: `${' '.repeat(column + input.length + 2)}^\nunknown command.\n` }
    return { ...answer, text, unpaged: filters.some((filter) => filter.trim() === 'no-more') }
  }

  #makeCommands(): Command<Answer>[] {
    const modes = ['operational']
    const show = (words: string, text: () => string): Command<Answer> => ({
      words,
      modes,
      run: () => ({ text: text() }),
    })
    const enter = (mode: 'operational' | 'configuration', text: string): Answer => {
      this.#mode = mode
      return { text }
    }
    return [
      {
        words: 'set cli screen-length <rows>',
        modes,
        run: ([rows]) => ({ rows: Number(rows) || 0, text: `Screen length set to ${rows}\n` }),
      },
      show('set cli complete-on-space off', () => 'Disabling complete-on-space\n'),
      {
        words: 'set cli screen-width <columns>',
        modes,
        run: ([columns]) => ({ text: `Screen width set to ${columns}\n` }),
      },
      show('show version', () => version(this.#device)),
      show('show chassis hardware', () => hardware(this.#device)),
      show('show interfaces terse', () => interfaces(this.#device.captureConfiguration())),
      show('show system uptime', () => `Current time: ${junosTime(this.#device.now())}\n`),
      {
        words: 'show configuration',
        modes,
        run: () => ({ text: this.#device.captureConfiguration(), configuration: true }),
      },
      { words: 'configure', modes, run: () => enter('configuration', 'Entering configuration mode\n') },
      { words: 'exit', modes, run: () => ({ close: true, text: '\n' }) },
      { words: 'quit', modes, run: () => ({ close: true, text: '\n' }) },
      { words: 'exit', modes: ['configuration'], run: () => enter('operational', 'Exiting configuration mode\n') },
      { words: 'set ...', modes: ['configuration'], run: () => ({}) },
      { words: 'rollback <number>', modes: ['configuration'], run: () => ({ text: 'load complete\n' }) },
    ]
  }
}

export function junosTime(now: Date): string {
  return `${now.toISOString().slice(0, 19).replace('T', ' ')} UTC`
}

function version(device: CliDevice): string {
  return `Hostname: ${device.hostname}
Model: mx204
Junos: 21.4R3.15
JUNOS OS Kernel 64-bit  [20220919.1_builder_stable_12_214]
JUNOS OS libs [20220919.1_builder_stable_12_214]
JUNOS OS runtime [20220919.1_builder_stable_12_214]
`
}

function hardware(device: CliDevice): string {
  return `Hardware inventory:
Item             Version  Part number  Serial number     Description
Chassis                                ${device.serial.padEnd(17)} JNP204 [MX204]
Routing Engine 0          BUILTIN      BUILTIN           RE-S-1600x8
FPC 0                     BUILTIN      BUILTIN           MPC
`
}

function interfaces(configuration: string): string {
  const ports = [...configuration.matchAll(/^ {4}(\S+-\d\/\d\/\d+) \{[\s\S]*?address (\S+);/gm)]
  const rows = ports.flatMap(([, name = '', address = '']) => [
    `${name.padEnd(23)} up    up`,
    `${`${name}.0`.padEnd(23)} up    up   inet     ${address}`,
  ])
  return `${['Interface               Admin Link Proto    Local                 Remote', ...rows].join('\n')}\n`
}
