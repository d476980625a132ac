/**
 * A program that uses a state file until it is killed. It says what it was promised, at once and one line each:
 * `sent <account> <grant>` (a login server got the secret), `ended <grant> <outcome>`, `result <device>`.
 */
import { writeSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { AttemptOutcome } from '../../packages/core/src/model.ts'
import { openStateStore } from '../../packages/core/src/state/open-state-store.ts'
import { attemptRequest, netops } from './attempt-requests.ts'

const [, , path = '', accounts = '1', run = ''] = process.argv
const store = await openStateStore({
  url: `sqlite:${path}`,
  workspace: 'office',
  program: { program: 'writer', user: 'test' },
})

// In one write: a line is whole or not there.
const say = (line: string) => writeSync(1, `${line}\n`)
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
