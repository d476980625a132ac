/**
 * A program that uses a state file until it is killed. It says what it was promised, at once and one line each:
 * `sent <account> <grant>` (a login server got the secret), `ended <grant> <outcome>`, `result <device>`; or `refused <code>`,
 * and ends, when it is not let in.
 */
import { writeSync } from 'node:fs'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { NetlatchError } from '../../packages/core/src/errors.ts'
import type { AttemptOutcome } from '../../packages/core/src/model.ts'
import { openStateStore } from '../../packages/core/src/state/open-state-store.ts'
import { SqlStateStore } from '../../packages/core/src/state/sql-state-store.ts'
import type { StateStore } from '../../packages/core/src/state/state-store.ts'
import { systemClock } from '../../packages/core/src/state/store-clock.ts'
import { attemptRequest, netops } from './attempt-requests.ts'
import { openNaiveSqljsEngine } from './naive-sqljs-engine.ts'

const [, , url = '', accounts = '1', run = '', waitMs = '10000'] = process.argv

// In one write: a line is whole or not there.
const say = (line: string) => writeSync(1, `${line}\n`)

async function open(): Promise<StateStore> {
  const workspace = 'office'
  const program = { program: 'writer', user: 'test' }
  if (!url.startsWith('naive:')) return openStateStore({ url, workspace, program, waitMs: Number(waitMs) })
  const engine = openNaiveSqljsEngine(url.slice('naive:'.length))
  const full = { ...program, id: String(process.pid), host: '', pid: process.pid }
  return new SqlStateStore(engine, { workspace, program: full }, systemClock)
}

const store = await open().catch((error: unknown) => {
  if (!(error instanceof NetlatchError)) throw error
  say(`refused ${error.code}`)
  process.exit()
})
const outcomes: readonly AttemptOutcome[] = ['rejected', 'unclear', 'unsent']
async function work(worker: number): Promise<never> {
  for (let i = 0; ; i++) {
    const username = `account-${Math.floor(Math.random() * Number(accounts))}`
    const device = `device-${process.pid}-${worker}-${i}`
    const request = attemptRequest(device, { charges: [{ ...netops, username }], secretId: `${username}-secret` })
    const verdict = await store.reserve(request)
    if (verdict.granted) {
      const outcome = outcomes[i % outcomes.length] ?? 'rejected'
      if (outcome !== 'unsent') say(`sent ${username} ${verdict.grant.id}`)
      await sleep(Math.random() * 5)
      if (await store.finish(verdict.grant, outcome)) say(`ended ${verdict.grant.id} ${outcome}`)
    }
    await store.saveResult(run, {
      device,
      host: '192.0.2.1',
      platform: 'cisco_ios',
      outcome: 'failed',
      code: 'AUTH_REJECTED',
      message: '',
      advice: '',
      credential: null,
      privilege: 'unknown',
      attempts: [],
      phases: {},
      durationMs: 0,
      testedAt: new Date(),
      details: {},
    })
    say(`result ${device}`)
  }
}

await Promise.all([work(1), work(2), work(3)])
