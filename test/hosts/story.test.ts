import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { after, before, describe, it } from 'mocha'
import type { CommandLine } from '../support/command-line.ts'
import { type RealHosts, startRealHosts } from './support/real-hosts.ts'
import { realWorkspace } from './support/real-workspace.ts'

const exec = promisify(execFile)

describe('the story on real servers', () => {
  let hosts: RealHosts
  let netlatch: CommandLine

  before(async () => {
    hosts = await startRealHosts([
      { name: 'linux-1', kind: 'linux', username: 'ops' },
      { name: 'frr-1', kind: 'frr', username: 'routing' },
      { name: 'dropbear-1', kind: 'dropbear', username: 'edge' },
    ])
    const { privateKey } = hosts.host('dropbear-1')
    netlatch = await realWorkspace(hosts, [
      { name: 'linux-ops', username: 'ops', tag: 'linux-1', password: hosts.host('linux-1').password },
      { name: 'routers', username: 'routing', tag: 'frr-1', password: hosts.host('frr-1').password },
      { name: 'edge-key', username: 'edge', tag: 'dropbear-1', privateKey },
      { name: 'lab', username: 'lab', tag: 'lab', password: 'opens-nothing-here' },
    ])
  })
  after(async () => {
    await netlatch?.[Symbol.asyncDispose]()
    await hosts?.stop()
  })

  const archive = () => join(netlatch.folder, 'backups.git')
  const git = async (...words: string[]) => (await exec('git', ['-C', archive(), ...words])).stdout
  const results = (answer: { objects: readonly Record<string, unknown>[] }) =>
    answer.objects.filter(({ type }) => type === 'result')
  const codes = (answer: { objects: readonly Record<string, unknown>[] }) =>
    Object.fromEntries(results(answer).map(({ device, code }) => [device, code]))
  const verdicts = (answer: { objects: readonly Record<string, unknown>[] }) =>
    Object.fromEntries(results(answer).map(({ device, verdict }) => [device, verdict]))

  it('collects the host keys, and sends nothing but a key exchange', async () => {
    await netlatch.mustRun(['trust', '--scan'])
    const known = await readFile(join(netlatch.folder, 'known_hosts'), 'utf8')
    for (const host of hosts.hosts) assert.ok(known.includes(host.hostKey), host.name)
  })

  it('finds the credential of each device with one login on each', async () => {
    const plan = await netlatch.mustRun(['creds', 'discover', '--dry-run'])
    assert.match(plan.stdout, /nothing has been sent yet/)
    const answer = await netlatch.mustRun(['creds', 'discover', '--yes', '--json'])
    assert.deepEqual(Object.fromEntries(results(answer).map(({ device, credential }) => [device, credential])), {
      'linux-1': 'linux-ops',
      'frr-1': 'routers',
      'dropbear-1': 'edge-key',
    })
    const methods = { 'linux-1': 'password', 'frr-1': 'password', 'dropbear-1': 'publickey' }
    for (const [name, method] of Object.entries(methods)) {
      const host = hosts.host(name)
      const expected = [{ username: host.username, method, outcome: 'accepted' }]
      assert.deepEqual(await host.attempts({ atLeast: 1 }), expected, name)
    }
  })

  it('reports what opens what', async () => {
    const { objects } = await netlatch.mustRun(['creds', 'status', '--json'])
    const [coverage] = objects
    assert.equal(coverage?.opened, 3)
    assert.equal(coverage?.attention, 0)
    assert.equal(coverage?.untested, 0)
  })

  it('runs commands on a Linux shell and on the command line of FRRouting', async () => {
    assert.match((await netlatch.mustRun(['run', 'linux-1', '--', 'uname', '-sn'])).stdout, /│ Linux linux-1\n/)
    assert.match((await netlatch.mustRun(['run', 'frr-1', '--', 'show version'])).stdout, /│ FRRouting \d/)
  })

  it('saves what vtysh shows as the running configuration, its secrets replaced', async () => {
    const answer = await netlatch.mustRun(['backup', '--json'])
    assert.deepEqual(codes(answer), { 'linux-1': 'FIRST', 'frr-1': 'FIRST', 'dropbear-1': 'FIRST' })
    // vtysh ends its configuration; what a shell shows has no end of its own.
    assert.deepEqual(verdicts(answer), { 'linux-1': 'unproven', 'frr-1': 'good', 'dropbear-1': 'unproven' })
    const host = hosts.host('frr-1')
    const saved = await git('show', 'HEAD:lo/frr-1.cfg')
    let expected = await host.inside('vtysh', '-c', 'show running-config')
    for (const secret of host.configuration?.secrets ?? []) {
      assert.ok(expected.includes(secret))
      expected = expected.replaceAll(secret, '<nl:…>')
    }
    assert.equal(
      saved.replaceAll(/<nl:[\w-]+>/g, '<nl:…>'),
      expected.replace(/^Building configuration\.\.\.\n\nCurrent configuration:\n!\n/, ''),
    )
  })

  it('leaves an archive that plain git reads and finds no fault with', async () => {
    assert.equal(await git('ls-tree', '-r', '--name-only', 'HEAD'), 'lo/dropbear-1.cfg\nlo/frr-1.cfg\nlo/linux-1.cfg\n')
    assert.equal((await git('rev-list', '--count', 'HEAD')).trim(), '1')
    const { stdout, stderr } = await exec('git', ['-C', archive(), 'fsck', '--no-dangling', '--full'])
    assert.equal(stdout + stderr, '')
  })

  it('makes no commit when nothing changed', async () => {
    const before = await git('rev-parse', 'HEAD')
    const answer = await netlatch.mustRun(['backup', '--json'])
    assert.deepEqual(codes(answer), { 'linux-1': 'UNCHANGED', 'frr-1': 'UNCHANGED', 'dropbear-1': 'UNCHANGED' })
    assert.deepEqual(verdicts(answer), { 'linux-1': 'good', 'frr-1': 'good', 'dropbear-1': 'good' })
    assert.equal(await git('rev-parse', 'HEAD'), before)
  })

  it('shows a changed line and a changed secret as a diff', async () => {
    const changes = ['configure terminal', 'ip route 10.99.0.0/16 blackhole', 'router bgp 64512']
    const secret = 'neighbor 10.255.0.2 password another-secret'
    await hosts.host('frr-1').inside('vtysh', ...[...changes, secret].flatMap((command) => ['-c', command]))
    const answer = await netlatch.mustRun(['backup', 'frr-1', '--json'])
    assert.deepEqual(codes(answer), { 'frr-1': 'CHANGED' })
    const { stdout } = await netlatch.mustRun(['diff', 'frr-1'])
    const changed = stdout.split('\n').filter((line) => /^[+-](?![+-])/.test(line))
    assert.match(
      changed.join('\n'),
      /^\+ip route 10\.99\.0\.0\/16 blackhole\n- neighbor 10\.255\.0\.2 password (<nl:[\w-]+>)\n\+ neighbor 10\.255\.0\.2 password (?!\1)<nl:[\w-]+>$/,
    )
    assert.ok(!stdout.includes('another-secret'))
  })

  it('was never refused by any of them', async () => {
    for (const host of hosts.hosts) {
      const attempts = await host.attempts()
      assert.deepEqual(
        attempts.filter(({ outcome }) => outcome !== 'accepted'),
        [],
        host.name,
      )
    }
  })
})
