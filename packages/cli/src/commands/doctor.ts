import { type Diagnosis, type DiagnosisStep, diagnoseDevice, foldNamesShort, resultCode } from '@netlatch/core'
import type { Command } from 'commander'
import type { Action, Register } from '../command-context.ts'
import { warnOfProfiles } from '../result-lines.ts'
import { type ConnectionOptions, withTimeout } from '../selection-options.ts'
import type { Terminal } from '../terminal.ts'

interface DoctorOptions extends Pick<ConnectionOptions, 'timeout'> {
  readonly login?: boolean
  readonly anonymous?: boolean
}

export function registerDoctor(program: Command, register: Register): void {
  register(
    withTimeout(program.command('doctor'))
      .description('why a device or jump host does not work: every phase on the way to its prompt, with its time')
      .argument('<device>', 'a device, or a jump host')
      .option('--login', 'log in with a credential that is not proven there: spends 1 try')
      .option('--anonymous', 'without names, addresses and fingerprints: for a bug report'),
    doctor,
  )
}

const doctor: Action<DoctorOptions> = async ({ terminal, open, interrupts }, options, [name = '']) => {
  await using netlatch = await open()
  const { timeout, ...rest } = options
  const diagnosis = await diagnoseDevice(netlatch, name, {
    ...rest,
    signal: AbortSignal.any([interrupts.finish, interrupts.signal]),
    ...(timeout !== undefined && { timeoutMs: timeout * 1000 }),
  })
  const device = netlatch.inventory.byName.get(name)
  const warned = warnOfProfiles(terminal, device ? [device] : [], netlatch.now())
  terminal.emit({ type: 'diagnosis', ...diagnosis, ...warned })
  if (!terminal.json) sayDiagnosis(terminal, diagnosis)
  return diagnosis.code !== undefined && resultCode(diagnosis.code).needsAttention ? 1 : 0
}

function sayDiagnosis(terminal: Terminal, diagnosis: Diagnosis): void {
  const { name, address, platform, via, steps, advice } = diagnosis
  const facts = [name, address, platform, ...(via === undefined ? [] : [`via ${via}`])].filter(Boolean)
  terminal.say(`${facts.join(' · ')}\n`)
  for (const step of steps) if (step.outcome !== 'not-reached') sayStep(terminal, step)
  const rest = steps.filter(({ outcome }) => outcome === 'not-reached').map(({ phase }) => phase)
  const marked = rest.map((phase) => `${terminal.symbols.none} ${phase}`).join('  ')
  if (rest.length > 0) terminal.say(`  ${marked}    not reached, ${sentText(diagnosis)}`)
  else terminal.say(`  ${sentText(diagnosis)}`)
  if (advice) terminal.say(`\n${advice}`)
  if (diagnosis.alike > 0) terminal.say(alikeText(diagnosis))
}

function sayStep(terminal: Terminal, { outcome, phase, text, durationMs, more = {} }: DiagnosisStep): void {
  const symbol = { ok: 'good', failed: 'bad', stopped: 'idle', 'not-reached': 'none' } as const
  const time = durationMs === undefined ? '' : `${Math.round(durationMs)} ms`
  const line = `  ${terminal.symbols[symbol[outcome]]} ${phase.padEnd(16)} ${text.padEnd(44)} ${time.padStart(8)}`
  terminal.say(line.trimEnd())
  for (const [what, found] of Object.entries(more)) terminal.say(`       ${what.padEnd(15)} ${found}`)
}

function sentText({ sent }: Diagnosis): string {
  if (sent.length === 0) return 'nothing sent'
  return `sent: ${sent.map(({ to, credential, outcome }) => `${credential} to ${to} (${outcome})`).join(', ')}`
}

function alikeText({ alike, alikeDevices = [] }: Diagnosis): string {
  const which = alikeDevices.length > 0 ? `: ${foldNamesShort(alikeDevices, 4)}` : ''
  return `${alike} more ${alike === 1 ? 'device showed' : 'devices showed'} the same last time${which}`
}
