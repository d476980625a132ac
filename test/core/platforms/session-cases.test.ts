import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, it } from 'mocha'
import { parse } from 'yaml'
import { captureCommands } from '../../../packages/core/src/backup/capture-commands.ts'
import { checkCompleteness } from '../../../packages/core/src/backup/completeness.ts'
import type { CapturedAnswer } from '../../../packages/core/src/backup/configuration-text.ts'
import { checkIdentity, readIdentity } from '../../../packages/core/src/backup/identity.ts'
import { type Capture, judgeCapture } from '../../../packages/core/src/backup/judge-capture.ts'
import { normaliseConfiguration } from '../../../packages/core/src/backup/normalise.ts'
import { secretPlaces } from '../../../packages/core/src/backup/secret-places.ts'
import { findPlatform, platforms } from '../../../packages/core/src/platforms/index.ts'
import type { Platform } from '../../../packages/core/src/platforms/platform.ts'
import { isReadOnly } from '../../../packages/core/src/platforms/read-only.ts'
import { openSession } from '../../../packages/core/src/session/open-session.ts'
import { bytewise, type Cut, randomCuts, type ScriptStep, scriptedShell, whole } from '../session/scripted-shell.ts'

type Shown = string | { readonly file: string; readonly lineEnd: string }

/** What stands in a session.yaml. */
interface SessionCase {
  readonly about: string
  readonly platform: string
  readonly prompt: string
  readonly hostname?: string
  readonly privilege: string
  readonly script: readonly {
    readonly sent?: string
    readonly shows: Shown | readonly Shown[]
    readonly repeats?: boolean
  }[]
  /** Sent in this order; all their outputs together, but for the witness's, are running-config.txt. */
  readonly commands: readonly string[]
  /** Must be gone after redaction, and must stay. */
  readonly hidden?: readonly string[]
  readonly kept?: readonly string[]
}

const runs = process.env.NETLATCH_LONG ? 300 : 12
const everyCut = process.env.NETLATCH_LONG ? 1 : 29
const redactionKey = randomBytes(32)

/** What shows no end of its own, not to the end of a case either: a first backup is stored, and the next one proves it. */
const notProvenAlone = new Set(
  `alcatel_aos casa_cmts checkpoint_gaia ciena_saos cisco_s300 cisco_wlc dell_os10 dell_os6 dell_powerconnect dell_sonic eltex
  extreme_exos f5_tmsh hp_procurve juniper_screenos linux mikrotik_routeros opengear raisecom_roap sophos_sfos supermicro_smis
  ubiquiti_edgeswitch zte_zxros`.split(/\s+/),
)
const root = 'test/data/platforms'

function script(folder: string, { script: steps }: SessionCase): ScriptStep[] {
  return steps.map(({ sent, shows, repeats = false }) => ({
    ...(sent === undefined ? {} : { sent }),
    repeats,
    shows: [shows]
      .flat()
      .map((part) =>
        typeof part === 'string' ? part : readFileSync(join(folder, part.file), 'utf8').replaceAll('\n', part.lineEnd),
      )
      .join(''),
  }))
}

async function replay(folder: string, what: SessionCase, cut: Cut): Promise<readonly CapturedAnswer[]> {
  const platform = findPlatform(what.platform)
  assert.ok(platform, `no platform ${what.platform}`)
  const shell = scriptedShell(script(folder, what), cut)
  const session = await openSession(shell, platform, { promptTimeoutMs: 2000 })
  const answers = await session
    .runAll(what.commands, { timeoutMs: 2000 })
    .catch((error: unknown) => assert.fail(`${String(error)}\nsent ${JSON.stringify(shell.written)}`))
  const expected = readFileSync(join(folder, 'running-config.txt'), 'utf8')
  const witness = platform.configurations.running.witness?.command
  const configuration = answers.filter(({ command }) => command !== witness)
  assert.equal(configuration.map(({ output }) => output).join(''), expected)
  assert.deepEqual(
    answers.map(({ error }) => error),
    what.commands.map(() => undefined),
  )
  assert.equal(shell.unexpected, '', 'sent what the script does not foresee')
  assert.equal(session.prompt, what.prompt)
  assert.equal(session.hostname, what.hostname)
  assert.equal(session.privilege, what.privilege)
  await session[Symbol.asyncDispose]()
  assert.ok(shell.isClosed)
  return answers
}

/** What an engineer would be given instead of all answers: a session that broke, and a device that stopped early and answered on. */
function* cuts(
  answers: readonly CapturedAnswer[],
  commands: number,
): Generator<{ readonly kind: string; readonly answers: readonly CapturedAnswer[] }> {
  for (const [index, answer] of answers.entries())
    for (let at = 0; at < answer.output.length; at++) {
      const before = [...answers.slice(0, index), { ...answer, output: answer.output.slice(0, at) }]
      yield { kind: `session broke in answer ${index + 1} at ${at}`, answers: before }
      if (index < commands)
        yield {
          kind: `device stopped in answer ${index + 1} at ${at}`,
          answers: [...before, ...answers.slice(index + 1)],
        }
    }
}

