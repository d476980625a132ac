import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { after, before, describe, it } from 'mocha'
import { showSnapshot } from '../../packages/core/src/operations/diff-snapshots.ts'
import { runCommands } from '../../packages/core/src/operations/run-commands.ts'
import { backup, byCode, discover, resultOf } from '../support/bench-runs.ts'
import { CommandInProcess } from '../support/command-in-process.ts'
import { commandsOfPage, filesOfPage } from '../support/documentation.ts'
import { devicesOf, type FleetBench, openBench } from '../support/fleet-bench.ts'

const page = 'docs/platforms.md'
const password = randomBytes(9).toString('base64url')
const enable = randomBytes(9).toString('base64url')

/** Devices of a vendor that no built-in platform knows, and a workspace with the files that the page shows. */
async function acmeBench(): Promise<FleetBench> {
  const accounts = [{ username: 'netops', password }]
  const device = { platform: 'acme_os', accounts, enableSecret: enable } as const
  const bench = await openBench({
    fleet: {
      devices: [
        { name: 'acme-1', ...device, configuration: { bytes: 6000 }, inventory: { realm: 'lab' } },
        { name: 'acme-2', ...device, inventory: { realm: 'lab', platform: 'acme' } },
        { name: 'acme-3', ...device, inventory: { realm: 'lab', platform: 'autodetect' } },
      ],
    },
    credentials: { core: { username: 'netops', password, enable, match: 'all', realm: 'lab' } },
    netlatch: { realms: { lab: { kind: 'device', lockout_threshold: 'none' } } },
  })
  for (const [name, text] of filesOfPage(page)) {
    await mkdir(dirname(join(bench.folder, name)), { recursive: true })
    await writeFile(join(bench.folder, name), text)
  }
  return bench
}

