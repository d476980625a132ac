import { foldNamesShort, listHostKeys, selectTargets } from '@netlatch/core'
import type { CommandContext } from '../command-context.ts'
import { checkOutput, type OutputOptions, writeOutput } from '../output-file.ts'
import type { SelectionOptions } from '../selection-options.ts'
import { table } from '../table.ts'
import { count } from './plan-text.ts'

export async function trustList(
  { terminal, open }: CommandContext,
  options: SelectionOptions & OutputOptions,
  args: readonly string[],
): Promise<number> {
  checkOutput(options)
  await using netlatch = await open({ allowProblems: true })
  const selection = args.length > 0 ? args : ['all']
  const { devices } = await selectTargets(netlatch, { ...options, selection, statuses: 'all' })
  const list = await listHostKeys(netlatch, devices)
  const { keys, ...rest } = list
  for (const key of keys) terminal.emit({ type: 'hostKey', ...key })
  terminal.emit({ type: 'summary', ...rest })
  if (options.output !== undefined)
    await writeOutput(options.output, keys, ['device', 'key', 'vouchedBy', 'since', 'line'])
  if (terminal.json) return 0
  if (keys.length > 0)
    terminal.say(
      table(
        keys.map(({ device, key, vouchedBy = 'the file', since = '', line }) => [
          device,
          key,
          vouchedBy,
          since,
          `${list.file}:${line}`,
        ]),
        { head: ['Device', 'Key', 'Vouched by', 'Since', ''] },
      ),
    )
  const vouchers = Object.entries(list.byVoucher).map(([by, number]) => `${by} ${number}`)
  terminal.say(`\n${count(devices.length - list.without.length, 'device')} known: ${vouchers.join(' · ') || 'none'}`)
  if (list.without.length > 0)
    terminal.say(
      `${count(list.without.length, 'device')} without a key: ${foldNamesShort(list.without, 4)}    netlatch trust --scan`,
    )
  if (list.revoked > 0) terminal.say(`${count(list.revoked, 'revoked key')}`)
  if (list.certificateAuthorities > 0)
    terminal.say(`${count(list.certificateAuthorities, '@cert-authority line')}: kept, not supported yet`)
  return 0
}
