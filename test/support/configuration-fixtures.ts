import { randomBytes } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { captureCommands } from '../../packages/core/src/backup/capture-commands.ts'
import type { CapturedAnswer } from '../../packages/core/src/backup/configuration-text.ts'
import { findPlatform } from '../../packages/core/src/platforms/index.ts'
import type { ConfigurationCapture, Platform } from '../../packages/core/src/platforms/platform.ts'

export interface ConfigurationFixture {
  readonly platform: Platform
  readonly capture: ConfigurationCapture
  readonly output: string
  /** All that a backup gets: this output, or a cut of it, and what the witness says. */
  readonly answers: (output: string) => readonly CapturedAnswer[]
  /** By the name that stands for it in the file. */
  readonly secrets: ReadonlyMap<string, string>
}

const folder = join(import.meta.dirname, '../data/configurations')

/** The answers in test/data/configurations, one per platform, with secrets made up for this call. */
export function configurationFixtures(): readonly ConfigurationFixture[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.txt'))
    .map((name) => configurationFixture(name.slice(0, -'.txt'.length)))
}

export function configurationFixture(name: string): ConfigurationFixture {
  const platform = findPlatform(name)
  if (!platform) throw new Error(`test/data/configurations/${name}.txt is of no platform`)
  const secrets = new Map<string, string>()
  const read = (file: string) =>
    readFileSync(file, 'utf8').replace(/«(\w+)»/g, (_, key: string) => {
      const secret = secrets.get(key) ?? randomBytes(12).toString('hex')
      secrets.set(key, secret)
      return secret
    })
  const output = read(join(folder, `${name}.txt`))
  const capture = platform.configurations.running
  const witnessFile = join(folder, 'witnesses', `${name}.txt`)
  const witness = existsSync(witnessFile) ? read(witnessFile) : ''
  const answers = (shown: string) =>
    captureCommands(capture).map((command, index) => ({ command, output: index === 0 ? shown : witness }))
  return { platform, capture, output, answers, secrets }
}
