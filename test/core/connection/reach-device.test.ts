import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import type { ConnectionPhase } from '../../../packages/core/src/connection/transport.ts'
import { scriptedSshServer } from '../../support/hostile-ssh-server.ts'
import { acceptAnyPassword, closedPort, hasCode, openOptions, targetAt, transport } from '../../support/ssh-login.ts'

describe('reaching a device', () => {
  it('says that a port refuses', async () => {
    await assert.rejects(transport.open(targetAt(await closedPort()), openOptions), hasCode('REFUSED'))
  })

  it('says that a name is not known', async () => {
    const hosts = [`${'a'.repeat(64)}.invalid`]
    await assert.rejects(
      transport.open(targetAt(22, { hosts }), openOptions),
      hasCode('DNS_FAILED', /sw-1: name a+\.invalid/),
    )
  })

  it('takes the first of several addresses that answers', async () => {
    await using server = await scriptedSshServer({ address: '127.0.0.1', onLogin: acceptAnyPassword })
    const hosts = [`${'a'.repeat(64)}.invalid`, '127.0.0.7', '127.0.0.1']
    await using handshake = await transport.open(targetAt(server.port, { hosts }), openOptions)
    assert.equal(handshake.address, '127.0.0.1')
  })

  it('reports of several dead addresses the one that came furthest', async () => {
    const hosts = ['127.0.0.7', `${'a'.repeat(64)}.invalid`]
    await assert.rejects(
      transport.open(targetAt(await closedPort(), { hosts }), openOptions),
      hasCode('REFUSED', /127\.0\.0\.7/),
    )
  })

  it('looks names up', async () => {
    await using server = await scriptedSshServer({ onLogin: acceptAnyPassword })
    const seen: ConnectionPhase[] = []
    await using handshake = await transport.open(targetAt(server.port, { hosts: ['localhost'] }), {
      ...openOptions,
      onPhase: (phase) => seen.push(phase),
    })
    assert.equal(handshake.address, '127.0.0.1')
    assert.deepEqual(
      seen.filter((phase, index) => seen.indexOf(phase) === index),
      ['dns', 'tcp', 'identification', 'host-key', 'key-exchange', 'methods'],
    )
    assert.deepEqual(Object.keys(handshake.phases).sort(), [...new Set(seen)].sort())
  })
})