describe('a platform of a user', () => {
  let bench: FleetBench
  before(async () => {
    bench = await acmeBench()
  })
  after(() => bench[Symbol.asyncDispose]())

  const netlatch = (...words: string[]) => CommandInProcess.in(bench.folder).run(words, bench.env)

  it('is known to the inventory, and a wrong name is not', async () => {
    assert.deepEqual(await bench.use(async ({ problems }) => problems), [])
    const { stdout, exitCode } = await netlatch('inventory', 'set', 'acme-1', 'platform=acme_oss')
    assert.notEqual(exitCode, 0, stdout)
  })

  it('opens, runs and is recognised by autodetect', async () => {
    assert.deepEqual(byCode(await discover(bench)), { OPENED_UNPRIVILEGED: 3 })
    const answers = await bench.use(async (open) =>
      Array.fromAsync(runCommands(open, await devicesOf(open, 'all'), { commands: ['print version'] })),
    )
    assert.deepEqual(byCode(answers), { ANSWERED: 3 })
    for (const answer of answers)
      assert.ok('answers' in answer && answer.answers[0]?.output.startsWith('Acme OS version'))
    await assert.rejects(
      bench.use(async (open) =>
        Array.fromAsync(runCommands(open, await devicesOf(open, 'acme-1'), { commands: ['erase all'] })),
      ),
      { code: 'USAGE' },
    )
  })

  it('is backed up, with enable, without secrets and volatile lines', async () => {
    assert.deepEqual(byCode(await backup(bench)), { FIRST: 3 })
    const text = await bench.use((open) => showSnapshot(open, 'acme-1'))
    assert.match(text, /^system name acme-1$/m)
    assert.match(text, /^account netops code sealed <nl:[\w-]+>$/m)
    assert.match(text, /^account guest code none$/m)
    assert.doesNotMatch(text, /written as number/)
    for (const secret of bench.fleet.plantedSecrets('acme-1')) assert.ok(!text.includes(secret))
    assert.deepEqual(byCode(await backup(bench)), { UNCHANGED: 3 })
  })

  it('is held when it is cut off', async () => {
    await bench.fleet.setFault('acme-1', { truncatesAt: 0.6 })
    const result = resultOf(await backup(bench, 'acme-1'), 'acme-1')
    assert.equal(result.code, 'CAPTURE_HELD')
    assert.match(String(result.details.reason), /cut off/)
    await bench.fleet.setFaults('acme-1', {})
  })

  it('is what the page says: every command of it works', async () => {
    const commands = commandsOfPage(page)
    assert.ok(commands.length >= 5)
    for (const words of commands) {
      const { exitCode, stdout, stderr } = await netlatch(...words)
      assert.equal(exitCode, 0, `${words.join(' ')}\n${stdout}${stderr}`)
    }
    assert.match(
      (await netlatch('platforms', 'check', 'platforms/acme_os.yaml')).stdout,
      /1 of 1 recorded session passed/,
    )
  })

  it('is listed with its file, and shown with all that it extends', async () => {
    const { objects } = await netlatch('platforms', 'list', '--json')
    assert.equal(objects.length, 64)
    const acme = objects.find(({ name }) => name === 'acme_os')
    assert.deepEqual(
      [acme?.title, acme?.aliases, acme?.backup, acme?.enable, acme?.autodetect, acme?.file],
      ['Acme OS', ['acme'], ['running'], true, true, 'platforms/acme_os.yaml'],
    )
    assert.equal(objects.find(({ name }) => name === 'arista_eos')?.file, 'platforms/arista_eos.yaml')
    const { stdout } = await netlatch('platforms', 'show', 'our_switch')
    assert.match(stdout, /^on_open:\n {2}- terminal length 0\n(?! {2}-)/m)
    assert.match(stdout, /name: licence/)
    assert.doesNotMatch(stdout, /startup:|detect:|cisco_xe/)
    const unknown = await netlatch('platforms', 'show', 'acme_so')
    assert.equal(unknown.exitCode, 2)
    assert.match(unknown.stderr, /Did you mean acme_os\?/)
  })

  it('is recorded without any secret, and nothing that is there is replaced unasked', async () => {
    const folder = join(bench.folder, 'platforms/acme_os/acme-1')
    const texts = await Promise.all(
      ['session.yaml', 'running-config.txt'].map((name) => readFile(join(folder, name), 'utf8')),
    )
    for (const text of texts)
      for (const secret of [password, enable, ...bench.fleet.plantedSecrets('acme-1')])
        assert.ok(!text.includes(secret))
    assert.match(texts[0] ?? '', /hidden:\n {2}- "removed001"/)
    assert.match(texts[0] ?? '', /sent: "screen lines 0\\n"/)
    const again = await netlatch('platforms', 'record', 'acme-1')
    assert.equal(again.exitCode, 2)
    assert.match(again.stderr, /has session\.yaml and running-config\.txt/)
    const yes = await netlatch('platforms', 'record', 'acme-1', '-x', 'print version', '-y', '--json')
    assert.equal(yes.exitCode, 0)
    assert.deepEqual(yes.objects[0]?.findings, [])
    assert.equal(
      await readFile(join(folder, 'running-config.txt'), 'utf8').then((text) => text.split('\n')[0]),
      'Acme OS version 4.2',
    )
    const refused = await netlatch('platforms', 'record', 'acme-1', '-x', 'erase all', '-y')
    assert.equal(refused.exitCode, 2)
  })

  it("is found in other tools' inventories too", async () => {
    await writeFile(
      join(bench.folder, 'devices.csv'),
      'name,host,platform\nacme-9,127.0.0.9,Acme OS\nodd-9,127.0.0.8,odd\n',
    )
    const { stdout, exitCode } = await netlatch('inventory', 'import', 'csv', 'devices.csv', '-y')
    assert.equal(exitCode, 0, stdout)
    const { stdout: shown } = await netlatch('inventory', 'show', 'acme-9')
    assert.match(shown, /platform +acme_os/)
    assert.match(stdout, /odd/)
    assert.doesNotMatch(stdout, /Acme OS/)
  })

  it('whose file has a mistake is told by its line, and by nothing else', async () => {
    const file = join(bench.folder, 'platforms/acme_os.yaml')
    const good = await readFile(file, 'utf8')
    await writeFile(
      file,
      good.replace("'chief %$'", () => "'chief (?=%)'"),
    )
    const { exitCode, stdout } = await netlatch('platforms', 'check', 'platforms/acme_os.yaml')
    assert.equal(exitCode, 3)
    const line = good.split('\n').findIndex((text) => text.includes('chief %$')) + 1
    assert.match(
      stdout,
      new RegExp(`^platforms/acme_os\\.yaml:${line}:45  the pattern of privileges\\.prompt looks ahead`),
    )
    await writeFile(join(bench.folder, 'platforms/acme_two.yaml'), 'name: acme_two\nextends: acme_os\n')
    const two = await netlatch('platforms', 'check', 'platforms/acme_two.yaml')
    assert.equal(two.exitCode, 3)
    assert.match(two.stdout, /^platforms\/acme_os\.yaml:/)
    await rm(join(bench.folder, 'platforms/acme_two.yaml'))
    const { stdout: all } = await netlatch('inventory', 'check')
    assert.match(all, /1 problem in 1 file/)
    await writeFile(file, good)
  })
})
