import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, it } from 'mocha'
import { parse } from 'yaml'
import { checkCompleteness } from '../../../packages/core/src/backup/completeness.ts'
import { readIdentity } from '../../../packages/core/src/backup/identity.ts'
import { findPlatform } from '../../../packages/core/src/platforms/index.ts'
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
  /** Sent in this order; all their outputs together are running-config.txt. */
  readonly commands: readonly string[]
  /** Must be gone after redaction, and must stay. */
  readonly hidden?: readonly string[]
  readonly kept?: readonly string[]
}

const runs = process.env.NETLATCH_LONG ? 300 : 12
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

async function replay(folder: string, what: SessionCase, cut: Cut): Promise<void> {
  const platform = findPlatform(what.platform)
  assert.ok(platform, `no platform ${what.platform}`)
  const shell = scriptedShell(script(folder, what), cut)
  const session = await openSession(shell, platform, { promptTimeoutMs: 2000 })
  const answers = await session
    .runAll(what.commands, { timeoutMs: 2000 })
    .catch((error: unknown) => assert.fail(`${String(error)}\nsent ${JSON.stringify(shell.written)}`))
  const expected = readFileSync(join(folder, 'running-config.txt'), 'utf8')
  assert.equal(answers.map(({ output }) => output).join(''), expected)
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
}

function redact(platform: Platform, text: string): string {
  return platform.secrets.reduce(
    (redacted, { pattern }) =>
      redacted.replace(new RegExp(pattern, 'gm'), (match, ...rest) => {
        const { secret } = rest.at(-1) as { secret: string }
        return match.replace(secret, '<nl>')
      }),
    text,
  )
}

describe('session cases', () => {
  const files = globSync(`${root}/*/*/session.yaml`).sort()

  it('are found', () => assert.ok(files.length > 2))

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
      if (JSON.stringify(capture.commands) === JSON.stringify(what.commands) && capture.commands.length === 1)
        it('is a whole configuration, and says whose', () => {
          const output = readFileSync(join(folder, 'running-config.txt'), 'utf8')
          assert.deepEqual(checkCompleteness(platform, capture, [{ command: what.commands[0] as string, output }]), {
            ok: true,
          })
          const { hostnames } = readIdentity(platform, capture, output)
          assert.ok(hostnames.length === 0 || hostnames.includes(what.hostname as string), String(hostnames))
        })

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
