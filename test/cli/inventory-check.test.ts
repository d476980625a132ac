import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, it } from 'mocha'
import { CommandInProcess } from '../support/command-in-process.ts'

const mistaken = `version: 1
defaults:
  platfrom: cisco_ios
groups:
  a: { groups: [b] }
  b: { groups: [a] }
  core: { tags: [core] }
devices:
  sw-1: { host: 10.0.0.1, platform: cisco_iso }
  sw-2: { host: 10.0.0.2, groups: [cores] }
  sw-3: { host: 10.0.0.3, realm: on-devise }
  sw-4: { host: 10.0.0.4, jump_host: bastion }
  sw-5: { host: 10.0.0.5, port: ssh }
  sw-6: { host: 10.0.0.6, password: @SECRET@ }
  sw-7: { host: 10.0.0.7, jumphost: bastion }
  sw-1: { host: 10.0.0.8 }
  sw-9: { platform: cisco_ios }
  sw-10: { host: 10.0.0.10, tags: core }
`

describe('netlatch inventory check', () => {
  let line: CommandInProcess
  before(async () => {
    line = await CommandInProcess.make()
    await line.mustRun(['init', '--yes'])
  })
  after(() => line[Symbol.asyncDispose]())
  const check = async (text: string, ...words: readonly string[]) => {
    await writeFile(join(line.folder, 'inventory.yaml'), text)
    return line.run(['inventory', 'check', ...words])
  }

  it('names each of twelve mistakes of a file with its line, and what is near or to be done', async () => {
    const secret = `s3cret-${Math.random().toString(36).slice(2)}`
    const { exitCode, stdout, stderr } = await check(mistaken.replace('@SECRET@', secret))
    assert.equal(exitCode, 3)
    for (const expected of [
      /^inventory\.yaml:3:3 {2}unknown key "platfrom" in defaults\. Did you mean platform\?$/m,
      /^inventory\.yaml:6:17 {2}groups that build on each other: a > b > a\./m,
      /^inventory\.yaml:9:37 {2}unknown platform "cisco_iso"\. Did you mean cisco_ios\?$/m,
      /^inventory\.yaml:10:36 {2}unknown group "cores"\. Did you mean core\?$/m,
      /^inventory\.yaml:11:34 {2}unknown realm "on-devise"\. Did you mean on-device\?$/m,
      /^inventory\.yaml:12:38 {2}unknown jump host "bastion"\. Add bastion: under jump_hosts:/m,
      /^inventory\.yaml:13:33 {2}port of device sw-5 must be a number/m,
      /^inventory\.yaml:14:37 {2}a password in the inventory \(device sw-6\)\n +Move it: netlatch vault add/m,
      /^inventory\.yaml:15:27 {2}unknown key "jumphost" in device sw-7\. Did you mean jump_host\?$/m,
      /^inventory\.yaml:16:3 {2}"sw-1" is also in inventory\.yaml:9:3\./m,
      /^inventory\.yaml:17:3 {2}device sw-9 has no host\./m,
      /^inventory\.yaml:18:35 {2}tags of device sw-10 must be a list\./m,
    ])
      assert.match(stdout + stderr, expected)
    assert.ok(!(stdout + stderr).includes(secret))
    const { objects } = await check(mistaken.replace('@SECRET@', secret), '--json')
    assert.equal(objects.filter(({ severity }) => severity === 'error').length, 12)
    assert.ok(!JSON.stringify(objects).includes(secret))
  })

  it('names an unknown group beside a slip in the syntax, unless the lines that it spoils hold the group', async () => {
    const groups = (name: string) => `groups:
  core: { tags: [core] }
  ${name}: { tags: [lab ] site: x }
devices:
  sw-1: { host: 10.0.0.1, groups: [cores] }
`
    const { stdout } = await check(groups('lab'))
    assert.match(stdout, /^inventory\.yaml:5:36 {2}unknown group "cores"/m)
    assert.match(stdout, /^2 problems/m)
    assert.match((await check(groups('cores'))).stdout, /^1 problem /m)
  })

  it('shows a few of many warnings of one kind, behind the errors, and all of them when asked', async () => {
    const devices = Array.from({ length: 30 }, (_, index) => `  sw-${index}: { host: 10.0.0.1, tags: [lab] }`)
    const text = `devices:\n${devices.join('\n')}\n  sw-bad: { host: 10.0.0.2, platform: cisco_iso }\n`
    const { stdout, exitCode } = await check(text)
    assert.equal(exitCode, 3)
    assert.match(stdout.split('\n')[0] ?? '', /unknown platform "cisco_iso"/)
    assert.equal(stdout.match(/ is also sw-0 /g)?.length, 3)
    assert.match(stdout, /^ {2}… 26 more of this kind: --verbose$/m)
    assert.match(stdout, /^3\d problems in 1 file$/m)
    assert.equal((await check(text, '--verbose')).stdout.match(/ is also sw-0 /g)?.length, 29)
    const { objects } = await check(text, '--json')
    assert.equal(objects.filter(({ code }) => code === 'duplicate-address').length, 29)
  })

  it('ends with 0 for warnings and 3 for an error', async () => {
    const warned = await check('devices: { a: { host: 10.0.0.1 } }\n')
    assert.equal(warned.exitCode, 0)
    assert.match(warned.stdout + warned.stderr, /warning: no credential applies to device a/)
    assert.equal((await check('devices: { a: { host: 10.0.0.1\n')).exitCode, 3)
  })
})
