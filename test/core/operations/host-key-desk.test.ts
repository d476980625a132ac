import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, it } from 'mocha'
import { readHostKeyBlob } from '../../../packages/core/src/connection/host-key.ts'
import type { HostKey } from '../../../packages/core/src/connection/transport.ts'
import type { Device } from '../../../packages/core/src/model.ts'
import { type HostKeyDesk, openHostKeyDesk } from '../../../packages/core/src/operations/host-key-desk.ts'
import type { Netlatch } from '../../../packages/core/src/operations/netlatch.ts'
import { devicesOf, type FleetBench, openBench } from '../../support/fleet-bench.ts'
import { ed25519KeyPair } from '../../support/ssh-keys.ts'

function newKey(): HostKey {
  return readHostKeyBlob(Buffer.from(ed25519KeyPair().publicKey, 'base64')) ?? assert.fail()
}

/** A connection as far as its host key goes. */
async function connectTo(desk: HostKeyDesk, device: Device, key: HostKey): Promise<void> {
  desk.check(device, key)
  await desk.keep(device, key)
}

describe('a workspace that accepts new host keys', () => {
  const [first, second] = [newKey(), newKey()]
  let bench: FleetBench
  let netlatch: Netlatch
  let device: Device
  beforeEach(async () => {
    bench = await openBench({
      fleet: { devices: [{ name: 'sw-1', platform: 'cisco_ios' }] },
      credentials: {},
      netlatch: { host_keys: 'accept-new' },
      known: () => false,
    })
    netlatch = await bench.open()
    device = (await devicesOf(netlatch))[0] ?? assert.fail()
  })
  afterEach(async () => {
    await netlatch[Symbol.asyncDispose]()
    await bench[Symbol.asyncDispose]()
  })

  it('accepts one: the next connection of the same run has to show the same', async () => {
    const desk = await openHostKeyDesk(netlatch)
    await connectTo(desk, device, first)
    await connectTo(desk, device, first)
    assert.deepEqual(desk.target(device).hostKeyTypes, ['ssh-ed25519'])
    await assert.rejects(connectTo(desk, device, second), { code: 'HOST_KEY_CHANGED' })
  })

  it('does not accept another one than a program beside it has just stored', async () => {
    const desks = await Promise.all([openHostKeyDesk(netlatch), openHostKeyDesk(netlatch)])
    await connectTo(desks[0], device, first)
    await assert.rejects(connectTo(desks[1], device, second), { code: 'HOST_KEY_CHANGED' })
    await connectTo(desks[1], device, first)
    const written = await readFile(join(bench.folder, 'known_hosts'), 'utf8')
    assert.equal(written.trim().split('\n').length, 1)
    assert.ok(written.includes(first.key))
  })
})
