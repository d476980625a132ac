import assert from 'node:assert/strict'
import { after, before, describe, it } from 'mocha'
import { CommandInProcess } from '../support/command-in-process.ts'
import { type FleetBench, openBench } from '../support/fleet-bench.ts'

const password = 'held-back-77ac-secret'

describe('a device that the budget holds back', () => {
  let bench: FleetBench
  before(async () => {
    bench = await openBench({
      fleet: {
        realms: { tacacs: { accounts: [{ username: 'netops', password, privileged: true }], lockout: { after: 5 } } },
        devices: ['sw-1', 'sw-2', 'sw-3'].map((name) => ({
          name,
          platform: 'cisco_ios' as const,
          realm: 'tacacs',
          inventory: { realm: 'tacacs', tags: ['core'] },
        })),
      },
      netlatch: { realms: { tacacs: { kind: 'server', lockout_threshold: 3 } } },
      credentials: {
        netops: { username: 'netops', password, realm: 'tacacs', tags: ['core'] },
        glass: { username: 'glass', password, realm: 'tacacs', match: 'all', fallback: true },
      },
    })
  })
  after(() => bench[Symbol.asyncDispose]())

  const netlatch = (...words: readonly string[]) => CommandInProcess.in(bench.folder).run(words, bench.env)

  it('is told with its cause, for people and for programs', async () => {
    await netlatch('creds', 'test', 'sw-1', '--credential', 'glass')
    const told = await netlatch('run', 'sw-1', '--no-wait', '--', 'show', 'clock')
    assert.match(told.stdout, /^ {2}○ {2}deferred until \d\d:\d\d {2}1 {2}sw-1 {2}run again then$/m)
    assert.match(told.stdout, /^ {2}deferred until \d\d:\d\d: a login failed on sw-1 a moment ago$/m)
    const json = await netlatch('run', 'sw-1', '--no-wait', '--json', '--', 'show', 'clock')
    const [result] = json.objects
    assert.deepEqual([result?.code, result?.because], ['DEFERRED', 'a login failed on sw-1 a moment ago'])
  })

  it('waits for a person where one more failure could lock the account, and hears what it would make of the count', async () => {
    const answer = await netlatch('creds', 'test', 'sw-2', '--credential', 'glass', '--json')
    const [result] = answer.objects
    assert.deepEqual(
      [result?.code, result?.attempts, result?.advice],
      ['NEEDS_DECISION', 0, 'netlatch creds release glass'],
    )
    assert.match(String(result?.because), /one more failure makes 2 failed logins of 2 allowed for glass, locks at 3$/)
    assert.equal((await netlatch('creds', 'release', 'glass')).exitCode, 0)
    const again = await netlatch('creds', 'test', 'sw-2', '--credential', 'glass', '--json')
    assert.deepEqual([again.objects[0]?.code, again.objects[0]?.attempts], ['AUTH_REJECTED', 1])
    assert.equal(bench.fleet.counters().lockedAccounts, 0)
  })
})
