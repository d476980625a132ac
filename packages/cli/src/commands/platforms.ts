import {
  checkPlatform,
  findPlatforms,
  listPlatforms,
  type PlatformCheck,
  type PlatformOverview,
  showPlatform,
} from '@netlatch/core'
import type { Command } from 'commander'
import type { Action, CommandContext, Register } from '../command-context.ts'
import { problemCount, problemText } from '../problem-lines.ts'
import { table } from '../table.ts'
import type { Terminal } from '../terminal.ts'
import { count } from './plan-text.ts'
import { registerPlatformsRecord } from './platforms-record.ts'

export function registerPlatforms(program: Command, register: Register): void {
  const platforms = program.command('platforms').description('what Netlatch knows about command lines of devices')
  register(
    platforms.command('list').description('the built-in platforms and those of this workspace, and what they can do'),
    list,
  )
  register(
    platforms
      .command('show')
      .description('one platform as YAML, to be copied as the start of your own')
      .argument('<platform>', 'its name or an alias'),
    show,
  )
  register(
    platforms
      .command('check')
      .description('every problem of a platform file; then the sessions recorded beside it are replayed')
      .argument('<file>', 'as platforms/acme_os.yaml; its sessions are in platforms/acme_os/*/'),
    check,
  )
  registerPlatformsRecord(platforms, register)
}

function surroundings({ globals }: CommandContext) {
  const { workspace } = globals
  return { cwd: process.cwd(), env: process.env, ...(workspace !== undefined && { workspace }) }
}

const list: Action<object> = async (context) => {
  const { terminal } = context
  const { platforms, problems } = await findPlatforms(surroundings(context))
  const rows = listPlatforms(platforms)
  for (const row of rows) terminal.emit({ type: 'platform', ...row })
  if (!terminal.json)
    terminal.say(table(rows.map(listRow), { head: ['Name', 'Vendor and system', 'Aliases', 'Can', 'From'] }))
  if (problems.length > 0) terminal.note(`${problemCount(problems)}: netlatch inventory check`)
  return problems.length > 0 ? 3 : 0
}

function listRow({ name, title, aliases, run, backup, enable, autodetect, file }: PlatformOverview): readonly string[] {
  const abilities = [
    ...(run ? ['run'] : []),
    backup.includes('startup') ? 'backup, startup' : 'backup',
    ...(enable ? ['enable'] : []),
    ...(autodetect ? ['autodetect'] : []),
  ]
  return [name, title, aliases.join(', '), abilities.join(', '), file ?? 'built in']
}

const show: Action<object> = async (context, _options, [name = '']) => {
  const { platforms } = await findPlatforms(surroundings(context))
  context.terminal.write(showPlatform(platforms, name))
  return 0
}

const check: Action<object> = async (context, _options, [file = '']) => {
  const { terminal } = context
  const result = await checkPlatform(file, surroundings(context))
  terminal.emit({ type: 'platform-check', file, ...result })
  if (!terminal.json) sayCheck(terminal, file, result)
  if (result.problems.length > 0) return 3
  return result.cases.some(({ findings }) => findings.length > 0) ? 1 : 0
}

function sayCheck(terminal: Terminal, file: string, { name = '', problems, cases }: PlatformCheck): void {
  for (const problem of problems) terminal.say(problemText(problem, terminal.columns))
  if (problems.length > 0) {
    terminal.say(problemCount(problems))
    return
  }
  const { good, bad } = terminal.symbols
  for (const { name: session, findings } of cases) {
    terminal.say(`  ${findings.length === 0 ? good : bad} ${session}`)
    for (const finding of findings) terminal.say(`      ${finding}`)
  }
  const passed = cases.filter(({ findings }) => findings.length === 0).length
  const played = `${passed} of ${count(cases.length, 'recorded session')} passed`
  terminal.say(`${file}: platform ${name}, no problems; ${cases.length === 0 ? 'no recorded sessions' : played}.`)
  if (cases.length === 0) terminal.say('  → netlatch platforms record <device>')
}
