import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, it } from 'mocha'
import type { CommandLine } from '../support/command-line.ts'
import type { RealHosts } from './support/real-hosts.ts'
import { serverAndRouter } from './support/real-workspace.ts'

describe('a session recorded on a real server', () => {
  let hosts: RealHosts
  let netlatch: CommandLine

  before(async () => {
    ;({ hosts, netlatch } = await serverAndRouter())
  })
  after(async () => {
    await netlatch?.[Symbol.asyncDispose]()
    await hosts?.stop()
  })

  for (const [name, platform] of [
    ['frr-1', 'frr'],
    ['linux-1', 'linux'],
  ] as const)
    it(`of ${platform} replays, has no secret, and costs one login`, async () => {
      const host = hosts.host(name)
      const { objects } = await netlatch.mustRun(['platforms', 'record', name, '--json'])
      assert.deepEqual(objects[0]?.findings, [])
      const folder = join(netlatch.folder, 'platforms', platform, name)
      assert.deepEqual((await readdir(folder)).toSorted(), ['running-config.txt', 'session.yaml'])
      const texts = await Promise.all((await readdir(folder)).map((file) => readFile(join(folder, file), 'utf8')))
      const secrets = [host.password, ...(host.configuration?.secrets ?? [])]
      for (const text of texts) for (const secret of secrets) assert.ok(!text.includes(secret), secret)
      assert.equal((await host.attempts({ atLeast: 1 })).length, 1)
    })

  it('of FRRouting still has what is no secret, and says which words are to vanish', async () => {
    const folder = join(netlatch.folder, 'platforms/frr/frr-1')
    assert.match(await readFile(join(folder, 'running-config.txt'), 'utf8'), /^hostname frr-1$[\s\S]*^end$/m)
    assert.match(await readFile(join(folder, 'session.yaml'), 'utf8'), /^hidden:\n {2}- "removed\d{3}"/m)
  })
})