/** As if somebody had changed one line of it since; not that which says whose it is. */
function beforeOneChange(text: string, hostname = ''): string {
  const lines = text.split('\n')
  const changed = lines.findIndex(
    (line, at) => at >= lines.length / 3 && line !== '' && !line.includes(hostname || '\n'),
  )
  return lines.map((line, at) => (at === changed ? `${line} before` : line)).join('\n')
}

function redact(platform: Platform, text: string): string {
  return secretPlaces(platform, text).reduceRight(
    (redacted, [start, end]) => `${redacted.slice(0, start)}<nl>${redacted.slice(end)}`,
    text,
  )
}

/** Whether a case holds all that a backup sends. */
function isWhole({ platform, commands }: SessionCase): boolean {
  const running = findPlatform(platform)?.configurations.running
  return running !== undefined && JSON.stringify(captureCommands(running)) === JSON.stringify(commands)
}

describe('session cases', () => {
  const files = globSync(`${root}/*/*/session.yaml`).sort()

  it('hold a whole backup of every platform, with secrets', () => {
    const cases = files.map((file) => parse(readFileSync(file, 'utf8')) as SessionCase)
    const covered = new Set(cases.filter((one) => isWhole(one) && one.hidden).map(({ platform }) => platform))
    assert.deepEqual(
      platforms.map(({ name }) => name).filter((name) => !covered.has(name)),
      [],
    )
  })

  for (const file of files) {
    const folder = dirname(file)
    const what = parse(readFileSync(file, 'utf8')) as SessionCase
    describe(folder.slice(root.length + 1), () => {
      it('gives the same output in whole answers, byte by byte, and in random packets', async () => {
        await replay(folder, what, whole)
        await replay(folder, what, bytewise)
        for (let seed = 1; seed <= runs; seed++) await replay(folder, what, randomCuts(seed))
      })

      it('reads with commands that its platform calls reading ones', () => {
        for (const command of what.commands)
          assert.ok(isReadOnly(findPlatform(what.platform) as Platform, command), command)
      })

      const platform = findPlatform(what.platform) as Platform
      const capture = platform.configurations.running
      if (isWhole(what)) {
        it('is a whole configuration, and says whose', async () => {
          const answers = await replay(folder, what, whole)
          const gate = checkCompleteness(platform, capture, answers)
          const unproven = notProvenAlone.has(platform.name) ? { unproven: 'nothing in it marks its end' } : {}
          assert.deepEqual(gate, { ok: true, ...unproven })
          const { hostnames } = readIdentity(platform, capture, answers.map(({ output }) => output).join(''))
          const { hostname = hostnames[0] } = what
          const device = { name: hostname ?? '', expect: hostname === undefined ? {} : { hostname } }
          const identity = checkIdentity(device, { hostnames, serials: [] }, undefined)
          assert.ok(identity.ok || hostnames.length === 0, identity.ok ? '' : identity.because)
        })

        it('is called good with no cut that takes anything of the configuration away', async () => {
          const answers = await replay(folder, what, whole)
          const own = (all: readonly CapturedAnswer[]) => all.slice(0, capture.commands.length)
          const text = normaliseConfiguration(platform, capture, own(answers))
          for (const cut of cuts(answers, capture.commands.length)) {
            const gate = checkCompleteness(platform, capture, cut.answers)
            const isGood = gate.ok && gate.unproven === undefined
            assert.ok(!isGood || normaliseConfiguration(platform, capture, own(cut.answers)) === text, cut.kind)
          }
        })

        it('is called good by no later backup, with anything else changed, that a cut took something from', async () => {
          const answers = await replay(folder, what, whole)
          const judge = (given: readonly CapturedAnswer[], more: Partial<Capture> = {}) =>
            judgeCapture({
              device: { name: what.hostname ?? '' },
              platform,
              configuration: 'running',
              answers: given,
              session: what.hostname === undefined ? {} : { hostname: what.hostname },
              redactionKey,
              redact: (one) => one,
              ...more,
            })
          const first = judge(answers)
          assert.equal(first.verdict, notProvenAlone.has(platform.name) ? 'unproven' : 'good', first.because)
          const lastGood = beforeOneChange(first.text, what.hostname)
          assert.notEqual(lastGood, first.text)
          assert.deepEqual(judge(answers, { lastGood: first.text }).verdict, 'good')
          for (const [index, cut] of [...cuts(answers, capture.commands.length)].entries()) {
            if (index % everyCut !== 0) continue
            const judged = judge(cut.answers, { lastGood })
            assert.ok(judged.verdict !== 'good' || judged.text === first.text, cut.kind)
          }
        })
      }

      if (what.hidden || what.kept)
        it('hides secrets and nothing else', () => {
          const text = readFileSync(join(folder, 'running-config.txt'), 'utf8')
          const redacted = redact(findPlatform(what.platform) as Platform, text)
          for (const secret of what.hidden ?? []) {
            assert.ok(text.includes(secret), `${secret} is not in the configuration`)
            assert.ok(!redacted.includes(secret), `${secret} stayed in\n${redacted}`)
          }
          for (const words of what.kept ?? [])
            assert.ok(redacted.includes(words), `${words} vanished from\n${redacted}`)
        })
    })
  }
})
