import type { Command } from 'commander'
import { wrapWords } from './wrap-words.ts'

const column = 22
const width = 80

const start = {
  init: 'create a workspace in this folder',
  'creds discover': 'find out which credential opens which device',
  backup: 'save configurations into git',
  'doctor <device>': 'why does this one not work',
}

/** What a person begins with. */
export const startHere = ['Start here', ...Object.entries(start).map(([words, does]) => entry(words, does))].join('\n')

/** What the program says without a word: every command, in its group, on one screen. */
export function overviewOf(program: Command): string {
  const left = ['help', ...Object.keys(start).map((words) => words.replace(' <device>', ''))]
  const commands = program.createHelp().visibleCommands(program)
  const others = commands.filter((command) => !left.includes(command.name()))
  const groups = [...Map.groupBy(others, (command) => command.helpGroup())].map(([heading, members]) =>
    [heading, ...members.map(lineOf)].join('\n'),
  )
  const more = entry('netlatch --help', 'options, selections, exit codes; also after each command').trimStart()
  return [program.description(), startHere, ...groups, more].join('\n\n')
}

/** A group by the names in it, any other command by what it does, without the details that its own help has. */
function lineOf(command: Command): string {
  const inner = command.commands.map((each) => each.name())
  const [does = ''] = command.description().split(/[:;]/)
  return entry(command.name(), inner.length > 0 ? inner.join(' · ') : does)
}

function entry(name: string, text: string): string {
  // A dot stays with the name before it.
  const words = text.replaceAll(' ·', '\u00a0·')
  const indented = wrapWords(words, width, column + 1).replaceAll('\u00a0', ' ')
  return `  ${name}`.padEnd(column) + indented.slice(column)
}
