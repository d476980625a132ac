import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { after, before, describe, it } from 'mocha'
import { type CommandAnswer, CommandLine } from '../support/command-line.ts'
import { CommandProcess } from '../support/command-process.ts'
import type { DeviceDescription } from '../support/simulated-fleet/description.ts'
import { type FleetProcess, startFleetProcess } from '../support/simulated-fleet/fleet-process.ts'
import { fleetWorkspace } from '../support/simulated-fleet/workspace.ts'

const execute = promisify(execFile)
const canary = (what: string) => `canary-${what}-${randomBytes(9).toString('hex')}`
const secrets = { NETOPS: canary('netops'), ENABLE: canary('enable'), WRONG: canary('wrong') }

const device = (name: string, more: Partial<DeviceDescription> = {}): DeviceDescription => ({
  name,
  platform: 'cisco_ios',
  accounts: [{ username: 'netops', password: secrets.NETOPS }],
  lockout: { after: 3 },
  enableSecret: secrets.ENABLE,
  configuration: { bytes: 1_500 },
  ...more,
  inventory: { realm: 'on-device', site: 'fra', tags: ['core'], ...more.inventory },
})

const types = (answer: CommandAnswer) => answer.objects.map(({ type }) => type)

describe('the command line on a simulated fleet', function () {
  this.timeout(60_000)
  let fleet: FleetProcess
  let line: CommandLine
  let commands: CommandProcess
  const said: CommandAnswer[] = []

  before(async () => {
    fleet = await startFleetProcess({
      devices: [
        device('sw-1'),
        device('sw-2'),
        device('sw-3', { accounts: [{ username: 'netops', password: 'another', privileged: true }] }),
        device('eos-1', { platform: 'arista_eos', inventory: { site: 'muc' } }),
      ],
    })
    line = await CommandLine.make()
    commands = new CommandProcess()
  })
  after(async () => {
    await commands[Symbol.asyncDispose]()
    await fleet[Symbol.asyncDispose]()
    await line[Symbol.asyncDispose]()
  })

  /** In one process for all of them: starting Node is most of a short command. */
  const netlatch = async (words: string) => {
    const env = { PATH: process.env.PATH ?? '', HOME: line.home, LANG: 'C.UTF-8', NO_COLOR: '1' }
    const answer = await commands.run({ words: words.split(' '), folder: line.folder, env })
    const lines = words.includes('--json') ? answer.stdout.split('\n').filter((text) => text !== '') : []
    const all = { ...answer, objects: lines.map((text) => JSON.parse(text) as Record<string, unknown>) }
    said.push(all)
    return all
  }
  /** The program as a user starts it. */
  const program = async (
    words: string,
    ...more: [Readonly<Record<string, string>>?, { input?: string; fd?: 0 | 3 }?]
  ) => {
    const answer = await line.start(words.split(' '), ...more).answer
    said.push(answer)
    return answer
  }

  it('makes a workspace, and a credential whose secrets come by variable and by descriptor', async () => {
    assert.equal((await program('init --yes')).exitCode, 0)
    await fleetWorkspace(fleet, line.folder, { netlatch: {} })
    const added = await program(
      'vault add netops --username netops --realm on-device --tags core --hosts 127.0.0.0/8 --secret-env PASSWORD',
      { PASSWORD: secrets.WRONG },
    )
    assert.equal(added.exitCode, 0, added.stderr)
    // Both kinds, and the line feed at the end is none of the secret.
    const password = await program('vault set netops --secret-fd 0', {}, { input: `${secrets.NETOPS}\n` })
    assert.equal(password.exitCode, 0, password.stderr)
    const enable = await program('vault set netops --enable --secret-fd 3', {}, { input: secrets.ENABLE, fd: 3 })
    assert.equal(enable.exitCode, 0, enable.stderr)
    assert.equal((await netlatch('vault set netops --secret-env NOT_SET')).exitCode, 2)
    assert.equal((await netlatch('vault verify')).exitCode, 0)
  })

  it('shows the plan, and without a terminal and --yes sends nothing', async () => {
    const answer = await program('creds discover all')
    assert.equal(answer.exitCode, 2)
    assert.match(answer.stdout, /^Plan for all · 4 devices · nothing has been sent yet$/m)
    assert.match(
      answer.stderr,
      /^No terminal to confirm on\. Add --yes to test 4 devices, or --dry-run to see the plan\.$/m,
    )
    assert.equal((await netlatch('creds discover all --dry-run')).exitCode, 0)
    assert.equal((await fleet.ask('counters')).connections, 0)
  })

  it('discovers: one JSON object a line, the plan first and the summary last', async () => {
    const answer = await program('creds discover all --yes --no-wait --json')
    assert.equal(answer.exitCode, 1)
    assert.deepEqual(types(answer), ['plan', ...Array(4).fill('result'), 'summary'])
    assert.ok(answer.objects.every(({ schema }) => schema === 'netlatch/1'))
    const [plan] = answer.objects
    assert.deepEqual([plan?.devices, Array.isArray(plan?.accounts)], [4, true])
    const results = new Map(answer.objects.filter(({ type }) => type === 'result').map((one) => [one.device, one]))
    const opened = results.get('sw-1')
    assert.deepEqual(
      [opened?.code, opened?.credential, opened?.privilege, opened?.attempts, opened?.needsAttention],
      ['OPENED_UNPRIVILEGED', 'netops', 'user', 1, false],
    )
    assert.ok(!Number.isNaN(Date.parse(String(opened?.testedAt))))
    const failed = results.get('sw-3')
    assert.deepEqual(
      [failed?.code, failed?.needsAttention, failed?.message, failed?.advice],
      ['AUTH_REJECTED', true, 'sw-3: no credential works', 'netlatch creds explain sw-3'],
    )
    const summary = answer.objects.at(-1)
    assert.deepEqual([summary?.devices, summary?.opened, summary?.needAttention, summary?.failedLogins], [4, 3, 1, 1])
    assert.equal((await fleet.ask('counters')).lockedAccounts, 0)
  })

  it('names what needs attention, with the next command, and ends with 0 when nothing does', async () => {
    const failed = await netlatch('creds discover @failed --yes --no-wait')
    assert.equal(failed.exitCode, 1)
    assert.match(failed.stdout, /no credential works .*sw-3 .*netlatch creds explain sw-3/)
    const fine = await netlatch('creds discover site:muc or name:sw-1 --yes --force')
    assert.equal(fine.exitCode, 0, fine.stdout)
    assert.match(fine.stdout, /2 opened · nothing needs attention/)
  })

  it('tells a number from a selection, and what is read-only', async () => {
    const limit = await netlatch('creds discover --limit dc1')
    assert.equal(limit.exitCode, 2)
    assert.match(limit.stderr, /^--limit takes a number\. To choose devices: netlatch creds discover dc1$/m)
    const before = (await fleet.ask('counters')).connections
    const writing = await netlatch('run all -- configure terminal')
    assert.equal(writing.exitCode, 2)
    assert.match(writing.stderr, /"configure terminal" is not read-only on cisco_ios/)
    const nowhere = await netlatch('run site:nowhere -- show version')
    assert.equal(nowhere.exitCode, 2)
    assert.equal((await fleet.ask('counters')).connections, before)
  })

  it('runs a command: the words after -- are one', async () => {
    const answer = await netlatch('run name:sw-1 or name:eos-1 --json -- show version')
    assert.equal(answer.exitCode, 0, answer.stderr)
    assert.deepEqual(types(answer), ['result', 'result', 'summary'])
    for (const { code, answers } of answer.objects.slice(0, 2)) {
      assert.equal(code, 'ANSWERED')
      assert.equal((answers as { command: string }[])[0]?.command, 'show version')
    }
    const people = await netlatch('run sw-1 -- show clock')
    assert.match(people.stdout, /^sw-1 /m)
    assert.match(people.stdout, /^│ .*\d\d:\d\d:\d\d/m)
    assert.ok(!people.stdout.includes('\u001B'))
  })

  it('saves configurations; a second time nothing is new; a change is shown', async () => {
    const first = await netlatch('backup not name:sw-3 --json')
    assert.equal(first.exitCode, 0, first.stderr)
    assert.deepEqual(types(first), [...Array(3).fill('result'), 'summary'])
    assert.deepEqual([first.objects.at(-1)?.first, typeof first.objects.at(-1)?.commit], [3, 'string'])
    const again = await netlatch('backup not name:sw-3')
    assert.equal(again.exitCode, 0)
    assert.match(again.stdout, /3 devices in .*: 3 unchanged/)
    const text = await fleet.ask('configuration', 'eos-1')
    await fleet.ask('setConfiguration', 'eos-1', text.replace(/^(hostname .*)$/m, '$1\n!\nip name-server 192.0.2.53'))
    await fleet.ask('setFault', 'sw-1', { truncatesAt: 0.6 })
    const third = await netlatch('backup not name:sw-3')
    assert.equal(third.exitCode, 1)
    assert.match(third.stdout, /backup held: cut off: .* sw-1 +netlatch backups held sw-1/)
    assert.match((await netlatch('diff eos-1')).stdout, /^\+ip name-server 192\.0\.2\.53$/m)
    const held = await netlatch('backups held --json')
    assert.deepEqual([types(held), held.objects[0]?.device], [['held'], 'sw-1'])
    assert.equal((await netlatch('backups drop sw-1')).exitCode, 0)
    assert.equal((await netlatch('backups accept sw-1')).exitCode, 2)
    await fleet.ask('setFaults', 'sw-1', {})
  })

  it('refuses a changed host key until it is trusted', async () => {
    await fleet.ask('changeHostKey', 'sw-2')
    const before = (await fleet.ask('counters')).secretsSeen
    const refused = await netlatch('run sw-2 --json -- show version')
    assert.equal(refused.exitCode, 1)
    assert.deepEqual(
      [refused.objects[0]?.code, refused.objects[0]?.attempts, refused.objects[0]?.advice],
      ['HOST_KEY_CHANGED', 0, 'netlatch trust sw-2'],
    )
    assert.equal((await fleet.ask('counters')).secretsSeen, before)
    const asked = await netlatch('trust sw-2')
    assert.equal(asked.exitCode, 2)
    assert.match(asked.stderr, /was +ED25519 SHA256:\S+\n +now +ED25519 SHA256:/)
    assert.equal((await netlatch('trust sw-2 --yes')).exitCode, 0)
    assert.equal((await netlatch('run sw-2 -- show version')).exitCode, 0)
  })

  it('tells coverage, explanations, histories, and releases', async () => {
    const status = await netlatch('creds status')
    assert.match(status.stdout, /opened +3 /)
    const explained = await netlatch('creds explain sw-3')
    assert.match(explained.stdout, /^sw-3 · 127\.\d+\.\d+\.\d+:\d+ · cisco_ios · site fra · tags core/m)
    assert.match((await netlatch('creds history sw-3')).stdout, /rejected +netops/)
    assert.match((await netlatch('history eos-1')).stdout, /bytes/)
    const released = await netlatch('creds release netops --json')
    assert.equal(released.exitCode, 0)
    assert.equal(released.objects[0]?.type, 'released')
    assert.equal((await netlatch('creds release nobody')).exitCode, 2)
    const tested = await netlatch('creds test sw-1')
    assert.equal(tested.exitCode, 0, tested.stderr)
  })

  it('ends well at one Ctrl-C, at once at two, and says so by 130', async () => {
    for (const name of ['sw-1', 'sw-2', 'eos-1']) await fleet.ask('setFault', name, { slowLoginMs: 1_500 })
    const inFlight = async (count: number) => {
      const until = performance.now() + 10_000
      while ((await fleet.ask('counters')).openConnections < count && performance.now() < until) await sleep(20)
      await sleep(300)
    }
    const once = line.start('creds discover not name:sw-3 --yes --force --json -w 1'.split(' '))
    await inFlight(1)
    once.interrupt()
    const finished = await once.answer
    said.push(finished)
    assert.equal(finished.exitCode, 130)
    assert.match(finished.stderr, /Finishing .*Press again to stop now/s)
    const codes = finished.objects.filter(({ type }) => type === 'result').map(({ code }) => code)
    assert.equal(codes.length, 3)
    assert.equal(codes.filter((code) => code === 'ABORTED').length, 2)

    for (const name of ['sw-1', 'sw-2', 'eos-1']) await fleet.ask('setFault', name, { slowLoginMs: 30_000 })
    const twice = line.start('creds discover not name:sw-3 --yes --force'.split(' '))
    await inFlight(1)
    twice.interrupt()
    await sleep(200)
    const at = performance.now()
    twice.interrupt()
    const stopped = await twice.answer
    said.push(stopped)
    assert.equal(stopped.exitCode, 130)
    assert.ok(performance.now() - at < 3_000, `ended ${performance.now() - at} ms after the second Ctrl-C`)
    const until = performance.now() + 2_000
    while ((await fleet.ask('counters')).openConnections > 0 && performance.now() < until) await sleep(20)
    assert.equal((await fleet.ask('counters')).openConnections, 0)
    for (const name of ['sw-1', 'sw-2', 'eos-1']) await fleet.ask('setFaults', name, {})
  })

  it('locks the vault where no identity opens it, and tells who could', async () => {
    const locked = await program('run sw-1 -- show version', { XDG_CONFIG_HOME: join(line.home, 'elsewhere') })
    assert.equal(locked.exitCode, 4)
    assert.match(locked.stderr, /^Vault locked: .*recipients: \S+/m)
  })

  it('refuses files with mistakes, all of them with their places', async () => {
    await writeFile(
      join(line.folder, 'more.yaml'),
      'version: 1\ndevices:\n  odd-1: { host: 192.0.2.1, platform: cisco_iso }\n  odd-2: { hots: 192.0.2.2 }\n',
    )
    await writeFile(join(line.folder, 'netlatch.yaml'), 'inventory: [inventory.yaml, more.yaml]\n')
    const refused = await program('run sw-1 --json -- show version')
    assert.equal(refused.exitCode, 3)
    assert.match(refused.stderr, /^more\.yaml:3:\d+ {2}unknown platform "cisco_iso"\. Did you mean cisco_ios\?/m)
    assert.match(refused.stderr, /^more\.yaml:4:\d+ {2}unknown key "hots"/m)
    assert.match(refused.stderr, /^\d problems in 1 file\b/m)
    assert.deepEqual(types(refused), ['error'])
    assert.equal((await netlatch('inventory check')).exitCode, 3)
    await writeFile(join(line.folder, 'netlatch.yaml'), '')
  })

  it('does nothing with a state that is broken', async () => {
    await writeFile(join(line.folder, 'netlatch.yaml'), 'state: sqlite:broken.db\n')
    await writeFile(join(line.folder, 'broken.db'), 'this is no database, and was never one\n'.repeat(200))
    const before = (await fleet.ask('counters')).connections
    const broken = await program('run sw-1 -- show version')
    assert.equal(broken.exitCode, 5)
    assert.match(broken.stderr, /broken\.db/)
    assert.equal((await fleet.ask('counters')).connections, before)
  })

  it('has shown no secret and no stack all along', async () => {
    const texts = said.map(({ stdout, stderr }) => stdout + stderr)
    for (const [name, secret] of Object.entries(secrets))
      assert.ok(!texts.some((text) => text.includes(secret)), `${name} was shown`)
    assert.ok(!texts.some((text) => /^\s+at .*\.(?:ts|js):\d+/m.test(text)), 'a stack was shown')
    const { stdout } = await execute(
      'git',
      ['-C', join(line.folder, 'backups.git'), 'cat-file', '--batch-all-objects', '--batch'],
      { encoding: 'latin1', maxBuffer: 1 << 26 },
    )
    for (const secret of Object.values(secrets)) assert.ok(!stdout.includes(secret))
  })
})
