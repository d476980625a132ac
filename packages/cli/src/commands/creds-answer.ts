import { answerUsername, type Netlatch, NetlatchError, type PlanQuestion, type UsernameAnswer } from '@netlatch/core'
import { askText, confirm } from '../ask.ts'
import type { Action, CommandContext } from '../command-context.ts'
import { table } from '../table.ts'
import { count } from './plan-text.ts'

export const answer: Action<object> = async (context, _options, [username = '', given = '']) => {
  if (given !== 'server' && given !== 'device')
    throw new NetlatchError('USAGE', `answer takes server or device; not ${given}.`, {
      advice: 'server: one login server counts failed logins. device: each device its own.',
    })
  await using netlatch = await context.open()
  return (await keepAnswer(context, netlatch, username, given)) ? 0 : 2
}

async function keepAnswer(
  { terminal, globals }: CommandContext,
  netlatch: Netlatch,
  username: string,
  given: UsernameAnswer,
): Promise<boolean> {
  const kept = await answerUsername(netlatch, username, given, {
    confirm: ({ failed, worstCase, threshold }) => {
      const where = given === 'device' ? 'on the device where it failed' : 'on that server'
      const locks = threshold === 'none' ? 'nothing locks there' : `it locks at ${threshold}`
      terminal.note(
        `${username} has ${count(failed, 'failed login')} that counts now, and a new count starts: at worst ${worstCase} in a row ${where}; ${locks}.`,
      )
      return confirm(terminal, {
        message: 'Go on?',
        yes: globals.yes === true,
        otherwise: 'Add --yes to go on, or let it succeed once first: netlatch creds test <device>',
      })
    },
  })
  terminal.emit({ type: 'answered', username, ...kept })
  if (!terminal.json)
    terminal.say(
      kept.answered
        ? `${kept.credentials.join(', ')}: realm ${kept.realm}. Review: git diff ${kept.files.join(' ')}`
        : `${username}: left as it was.`,
    )
  return kept.answered
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
    if (await keepAnswer(context, fresh ?? netlatch, username, given)) answered = true
  }
  return answered
}
