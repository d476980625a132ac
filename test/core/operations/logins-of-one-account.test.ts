import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { describe, it } from 'mocha'
import { openNetlatch } from '../../../packages/core/src/open-netlatch.ts'
import { Secret } from '../../../packages/core/src/secret.ts'
import type { Login } from '../../../packages/core/src/vault/logins.ts'
import { discover, discoverWith } from '../../support/bench-runs.ts'
import { type BenchCredential, type FleetBench, openBench } from '../../support/fleet-bench.ts'

const secret = () => randomBytes(9).toString('base64url')
const halfHour = 30 * 60_000

const netops = (name: string, lockoutThreshold: number): Login => ({
  name,
  username: 'netops',
  secret: { password: new Secret(secret()) },
  match: 'all',
  hosts: ['127.0.0.0/8'],
  lockoutThreshold,
})

/** As one workflow does it: its own logins, no vault. */
async function discoverByLogins(bench: FleetBench, logins: readonly Login[]) {
  const { folder, env, clock } = bench
  const where = { cwd: folder, workspace: folder, env, clock }
  await using netlatch = await openNetlatch({ ...where, program: 'n8n', useVault: false, logins })
  return await discoverWith(netlatch, 'all')
}

/** Devices of one login server that locks an account after five wrong passwords, which all of these are. */
function openServer(credentials: Readonly<Record<string, BenchCredential>>): Promise<FleetBench> {
  const devices = Array.from({ length: 12 }, (_, index) => ({
    name: `sw-${index + 1}`,
    platform: 'cisco_ios' as const,
    realm: 'aaa',
    configuration: { bytes: 600 },
    inventory: { site: `site-${index + 1}` },
  }))
  const accounts = [{ username: 'netops', password: secret(), privileged: true }]
  return openBench({ fleet: { devices, realms: { aaa: { accounts, lockout: { after: 5 } } } }, credentials })
}

describe('logins of one account that are kept in several places', () => {
  it('lock it not even where one of them states no threshold and the other one its true one', async () => {
    await using bench = await openServer({})
    for (let round = 0; round < 6; round += 1) {
      await discoverByLogins(bench, [netops('one', 3)])
      await discoverByLogins(bench, [netops('other', 5)])
      await bench.pass(halfHour)
    }
    assert.equal(bench.fleet.counters().locks, 0)
    assert.equal(bench.secretsSeen, 4)
  })

  it('count with a credential of the vault, where neither names a realm', async () => {
    await using bench = await openServer({ own: { username: 'NETOPS', password: secret(), match: 'all' } })
    for (let round = 0; round < 6; round += 1) {
      await discover(bench, 'all')
      await discoverByLogins(bench, [netops('one', 5)])
      await bench.pass(halfHour)
    }
    assert.equal(bench.fleet.counters().locks, 0)
    assert.equal(bench.secretsSeen, 4)
  })
})
