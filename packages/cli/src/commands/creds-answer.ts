import { answerUsername, type Netlatch, NetlatchError, type PlanQuestion, type UsernameAnswer } from '@netlatch/core'
import { askText } from '../ask.ts'
import type { Action, CommandContext } from '../command-context.ts'
import { table } from '../table.ts'
import { count } from './plan-text.ts'

export const answer: Action<object> = async (context, _options, [username = '', given = '']) => {
  if (given !== 'server' && given !== 'device')
    throw new NetlatchError('USAGE', `answer takes server or device; not ${given}.`, {
      advice: 'server: one login server counts failed logins. device: each device its own.',
    })
  await using netlatch = await context.open()
  await keepAnswer(context, netlatch, username, given)
  return 0
}

async function keepAnswer(
  { terminal }: CommandContext,
  netlatch: Netlatch,
  username: string,
  given: UsernameAnswer,
): Promise<void> {
  const kept = await answerUsername(netlatch, username, given)
  terminal.emit({ type: 'answered', username, ...kept })
  const { failed, threshold } = kept
  if (failed > 0)
    terminal.note(
      `${username} has ${count(failed, 'failed login')}, which ${failed === 1 ? 'counts' : 'count'} on ${given === 'device' ? 'for each device where they were' : `there: one more makes ${failed + 1} in a row`}; ${threshold === 'none' ? 'nothing locks there' : `it locks at ${threshold}`}.`,
    )
  if (!terminal.json)
    terminal.say(`${kept.credentials.join(', ')}: realm ${kept.realm}. Review: git diff ${kept.files.join(' ')}`)
}

/** The one question of a plan, as one table. */
export function questionText(questions: readonly PlanQuestion[]): string {
  const rows = questions.map(({ username, secrets, credentials, devices }) => [
    username,
    count(secrets, 'secret'),
    count(devices, 'device'),
    credentials.length > 4
      ? `${credentials.slice(0, 3).join(', ')} … ${credentials.length - 3} more`
      : credentials.join(', '),
    `netlatch creds answer ${username} server|device`,
  ])
  return `  Who counts failed logins of these? Until that is said, each is tried one login at a time and stops after a failure.\n${table(rows)}`
}

const choices: Readonly<Record<string, UsernameAnswer | 'unknown'>> = {
  '': 'unknown',
  '1': 'server',
  '2': 'device',
  '3': 'unknown',
}

/** Asks for each username once; true when something was answered, and the plan has to be made again. */
export async function askQuestions(
  context: CommandContext,
  netlatch: Netlatch,
  questions: readonly PlanQuestion[],
): Promise<boolean> {
  let answered = false
  for (const { username, secrets } of questions) {
    const message = `${username} (${count(secrets, 'secret')}): [1] one login server  [2] each device its own  [3] don't know`
    const given =
      choices[
        (
          await askText(context.terminal, message, { initial: '3', otherwise: `netlatch creds answer ${username}` })
        ).trim()
      ]
    if (given === undefined || given === 'unknown') continue
    // The vault that a first answer changed is not the one that was opened.
    await using fresh = answered ? await context.open() : undefined
    await keepAnswer(context, fresh ?? netlatch, username, given)
    answered = true
  }
  return answered
}
