import { checkState, exportState, migrateState, type StateReport } from '@netlatch/core'
import type { Command } from 'commander'
import type { Action, Register } from '../command-context.ts'
import { type OutputOptions, writeWhole } from '../output-file.ts'
import type { Terminal } from '../terminal.ts'

export function registerState(program: Command, register: Register): void {
  const state = program.command('state').description('what Netlatch remembers')
  register(state.command('check').description('the file, its schema, the attempt ledger and the audit trail'), check)
  register(state.command('migrate').description('bring the schema up to date, as any first use does'), migrate)
  register(
    state
      .command('export')
      .description('devices, statistics, runs and logins as JSON lines; no secrets')
      .option('-o, --output <file>', 'into a file instead of standard output'),
    exportLines,
  )
}

const check: Action<object> = async ({ terminal, open }) => {
  await using netlatch = await open({ allowProblems: true })
  const report = await checkState(netlatch)
  const { schema: databaseSchema, ...rest } = report
  terminal.emit({ type: 'state', databaseSchema, ...rest })
  const isDamaged = report.problems.length > 0 || report.audit?.intact === false
  if (!terminal.json) sayReport(terminal, report)
  if (report.schema > report.latest) return 5
  return isDamaged ? 1 : 0
}

function sayReport(terminal: Terminal, report: StateReport): void {
  const { path, bytes, engine, heldBy, schema, latest, problems, audit } = report
  if (bytes === 0) {
    terminal.say(`${path}: not there yet; the first run makes it.`)
    return
  }
  const { good, look } = terminal.symbols
  terminal.say(`${path} · ${Math.ceil(bytes / 1024).toLocaleString('en-US')} KB · ${engine}\n`)
  if (heldBy !== undefined)
    terminal.say(`  ${look} held by ${heldBy}: no other program can use it now; this is what was saved last`)
  if (problems.length === 0) terminal.say(`  ${good} file and ledger hold no contradiction`)
  for (const problem of problems) terminal.say(`  ${look} ${problem}`)
  if (schema === latest) terminal.say(`  ${good} schema ${schema}, the one of this version`)
  else if (schema < latest)
    terminal.say(`  ${look} schema ${schema}, this version has ${latest}: netlatch state migrate`)
  else terminal.say(`  ${look} schema ${schema}, newer than this version's ${latest}: update Netlatch on this machine`)
  if (audit?.intact) terminal.say(`  ${good} audit trail whole, ${audit.entries.toLocaleString('en-US')} entries`)
  else if (audit) terminal.say(`  ${look} audit trail: entry ${audit.seq} ${audit.found}    netlatch audit verify`)
}

const migrate: Action<object> = async ({ terminal, open }) => {
  await using netlatch = await open({ allowProblems: true })
  const report = await migrateState(netlatch)
  terminal.emit({ type: 'migrated', ...report })
  const { path, before, after } = report
  if (!terminal.json)
    terminal.say(before === after ? `${path}: schema ${after} already.` : `${path}: schema ${before} → ${after}.`)
  return 0
}

const exportLines: Action<OutputOptions> = async ({ terminal, open }, { output }) => {
  await using netlatch = await open({ allowProblems: true })
  const lines: string[] = []
  for await (const line of exportState(netlatch)) {
    const text = `${JSON.stringify({ schema: 'netlatch/1', ...line })}\n`
    if (output === undefined) terminal.write(text)
    else lines.push(text)
  }
  if (output !== undefined) {
    await writeWhole(output, lines.join(''))
    terminal.note(`${lines.length.toLocaleString('en-US')} lines written to ${output}`)
  }
  return 0
}
