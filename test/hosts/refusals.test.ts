import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, describe, it } from 'mocha'
import type { CommandAnswer, CommandLine } from '../support/command-line.ts'
import { type RealHostDescription, type RealHosts, startRealHosts } from './support/real-hosts.ts'
import { type RealCredential, realWorkspace } from './support/real-workspace.ts'

const exec = promisify(execFile)

describe('what real servers are sent when they refuse', () => {
  const opened: AsyncDisposable[] = []
  afterEach(async () => {
    for (const one of opened.splice(0).toReversed()) await one[Symbol.asyncDispose]()
  })

  const wrong = { name: 'outdated', username: 'netops', password: 'of-last-year' }

  async function start(
    description: RealHostDescription,
    credential: (hosts: RealHosts) => Omit<RealCredential, 'tag'>,
  ): Promise<{ hosts: RealHosts; netlatch: CommandLine }> {
    const hosts = await startRealHosts([description])
    opened.push(hosts)
    const netlatch = await realWorkspace(hosts, [{ tag: description.name, ...credential(hosts) }])
    opened.push(netlatch)
    await netlatch.mustRun(['trust', '--scan'])
    return { hosts, netlatch }
  }

  const discover = (netlatch: CommandLine, ...words: string[]) =>
    netlatch.run(['creds', 'discover', '--yes', '--no-wait', '--json', ...words])
  const resultOf = ({ objects }: CommandAnswer) => objects.find(({ type }) => type === 'result')

  for (const kind of ['linux', 'dropbear'] as const) {
    it(`${kind} counts a wrong password once, and is not asked again by another method or run`, async () => {
      const { hosts, netlatch } = await start({ name: 'host-1', kind }, () => wrong)
      const first = await discover(netlatch)
      assert.equal(first.exitCode, 1)
      assert.equal(resultOf(first)?.code, 'AUTH_REJECTED')
      assert.equal((await discover(netlatch, '--force')).exitCode, 1)
      assert.equal((await netlatch.run(['backup'])).exitCode, 1)
      assert.deepEqual(await hosts.host('host-1').attempts({ atLeast: 1 }), [
        { username: 'netops', method: 'password', outcome: 'rejected' },
      ])
    })
  }

  it('ends with the one failure that MaxAuthTries 1 allows, and comes back for no other', async () => {
    const { hosts, netlatch } = await start({ name: 'host-1', kind: 'linux', maxAuthTries: 1 }, () => wrong)
    const answer = await discover(netlatch)
    assert.equal(answer.exitCode, 1)
    assert.equal(resultOf(answer)?.code, 'AUTH_REJECTED')
    assert.equal(resultOf(answer)?.attempts, 1)
    assert.deepEqual(await hosts.host('host-1').attempts({ atLeast: 1 }), [
      { username: 'netops', method: 'password', outcome: 'rejected' },
    ])
  })

  for (const maxAuthTries of [6, 2]) {
    it(`follows an unknown key with the password of its credential under MaxAuthTries ${maxAuthTries}`, async () => {
      const { hosts, netlatch } = await start({ name: 'host-1', kind: 'linux', maxAuthTries }, (all) => ({
        ...wrong,
        password: all.host('host-1').password,
      }))
      const key = await newPrivateKey()
      await writeFile(join(netlatch.home, 'unknown-key'), key, { mode: 0o600 })
      await netlatch.mustRun(['vault', 'set', 'outdated', '--private-key', join(netlatch.home, 'unknown-key')])
      const answer = await discover(netlatch)
      assert.equal(resultOf(answer)?.code, 'OPENED_UNPRIVILEGED')
      const attempts = await hosts.host('host-1').attempts({ atLeast: 1 })
      assert.deepEqual(
        attempts.filter(({ method }) => method !== 'publickey'),
        [{ username: 'netops', method: 'password', outcome: 'accepted' }],
      )
    })
  }

  it('send nothing to a host that shows another key than it did', async () => {
    const { hosts, netlatch } = await start({ name: 'host-1', kind: 'linux' }, (all) => ({
      ...wrong,
      password: all.host('host-1').password,
    }))
    assert.equal((await discover(netlatch)).exitCode, 0)
    const sent = await hosts.host('host-1').attempts({ atLeast: 1 })
    const file = join(netlatch.folder, 'known_hosts')
    const other = await newHostKey()
    await writeFile(file, (await readFile(file, 'utf8')).replace(hosts.host('host-1').hostKey, other))

    const answer = await discover(netlatch, '--force')
    assert.equal(answer.exitCode, 1)
    assert.equal(resultOf(answer)?.code, 'HOST_KEY_CHANGED')
    assert.equal((await netlatch.run(['run', 'host-1', '--', 'uptime'])).exitCode, 1)
    assert.equal((await netlatch.run(['backup', 'host-1'])).exitCode, 1)

    await netlatch.mustRun(['trust', 'host-1', '--yes'])
    assert.equal((await discover(netlatch, '--force')).exitCode, 0)
    // The next login is the first that the server saw since.
    assert.equal((await hosts.host('host-1').attempts({ atLeast: sent.length + 1 })).length, sent.length + 1)
  })
})

async function newPrivateKey(): Promise<string> {
  return withNewKey((file) => readFile(file, 'utf8'))
}

async function newHostKey(): Promise<string> {
  return withNewKey(async (file) => (await readFile(`${file}.pub`, 'utf8')).split(' ').slice(0, 2).join(' '))
}

async function withNewKey(read: (file: string) => Promise<string>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'netlatch-key-'))
  try {
    const file = join(folder, 'key')
    await exec('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'test', '-f', file])
    return await read(file)
  } finally {
    await rm(folder, { recursive: true })
  }
}
