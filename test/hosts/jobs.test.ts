// biome-ignore-all lint/suspicious/noTemplateCurlyInString: TextFSM writes the places of its Values so
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, it } from 'mocha'
import type { CommandLine } from '../support/command-line.ts'
import { filesBelow, writeBelow } from '../support/job-workspace.ts'
import type { RealHosts } from './support/real-hosts.ts'
import { serverAndRouter } from './support/real-workspace.ts'

const routes = `Value Required,Key Prefix (\\d+\\.\\d+\\.\\d+\\.\\d+/\\d+)
Value Protocol (kernel|connected|static|local)

Start
  ^[KCSL][>* ]+\\s*\${Prefix} .* -> Continue.Record
`
const processes = `Value Required Pid (\\d+)
Value Command (\\S+)

Start
  ^\\s*\${Pid}\\s+\\S+\\s+[\\d:-]+\\s+\${Command} -> Record
`

describe('jobs on real servers', () => {
  let hosts: RealHosts
  let netlatch: CommandLine

  before(async () => {
    ;({ hosts, netlatch } = await serverAndRouter())
    const index = 'Template, Hostname, Platform, Command\n'
    const rows = 'routes.textfsm, .*, frr, sh[[ow]] ip ro[[ute]]\nps.textfsm, .*, linux, ps\n'
    await writeBelow(netlatch.folder, 'templates/index', index + rows)
    await writeBelow(netlatch.folder, 'templates/routes.textfsm', routes)
    await writeBelow(netlatch.folder, 'templates/ps.textfsm', processes)
    await writeBelow(netlatch.folder, 'netlatch.yaml', 'textfsm: templates\n')
  })
  after(async () => {
    await netlatch?.[Symbol.asyncDispose]()
    await hosts?.stop()
  })

  it('go in waves, hold answers against what is expected, make rows and save files', async () => {
    await hosts.host('frr-1').inside('vtysh', '-c', 'configure terminal', '-c', 'ip route 10.98.0.0/16 blackhole')
    await writeBelow(netlatch.folder, 'jobs/routes.yaml', {
      selection: 'all',
      commands: { frr: ['show ip route'], linux: ['ps -e'] },
      waves: { canary: 1, batch: 1 },
      expect: [
        { command: 'show ip route', contains: '10.98.0.0/16' },
        { command: 'ps -e', matches: '^ *PID TTY' },
      ],
      parse: { min_score: 0.4 },
      save_to: 'outputs/{device}-{timestamp}.txt',
    })
    await netlatch.mustRun(['jobs', 'validate'])
    const { objects } = await netlatch.mustRun(['--json', 'run', '--job', 'routes'])
    assert.deepEqual(
      objects.filter(({ type }) => type === 'wave').map(({ kind, devices }) => [kind, devices]),
      [
        ['canary', 1],
        ['batch', 1],
      ],
    )
    const rowsOf = (name: string) => {
      const found = objects.find(({ type, device }) => type === 'result' && device === name)
      return (found as { parsed: { rows: Record<string, string>[] }[] }).parsed[0]?.rows ?? []
    }
    assert.ok(rowsOf('frr-1').some(({ Prefix }) => Prefix === '10.98.0.0/16'))
    assert.ok(
      rowsOf('linux-1').some(({ Command }) => Command === 'sshd'),
      JSON.stringify(rowsOf('linux-1')),
    )
    const saved = await filesBelow(join(netlatch.folder, 'outputs'))
    assert.equal(Object.keys(saved).length, 2)
    assert.match(Object.entries(saved).find(([name]) => name.startsWith('frr-1'))?.[1] ?? '', /10\.98\.0\.0\/16/)
  })

  it('end with 1 when an answer is not as expected, and keep both runs', async () => {
    await hosts.host('frr-1').inside('vtysh', '-c', 'configure terminal', '-c', 'no ip route 10.98.0.0/16 blackhole')
    const answer = await netlatch.run(['run', '--job', 'routes'])
    assert.equal(answer.exitCode, 1, answer.stderr)
    assert.match(answer.stdout, /frr-1: show ip route: has no "10\.98\.0\.0\/16"/)
    const { objects } = await netlatch.mustRun(['--json', 'jobs', 'history', 'routes'])
    assert.deepEqual(
      objects.map(({ succeeded, failed, saved }) => [succeeded, failed, saved]),
      [
        [1, 1, 2],
        [2, 0, 2],
      ],
    )
  })

  it('show what changed on a router between two runs', async () => {
    await netlatch.mustRun(['run', 'frr-1', '--output', 'before.json', '--', 'show', 'running-config'])
    await netlatch.mustRun(['run', '--compare', 'before.json'])
    await hosts.host('frr-1').inside('vtysh', '-c', 'configure terminal', '-c', 'ip route 10.97.0.0/16 blackhole')
    const changed = await netlatch.run(['run', '--compare', 'before.json'])
    assert.equal(changed.exitCode, 1)
    assert.match(changed.stdout, /^│ \+ip route 10\.97\.0\.0\/16 blackhole$/m)
    assert.match(await readFile(join(netlatch.folder, 'before.json'), 'utf8'), /show running-config/)
  })
})
