import assert from 'node:assert/strict'
import type { Command } from 'commander'
import { describe, it } from 'mocha'
import { commandLine } from '../../packages/cli/src/main.ts'
import { adviceFor, type ResultCode, resultCodes } from '../../packages/core/src/result-codes.ts'
import type { RefusalReason } from '../../packages/core/src/safety/attempt.ts'
import { explainRefusal } from '../../packages/core/src/safety/explain-refusal.ts'
import { requestOn } from '../support/ledger-requests.ts'

const details = { device: 'sw-1', credential: 'netops', profile: 'legacy-sha1', jumpHost: 'bastion', reason: 'because' }

/** Every `netlatch …` of an advice, as it is pasted. */
const commandsIn = (advice: string) =>
  [...advice.matchAll(/netlatch (.+?)(?=, (?:then|or) |$)/g)].map(([, words = '']) => words.split(' '))

/** Parses as the command line does, and does nothing; gives the path of the command that would have run. */
async function parsed(words: readonly string[]): Promise<string> {
  const ran: string[] = []
  const program = commandLine((command) =>
    command.action(() => {
      ran.push(`${command.parent?.name()} ${command.name()}`)
    }),
  )
  silence(program)
  await program.parseAsync([...words], { from: 'user' })
  return ran.join()
}

function silence(command: Command): void {
  command.configureOutput({ writeErr: () => undefined })
  for (const inner of command.commands) silence(inner)
}

const reasons: Readonly<Record<RefusalReason, true>> = {
  quarantined: true,
  'rejected-before': true,
  'device-busy': true,
  'device-spacing': true,
  'device-cap': true,
  'pair-window': true,
  'pair-decision': true,
  'verify-first': true,
  'recheck-first': true,
  'account-busy': true,
  'account-window': true,
  'account-decision': true,
  'cell-closed': true,
}

describe('the advice of results', () => {
  it('holds only commands that the command line takes', async () => {
    const advices = [
      ...(Object.keys(resultCodes) as ResultCode[]).map((code) => adviceFor(code, details)),
      ...(Object.keys(reasons) as RefusalReason[]).map(
        (reason) => explainRefusal({ granted: false, reason, retryAt: new Date() }, requestOn('sw-1')).advice,
      ),
    ]
    const commands = advices.flatMap(commandsIn)
    assert.ok(commands.length > 15, String(commands.length))
    for (const words of commands) assert.ok(await parsed(words), words.join(' '))
  })

  it('writes a hostile name as one word of a shell, and a selection of several as one', () => {
    const device = "x'; reboot $(id) #"
    assert.equal(adviceFor('HOST_KEY_CHANGED', { device }), `netlatch trust 'x'\\''; reboot $(id) #'`)
    assert.equal(adviceFor('DEFERRED', { credential: 'a b' }), "wait, or netlatch creds release 'a b'")
    assert.equal(adviceFor('HOST_KEY_UNKNOWN', { device: 'sw-[1-3]' }), "netlatch trust --scan 'sw-[1-3]'")
    assert.equal(adviceFor('ALGORITHMS', { device: 'sw-1', profile: 'none' }).includes('netlatch'), false)
  })

  it('is found wrong where a command or a flag is not there', async () => {
    await assert.rejects(parsed(['creds', 'test', 'sw-1', '--no-such-flag']), { code: 'commander.unknownOption' })
    await assert.rejects(parsed(['creds', 'unlock', 'netops']), { code: 'commander.unknownCommand' })
  })

  it('reads a flag under both of its names', async () => {
    const read = async (flag: string) => {
      const values: unknown[] = []
      const program = commandLine((command) => command.action(() => void values.push(command.opts().skipKnown)))
      await program.parseAsync(['creds', 'discover', 'all', flag], { from: 'user' })
      return values
    }
    assert.deepEqual([await read('--skip-known'), await read('--skip-configured')], [[true], [true]])
  })
})
