import { mkdir, stat } from 'node:fs/promises'
import { join, relative, resolve } from 'node:path'
import { findDevice, NetlatchError, type RecordedSession, recordSession, resultCode } from '@netlatch/core'
import type { Command } from 'commander'
import { confirm } from '../ask.ts'
import type { Action, CommandContext, Register } from '../command-context.ts'
import { writeWhole } from '../output-file.ts'
import { resultLine, resultObject } from '../result-lines.ts'
import { type ConnectionOptions, withTimeout } from '../selection-options.ts'
import { count } from './plan-text.ts'

interface RecordOptions extends Pick<ConnectionOptions, 'timeout'> {
  readonly execute?: readonly string[]
  readonly output?: string
}

export function registerPlatformsRecord(platforms: Command, register: Register): void {
  register(
    withTimeout(platforms.command('record'))
      .description('log in, send reading commands, and keep what passed as a session that tests can replay; no secrets')
      .argument('<device>')
      .option(
        '-x, --execute <command>',
        'another command than those of a backup; several by repeating',
        (command, before: readonly string[] = []) => [...before, command],
      )
      .option('-o, --output <folder>', 'where to (platforms/<platform>/<device>/)'),
    record,
  )
}

const record: Action<RecordOptions> = async (context, options, [name = '']) => {
  const { terminal, open, interrupts } = context
  await using netlatch = await open()
  const device = findDevice(netlatch, name)
  const { execute, timeout, output } = options
  const result = await recordSession(netlatch, device, {
    signal: AbortSignal.any([interrupts.finish, interrupts.signal]),
    ...(execute && { commands: execute }),
    ...(timeout !== undefined && { timeoutMs: timeout * 1000 }),
  })
  if (!('files' in result)) {
    terminal.emit(resultObject(result))
    if (!terminal.json) terminal.say(resultLine(terminal, result))
    return resultCode(result.code).needsAttention ? 1 : 0
  }
  const folder =
    output === undefined
      ? join(netlatch.workspace.folder, 'platforms', result.recordedAs, fileName(name))
      : resolve(output)
  await write(context, folder, result.files)
  sayRecorded(context, relative(process.cwd(), folder) || '.', result)
  return result.findings.length > 0 ? 1 : 0
}

/** What is there is somebody's: only replaced when a person says so. */
async function write(
  { terminal, globals }: CommandContext,
  folder: string,
  files: RecordedSession['files'],
): Promise<void> {
  const present: string[] = []
  for (const { name } of files) if (await stat(join(folder, name)).catch(() => undefined)) present.push(name)
  if (present.length > 0) {
    const agreed = await confirm(terminal, {
      message: `Replace ${present.join(' and ')} in ${folder}?`,
      yes: globals.yes === true,
      otherwise: `${folder} has ${present.join(' and ')}: give another --output, or -y to replace them.`,
    })
    if (!agreed) throw new NetlatchError('NOT_CONFIRMED', 'Nothing was written.')
  }
  await mkdir(folder, { recursive: true }).catch((cause: unknown) => {
    throw new NetlatchError('FILE_UNREADABLE', `${folder}: cannot be made.`, { cause })
  })
  for (const { name, text } of files) await writeWhole(join(folder, name), text)
}

function sayRecorded({ terminal }: CommandContext, folder: string, result: RecordedSession): void {
  const { files: _, ...facts } = result
  terminal.emit({ ...resultObject(result), type: 'recording', folder, ...pick(facts) })
  if (terminal.json) return
  const { findings, look, removed, recordedAs } = result
  terminal.say(`${folder}: a session of ${recordedAs}; ${count(removed, 'secret')} replaced.`)
  if (findings.length === 0) terminal.say(`  ${terminal.symbols.good} replayed: the same output again`)
  for (const finding of findings) terminal.say(`  ${terminal.symbols.bad} replayed: ${finding}`)
  terminal.say('  Read both files before you give them away. They still have:')
  for (const what of look) terminal.say(`  - ${what}`)
}

function pick({ recordedAs, removed, look, findings }: Omit<RecordedSession, 'files'>) {
  return { platform: recordedAs, removed, look, findings }
}

function fileName(device: string): string {
  return device.replace(/[^\w.-]/g, '_').replace(/^\.+/, '_')
}
