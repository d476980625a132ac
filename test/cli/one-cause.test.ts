import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, it } from 'mocha'
import { stringify } from 'yaml'
import { CommandInProcess } from '../support/command-in-process.ts'
import type { CommandAnswer } from '../support/command-line.ts'
import { type FleetBench, openBench } from '../support/fleet-bench.ts'

const password = 'one-cause-5d1b-secret'
const old = { algorithms: 'legacy-sha1', reason: 'old', until: '2099-06-30' }

describe('one cause that many devices share', () => {
  let bench: FleetBench
  before(async () => {
    bench = await openBench({
      fleet: {
        devices: Array.from({ length: 24 }, (_, index) => ({
          name: `sw-${index + 1}`,
          platform: 'cisco_ios' as const,
          accounts: [{ username: 'netops', password, privileged: true }],
          configuration: { bytes: 600 },
          inventory: {
            tags: ['core'],
            ...(index < 20 ? { jump_host: 'bastion' } : {}),
            ...(index === 20 || index === 21 ? { ssh: { ...old, until: `2099-0${index - 15}-30` } } : {}),
          },
        })),
      },
      credentials: { netops: { username: 'netops', password, realm: 'on-device', tags: ['core'] } },
    })
    const [place] = bench.fleet.places
    const jump_hosts = { bastion: { host: place?.address, port: 1, credential: 'netops' } }
    await writeFile(join(bench.folder, 'netlatch.yaml'), stringify({ jump_hosts }))
  })
  after(() => bench[Symbol.asyncDispose]())

  const netlatch = (...words: readonly string[]) => CommandInProcess.in(bench.folder).run(words, bench.env)

  const about = (text: string, { stdout, stderr }: CommandAnswer) =>
    [stdout, stderr].map((stream) => stream.split('\n').filter((line) => line.includes(text)))
  const ended = [[/^ {2}! {2}jump host bastion failed +20 +sw-\[1-20\] +netlatch doctor bastion$/], []]
  const warned = [[], [/^ {2}! SSH profile legacy-sha1: 2 devices, the first until 2099-05-30$/]]
  const matches = (lines: readonly string[][], patterns: readonly (readonly RegExp[])[], answer: CommandAnswer) => {
    const shown = `${answer.stdout}\n${answer.stderr}`
    for (const [stream, expected] of patterns.entries()) {
      assert.equal(lines[stream]?.length, expected.length, shown)
      for (const [index, pattern] of expected.entries()) assert.match(lines[stream]?.[index] ?? '', pattern)
    }
  }

  it('is one line while a discovery goes on and one at its end, and so is an old SSH profile', async () => {
    const answer = await netlatch('creds', 'discover', 'all', '--yes', '--no-wait')
    assert.equal(answer.exitCode, 1)
    const live = /^ {2}! jump host bastion failed \(.+\): the devices behind it are not tried$/
    matches(about('bastion', answer), [ended[0] ?? [], [live]], answer)
    matches(about('SSH profile', answer), warned, answer)
    assert.match(answer.stdout, /24 devices in .*: 4 opened · 20 need attention/)
  })

  it('is one line in a backup and in the answers of commands', async () => {
    for (const words of [['backup'], ['run', 'all', '--', 'show', 'clock']]) {
      const answer = await netlatch(...words)
      assert.equal(answer.exitCode, 1)
      matches(about('bastion', answer), ended, answer)
      matches(about('SSH profile', answer), warned, answer)
    }
  })

  it('is one line in a scan of host keys', async () => {
    const answer = await netlatch('trust', '--scan', 'all')
    matches(
      about('bastion', answer),
      [[/^ +20 +jump host bastion failed +sw-\[1-20\] +netlatch doctor bastion$/], []],
      answer,
    )
  })

  it('is in the summary for programs, with the old profiles, and nothing is where all is modern', async () => {
    const all = await netlatch('run', 'all', '--json', '--', 'show', 'clock')
    const summary = all.objects.at(-1)
    assert.deepEqual(summary?.legacyProfiles, [
      {
        profile: 'legacy-sha1',
        devices: 2,
        until: '2099-05-30',
        overdue: 0,
        text: 'SSH profile legacy-sha1: 2 devices, the first until 2099-05-30',
      },
    ])
    assert.doesNotMatch(all.stderr, /SSH profile/)
    const modern = await netlatch('run', 'sw-24', '--json', '--', 'show', 'clock')
    assert.equal(modern.objects.at(-1)?.legacyProfiles, undefined)
    const doctor = await netlatch('doctor', 'sw-21')
    matches(about('SSH profile', doctor), [[], [/1 device, until 2099-05-30$/]], doctor)
  })
})
