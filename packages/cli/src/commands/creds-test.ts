import { agoText, formatDuration, loginHistory, releaseCredential, resultCode, testCredential } from '@netlatch/core'
import type { Action } from '../command-context.ts'
import { resultLine, resultObject } from '../result-lines.ts'
import type { ConnectionOptions } from '../selection-options.ts'
import { table } from '../table.ts'
import { count } from './plan-text.ts'

interface TestOptions extends Pick<ConnectionOptions, 'timeout'> {
  readonly credential?: string
  readonly retryRejected?: boolean
  readonly update?: boolean
}

export const testLogin: Action<TestOptions> = async ({ terminal, open, interrupts }, options, [name = '']) => {
  await using netlatch = await open()
  const { timeout, ...rest } = options
  const result = await testCredential(netlatch, name, {
    ...rest,
    finish: interrupts.finish,
    signal: interrupts.signal,
    ...(timeout !== undefined && { timeoutMs: timeout * 1000 }),
  })
  if (terminal.json) terminal.emit(resultObject(result))
  else {
    terminal.say(resultLine(terminal, result))
    if (result.advice) terminal.say(`\n${result.advice}`)
    if (!options.update) terminal.note('  Not saved: --update saves what came out.')
  }
  return resultCode(result.code).needsAttention ? 1 : 0
}

export const history: Action<{ readonly limit?: number }> = async ({ terminal, open }, options, [name = '']) => {
  await using netlatch = await open({ allowProblems: true })
  const attempts = await loginHistory(netlatch, name, options)
  for (const attempt of attempts) terminal.emit({ type: 'attempt', ...attempt })
  if (terminal.json) return 0
  if (attempts.length === 0) terminal.say(`No login was ever sent to ${name}.`)
  else
    terminal.say(
      table(
        attempts.map((attempt) => [
          agoText(attempt.at, netlatch.now()),
          attempt.outcome,
          attempt.credential,
          attempt.username,
          attempt.purpose === 'enable' ? 'enable' : '',
          attempt.durationMs === undefined ? '' : formatDuration(attempt.durationMs),
        ]),
        { head: ['When', 'Outcome', 'Credential', 'Username', '', 'Took'] },
      ),
    )
  return 0
}

export const release: Action<object> = async ({ terminal, open }, _options, [name = '']) => {
  await using netlatch = await open()
  const { username, quarantines, failures } = await releaseCredential(netlatch, name)
  terminal.emit({ type: 'released', credential: name, username, quarantines, failures })
  if (terminal.json) return 0
  if (quarantines + failures === 0) terminal.say(`${name} was not held back by anything.`)
  else
    terminal.say(
      `${name}: ${count(quarantines, 'quarantine')} and ${count(failures, 'failure')} of ${username} lifted. The next login with it is a single one.`,
    )
  return 0
}
