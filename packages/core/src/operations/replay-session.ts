import { captureCommands } from '../backup/capture-commands.ts'
import { checkCompleteness } from '../backup/completeness.ts'
import type { CapturedAnswer } from '../backup/configuration-text.ts'
import { checkIdentity, readIdentity } from '../backup/identity.ts'
import { normaliseConfiguration } from '../backup/normalise.ts'
import { secretPlaces } from '../backup/secret-places.ts'
import type { Platform } from '../platforms/platform.ts'
import { isReadOnly } from '../platforms/read-only.ts'
import type { SessionCase } from '../platforms/session-case.ts'
import { openSession } from '../session/open-session.ts'
import { bytewise, type Cut, randomCuts, scriptedShell, whole } from '../session/scripted-shell.ts'

export interface ReplayOptions {
  /** How often it is played with random packets, besides whole and byte by byte. @default 8 */
  readonly runs?: number
  /** At how many places a whole configuration is cut, which no gate may take for whole. @default 200 */
  readonly cuts?: number
}

/** Replays a recorded session against a platform. Each finding is one sentence; none: it passed. Sends nothing. */
export async function replaySession(
  platform: Platform,
  session: SessionCase,
  { runs = 8, cuts = 200 }: ReplayOptions = {},
): Promise<readonly string[]> {
  const packets = [whole, bytewise, ...Array.from({ length: runs }, (_, seed) => randomCuts(seed + 1))]
  let answers: readonly CapturedAnswer[] = []
  for (const cut of packets) {
    const played = await play(platform, session, cut)
    if (played.findings.length > 0) return played.findings
    answers = played.answers
  }
  const writing = session.commands.filter((command) => !isReadOnly(platform, command))
  return [
    ...writing.map((command) => `"${command}" matches no pattern of read_only`),
    ...(holdsBackup(platform, session) ? judge(platform, session, answers, cuts) : []),
    ...redactionFindings(platform, session),
  ]
}

/** Whether a case holds all that a backup sends. */
export function holdsBackup(platform: Platform, { commands }: Pick<SessionCase, 'commands'>): boolean {
  return JSON.stringify(captureCommands(platform.configurations.running)) === JSON.stringify(commands)
}

/** Long enough for a machine under load: a scripted device answers at once, or never. */
const timeoutMs = 5000

interface Played {
  readonly answers: readonly CapturedAnswer[]
  readonly findings: readonly string[]
}

async function play(platform: Platform, what: SessionCase, cut: Cut): Promise<Played> {
  const shell = scriptedShell(what.script, cut)
  try {
    await using session = await openSession(shell, platform, { promptTimeoutMs: timeoutMs })
    const answers = await session.runAll(what.commands, { timeoutMs })
    const refused = answers.filter(({ error }) => error !== undefined)
    const witness = platform.configurations.running.witness?.command
    const output = answers
      .filter(({ command }) => command !== witness)
      .map((answer) => answer.output)
      .join('')
    const findings = [
      ...refused.map(({ command, error }) => `"${command}" was taken for refused: ${error}`),
      ...differs('prompt', session.prompt, what.prompt),
      ...differs('hostname', session.hostname, what.hostname),
      ...differs('privilege', session.privilege, what.privilege),
      ...(output === what.output
        ? []
        : [`other output than in running-config.txt: ${firstDifference(output, what.output)}`]),
      ...(shell.unexpected === ''
        ? []
        : [`sent ${JSON.stringify(shell.unexpected)}, which the device does not wait for`]),
    ]
    return { answers, findings }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return { answers: [], findings: [`${reason.replace(/\.$/, '')}; sent so far: ${JSON.stringify(shell.written)}`] }
  }
}

function differs(what: string, found: string | undefined, expected: string | undefined): readonly string[] {
  return found === expected ? [] : [`${what} is ${found ?? 'not seen'}, expected ${expected ?? 'none'}`]
}

function firstDifference(found: string, expected: string): string {
  const [lines, others] = [found.split('\n'), expected.split('\n')]
  const at = others.findIndex((line, index) => line !== lines[index])
  const line = at === -1 ? others.length : at
  return `line ${line + 1} is ${JSON.stringify(lines[line] ?? '')}, expected ${JSON.stringify(others[line] ?? '')}`
}

function judge(
  platform: Platform,
  session: SessionCase,
  answers: readonly CapturedAnswer[],
  cuts: number,
): readonly string[] {
  const capture = platform.configurations.running
  const complete = checkCompleteness(platform, capture, answers)
  if (!complete.ok) return [`a backup of it would be held: ${complete.because}`]
  const { hostnames } = readIdentity(platform, capture, answers.map(({ output }) => output).join(''))
  const name = session.hostname ?? hostnames[0] ?? ''
  const gate = checkIdentity({ name, expect: { hostname: name } }, { hostnames, serials: [] }, undefined)
  const identity = gate.ok || hostnames.length === 0 ? [] : [`the configuration ${gate.because}`]
  const own = (some: readonly CapturedAnswer[]) =>
    normaliseConfiguration(platform, capture, some.slice(0, capture.commands.length))
  const text = own(answers)
  const accepted = cutAnswers(answers, cuts).find(
    (cut) => checkCompleteness(platform, capture, cut).ok && own(cut) !== text,
  )
  const last = accepted?.at(-1)?.output.trimEnd().split('\n').at(-1)
  return [...identity, ...(accepted ? [`cut off behind ${JSON.stringify(last)}, it is taken for whole`] : [])]
}

/** The answers up to one of them, which is cut: at every place, or at as many as `most`. */
function cutAnswers(answers: readonly CapturedAnswer[], most: number): readonly (readonly CapturedAnswer[])[] {
  const length = answers.reduce((sum, { output }) => sum + output.length, 0)
  const step = Math.max(1, Math.ceil(length / most))
  return answers.flatMap((answer, index) =>
    Array.from({ length: Math.ceil(answer.output.length / step) }, (_, place) => [
      ...answers.slice(0, index),
      { ...answer, output: answer.output.slice(0, place * step) },
    ]),
  )
}

function redactionFindings(platform: Platform, { output, hidden = [], kept = [] }: SessionCase): readonly string[] {
  const redacted = secretPlaces(platform, output).reduceRight(
    (text, [start, end]) => `${text.slice(0, start)}<nl>${text.slice(end)}`,
    output,
  )
  return [
    ...hidden.filter((text) => !output.includes(text)).map((text) => `"${text}" of hidden: is not in the output`),
    ...hidden.filter((text) => redacted.includes(text)).map((text) => `"${text}" of hidden: stays after redaction`),
    ...kept.filter((text) => !redacted.includes(text)).map((text) => `"${text}" of kept: vanishes in redaction`),
  ]
}
