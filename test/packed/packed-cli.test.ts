import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { lstat, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { after, before, describe, it } from 'mocha'
import { CommandLine } from '../support/command-line.ts'
import { type FleetProcess, startFleetProcess } from '../support/simulated-fleet/fleet-process.ts'
import { fleetWorkspace } from '../support/simulated-fleet/workspace.ts'

const exec = promisify(execFile)
const checkout = fileURLToPath(new URL('../..', import.meta.url))
/** The oldest that is promised: `engines` of the packages. */
const oldestNode = '22.18.0'

describe(`the packed command line, installed from its tarballs, on Node ${oldestNode}`, () => {
  const password = randomBytes(12).toString('base64url')
  let folder = ''
  let fleet: FleetProcess
  let netlatch: CommandLine

  before(async function () {
    this.timeout(300_000)
    folder = await mkdtemp(join(tmpdir(), 'netlatch-packed-'))
    await install(folder)
    netlatch = await CommandLine.make({
      node: join(folder, 'node_modules/node/bin/node'),
      bin: join(folder, 'node_modules/.bin/netlatch'),
    })
    const device = (name: string, platform: 'cisco_ios' | 'arista_eos' | 'juniper_junos') => ({
      name,
      platform,
      accounts: [{ username: 'netops', password, privileged: true }],
      inventory: { site: 'lab', tags: ['core'], realm: 'on-device' },
    })
    fleet = await startFleetProcess({
      devices: [device('ios-1', 'cisco_ios'), device('eos-1', 'arista_eos'), device('junos-1', 'juniper_junos')],
    })
  })
  after(async () => {
    await fleet?.[Symbol.asyncDispose]()
    await netlatch?.[Symbol.asyncDispose]()
    if (folder) await rm(folder, { recursive: true, force: true })
  })

  /** Runs a command that has nothing to say on standard error: no warning of Node's either. */
  async function quietly(words: readonly string[], secrets?: Readonly<Record<string, string>>): Promise<string> {
    const { stdout, stderr } = await netlatch.mustRun(words, secrets)
    assert.equal(stderr, '')
    return stdout
  }

  it('holds what it needs, and no sources', async () => {
    const core = join(folder, 'node_modules/@netlatch/core')
    assert.deepEqual((await readdir(core)).toSorted(), ['LICENSE', 'README.md', 'dist', 'package.json', 'schemas'])
    const cli = join(folder, 'node_modules/netlatch')
    assert.deepEqual((await readdir(cli)).toSorted(), ['LICENSE', 'README.md', 'bin', 'dist', 'package.json'])
    for (const packed of [core, cli]) {
      const files = await readdir(join(packed, 'dist'), { recursive: true })
      assert.deepEqual(
        files.filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts')),
        [],
      )
      for (const file of files.filter((each) => each.endsWith('.js')))
        assert.doesNotMatch(await readFile(join(packed, 'dist', file), 'utf8'), /from '[^']*\.ts'/, file)
    }
  })

  it('brings the types of the core', async () => {
    const program = [
      "import { openNetlatch } from '@netlatch/core'",
      "await using netlatch = await openNetlatch({ cwd: '.', env: {}, program: 'cli' })",
      'export const devices: number = netlatch.inventory.devices.length',
      '// @ts-expect-error the list is not a number',
      'export const list: number = netlatch.inventory.devices',
    ]
    const file = join(folder, 'program.mts')
    await writeFile(file, program.join('\n'))
    const options = ['--noEmit', '--strict', '--skipLibCheck', '--module', 'nodenext', '--target', 'esnext']
    await exec(join(checkout, 'node_modules/.bin/tsc'), [...options, '--lib', 'esnext', '--ignoreConfig', file], {
      cwd: folder,
    })
  })

  it('starts through the symbolic link that npm makes', async () => {
    assert.ok((await lstat(join(folder, 'node_modules/.bin/netlatch'))).isSymbolicLink())
    const { version } = JSON.parse(await readFile(join(checkout, 'packages/cli/package.json'), 'utf8'))
    assert.equal(await quietly(['--version']), `${version}\n`)
  })

  it('makes a workspace, and keeps a credential', async () => {
    assert.match(await quietly(['init', '--yes']), /^Created in /)
    assert.match(await quietly(['inventory', 'check']), /2 devices, 0 credentials, no problems\./)
    await fleetWorkspace(fleet, netlatch.folder)
    const fields = ['--username', 'netops', '--tags', 'core', '--hosts', '127.0.0.0/8', '--realm', 'on-device']
    await quietly(['vault', 'add', 'netops', ...fields, '--secret-env', 'SECRET'], { SECRET: password })
    assert.match(await quietly(['inventory', 'check']), /3 devices, 1 credential, no problems\./)
  })

  it('plans, discovers and saves', async () => {
    assert.match(await quietly(['creds', 'discover', '--dry-run']), /nothing has been sent yet/)
    assert.deepEqual((await fleet.ask('counters')).attempts, [])
    assert.match(await quietly(['creds', 'discover', '--yes']), /3 opened · nothing needs attention/)
    assert.match(await quietly(['run', 'all', '--', 'show version']), /3 answered/)
    assert.match(await quietly(['backup']), /3 first/)
    assert.match(await quietly(['backup']), /3 unchanged/)
    const { attempts, lockedAccounts } = await fleet.ask('counters')
    assert.deepEqual(new Set(attempts.map(({ outcome }) => outcome)), new Set(['accepted']))
    assert.equal(lockedAccounts, 0)
  })

  it('is told what is wrong with the Node it runs on, when that is too old', async () => {
    const [system] = await systemNodes()
    if (system === undefined) return
    const bin = join(folder, 'node_modules/.bin/netlatch')
    const { code, stderr } = await exec(system, [bin, '--version']).then(
      () => ({ code: 0, stderr: '' }),
      (error: { code: number; stderr: string }) => error,
    )
    assert.equal(code, 2)
    assert.match(stderr, /^netlatch needs Node 22\.18 or newer; this is \d+\.\d+\.\d+\./)
  })
})

async function install(folder: string): Promise<void> {
  const npm = (words: readonly string[], cwd: string) => exec('npm', words, { cwd, maxBuffer: 2 ** 26 })
  await npm(['run', '-s', 'build'], checkout)
  const tarballs: string[] = []
  for (const name of ['core', 'cli']) {
    const { stdout } = await npm(['pack', '--json', '--pack-destination', folder], join(checkout, 'packages', name))
    tarballs.push(...(JSON.parse(stdout) as { filename: string }[]).map(({ filename }) => join(folder, filename)))
  }
  const allowScripts = { node: true, 'cpu-features': false, ssh2: false }
  await writeFile(join(folder, 'package.json'), JSON.stringify({ private: true, allowScripts }))
  await npm(['install', '--no-audit', '--no-fund', `node@${oldestNode}`, ...tarballs], folder)
}

/** A Node of the machine that is older than the promised one, if there is any. */
async function systemNodes(): Promise<string[]> {
  const found: string[] = []
  for (const file of ['/usr/bin/node', '/usr/local/bin/node']) {
    const version = await exec(file, ['--version']).then(
      ({ stdout }) => stdout,
      () => '',
    )
    if (/^v(?:1\d|20|21)\./.test(version)) found.push(file)
  }
  return found
}
