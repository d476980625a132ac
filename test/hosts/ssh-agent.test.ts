import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { after, before, describe, it } from 'mocha'
import type { CommandLine } from '../support/command-line.ts'
import { type RealHosts, startRealHosts } from './support/real-hosts.ts'
import { realWorkspace } from './support/real-workspace.ts'

const exec = promisify(execFile)

describe('keys in a real ssh-agent', () => {
  let hosts: RealHosts
  let netlatch: CommandLine
  let fingerprint = ''
  let agent: ReturnType<typeof spawn>
  const socket = () => join(netlatch.home, 'agent.sock')
  const env = () => ({ SSH_AUTH_SOCK: socket() })

  before(async () => {
    hosts = await startRealHosts([{ name: 'linux-1', kind: 'linux', username: 'ops', maxAuthTries: 2 }])
    netlatch = await realWorkspace(hosts, [])
    agent = spawn('ssh-agent', ['-D', '-a', socket()], { stdio: ['ignore', 'pipe', 'ignore'] })
    await new Promise((resolve) => agent.stdout?.once('data', resolve))
    // Strangers first: with more than one of them offered, a server with MaxAuthTries 2 would hang up.
    const keys = ['stranger-1', 'stranger-2', 'stranger-3'].map((name) => join(netlatch.home, name))
    for (const key of keys) await exec('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key])
    const own = join(netlatch.home, 'own')
    await writeFile(own, hosts.host('linux-1').privateKey, { mode: 0o600 })
    for (const key of [...keys, own]) await exec('ssh-add', ['-q', key], { env: { ...process.env, ...env() } })
    fingerprint = (await exec('ssh-keygen', ['-l', '-f', own])).stdout.split(' ')[1] ?? ''
    await rm(own)
    await netlatch.mustRun(['trust', '--scan'])
  })
  after(async () => {
    agent?.kill()
    await netlatch?.[Symbol.asyncDispose]()
    await hosts?.stop()
  })

  it('open a device by the one that its credential names, with no other offered', async () => {
    const fields = ['--username', 'ops', '--tags', 'linux-1', '--hosts', '127.0.0.0/8', '--realm', 'on-device']
    await netlatch.mustRun(['vault', 'add', 'ops-agent', ...fields, '--reference', `agent:${fingerprint}`])
    await netlatch.mustRun(['creds', 'discover', '--yes'], env())
    assert.match((await netlatch.mustRun(['run', 'linux-1', '--', 'uname', '-n'], env())).stdout, /linux-1/)
    const attempts = await hosts.host('linux-1').attempts({ atLeast: 1 })
    assert.deepEqual(
      [...new Set(attempts.map(({ method, outcome }) => `${method} ${outcome}`))],
      ['publickey accepted'],
    )
  })

  it('are asked of no agent that is not named by SSH_AUTH_SOCK', async () => {
    const { exitCode, stdout } = await netlatch.run(['creds', 'test', 'linux-1'])
    assert.equal(exitCode, 1)
    assert.match(stdout, /SSH_AUTH_SOCK is not set/)
  })
})
