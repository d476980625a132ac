import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, it } from 'mocha'
import { findWorkspace, loadWorkspace, refuseErrors } from '../../../packages/core/src/workspace/load-workspace.ts'
import { shown } from '../../support/inventory-of-text.ts'

let root = ''
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'netlatch-workspace-'))
})
afterEach(() => rm(root, { recursive: true, force: true }))

const put = async (path: string, text = '') => {
  await mkdir(join(root, path, '..'), { recursive: true })
  await writeFile(join(root, path), text)
}
const load = async (text: string) => {
  await put('netlatch.yaml', text)
  return loadWorkspace({ folder: root, file: join(root, 'netlatch.yaml') })
}

describe('findWorkspace', () => {
  it('goes upwards to the first netlatch.yaml', async () => {
    await put('netlatch.yaml')
    await put('a/b/x')
    const found = await findWorkspace({ cwd: join(root, 'a/b'), env: { HOME: '/' } })
    assert.deepEqual(found, { folder: root, file: join(root, 'netlatch.yaml') })
  })

  it('stops at the root of a git repository and at home', async () => {
    await put('netlatch.yaml')
    await put('repo/.git/HEAD')
    await put('home/x')
    await assert.rejects(findWorkspace({ cwd: join(root, 'repo'), env: { HOME: '/' } }), { code: 'WORKSPACE_MISSING' })
    await assert.rejects(findWorkspace({ cwd: join(root, 'home'), env: { HOME: join(root, 'home') } }), {
      code: 'WORKSPACE_MISSING',
      advice: 'netlatch init',
    })
  })

  it('takes the current folder when it only has an inventory, but no folder above it', async () => {
    await put('inventory.yaml')
    await put('sub/x')
    assert.deepEqual(await findWorkspace({ cwd: root, env: { HOME: root } }), { folder: root })
    await assert.rejects(findWorkspace({ cwd: join(root, 'sub'), env: { HOME: root } }), { code: 'WORKSPACE_MISSING' })
  })

  it('tells a folder that this user may not look into from one without a workspace', async function () {
    // Root may look anywhere, so a child gives that up first.
    if (process.getuid?.() === undefined) return this.skip()
    await put('team/closed/netlatch.yaml')
    await chmod(root, 0o755)
    await chmod(join(root, 'team'), 0o755)
    await chmod(join(root, 'team/closed'), 0o700)
    const script = `
      import { findWorkspace } from ${JSON.stringify(import.meta.resolve('../../../packages/core/src/workspace/find-workspace.ts'))}
      import process from 'node:process'
      if (process.getuid() === 0) process.setuid(65534)
      else (await import('node:fs')).chmodSync(${JSON.stringify(join(root, 'team/closed'))}, 0o000)
      for (const explicit of ${JSON.stringify([join(root, 'team/closed'), join(root, 'team/closed/deeper'), join(root, 'team')])})
        await findWorkspace({ cwd: '/', env: { HOME: '/' }, explicit })
          .then(() => console.log('found'), (error) => console.log(error.code))`
    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' })
    await chmod(join(root, 'team/closed'), 0o700)
    const codes = ['FILE_UNREADABLE', 'FILE_UNREADABLE', 'WORKSPACE_MISSING']
    assert.deepEqual(stdout.trim().split('\n'), codes, stderr)
  })

  it('prefers what the caller names over NETLATCH_WORKSPACE, and that over the current folder', async () => {
    await put('one/netlatch.yaml')
    await put('two/netlatch.yaml')
    const env = { HOME: root, NETLATCH_WORKSPACE: join(root, 'two') }
    assert.equal((await findWorkspace({ cwd: root, env })).folder, join(root, 'two'))
    assert.equal((await findWorkspace({ cwd: root, env, explicit: 'one' })).folder, join(root, 'one'))
    const file = join(root, 'one/netlatch.yaml')
    assert.equal((await findWorkspace({ cwd: root, env, explicit: file })).file, file)
    await assert.rejects(findWorkspace({ cwd: root, env, explicit: 'three' }), { code: 'WORKSPACE_MISSING' })
  })
})

describe('loadWorkspace', () => {
  it('has a default for everything', async () => {
    const { settings, problems } = await loadWorkspace({ folder: root })
    assert.deepEqual(problems, [])
    assert.deepEqual(settings.inventory, [join(root, 'inventory.yaml')])
    assert.equal(settings.state, `sqlite:${join(root, '.netlatch/state.db')}`)
    assert.equal(settings.backups.repository, join(root, 'backups.git'))
    assert.deepEqual({ ...settings.realms }, { 'on-device': { kind: 'device' } })
    assert.deepEqual(settings.limits, { concurrency: 64, perSite: 16, perDevice: 2, connectsPerSecond: 50 })
    assert.equal(settings.hostKeys, 'strict')
  })

  it('reads every key, with paths made absolute', async () => {
    const { settings, problems } = await load(`
inventory: [a.yaml, sub/*.yaml]
credentials: vault/c.yaml
known_hosts: kh
state: postgres://netlatch@db/netlatch
backups: { repository: ../configs, branch: netlatch }
realms:
  tacacs-core: { kind: server, lockout_threshold: 5, max_in_flight: 4, scope: shared }
  lab: { kind: device, lockout_threshold: none }
jump_hosts:
  bastion: { host: 192.0.2.10, credential: bastion-key }
  corp: { ssh: corp-bastion }
  inner: { host: 192.0.2.20, port: 2222, credential: inner-key, jump_host: bastion }
host_keys: accept-new
limits: { per_site: 8 }
`)
    assert.deepEqual(problems, [])
    assert.deepEqual(settings.inventory, [join(root, 'a.yaml'), join(root, 'sub/*.yaml')])
    assert.deepEqual(settings.backups, { repository: join(root, '../configs'), branch: 'netlatch' })
    assert.deepEqual(settings.realms['tacacs-core'], {
      kind: 'server',
      lockoutThreshold: 5,
      maxInFlight: 4,
      scope: 'shared',
    })
    assert.equal(settings.realms.lab?.lockoutThreshold, 'none')
    assert.deepEqual(
      { ...settings.jumpHosts },
      {
        bastion: { host: '192.0.2.10', port: 22, credential: 'bastion-key' },
        corp: { ssh: 'corp-bastion' },
        inner: { host: '192.0.2.20', port: 2222, credential: 'inner-key', jumpHost: 'bastion' },
      },
    )
    assert.equal(settings.limits.perSite, 8)
  })

  it('names jump hosts that are unknown or reached through each other', async () => {
    const { problems } = await load(`jump_hosts:
  a: { host: 192.0.2.1, credential: k, jump_host: b }
  b: { host: 192.0.2.2, credential: k, jump_host: c }
  c: { host: 192.0.2.3, credential: k, jump_host: a }
  d: { host: 192.0.2.4, credential: k, jump_host: a }
  e: { host: 192.0.2.5, credential: k, jump_host: e }
  f: { host: 192.0.2.6, credential: k, jump_host: corq }
  corp: { ssh: corp }
`)
    assert.deepEqual(problems.map(shown), [
      'netlatch.yaml:2:51 jump hosts that are reached through each other: a > c > b > a. Take one jump_host: away.',
      'netlatch.yaml:3:51 jump hosts that are reached through each other: b > a > c > b. Take one jump_host: away.',
      'netlatch.yaml:4:51 jump hosts that are reached through each other: c > b > a > c. Take one jump_host: away.',
      'netlatch.yaml:6:51 jump hosts that are reached through each other: e > e. Take one jump_host: away.',
      'netlatch.yaml:7:51 unknown jump host "corq". Did you mean corp?',
    ])
  })

  it('reads how backups are kept, and refuses a remote that holds a password or is an option', async () => {
    const { settings, problems } = await load('backups: { push: origin, redaction: sealed, startup: false }\n')
    assert.deepEqual(problems, [])
    const repository = join(root, 'backups.git')
    assert.deepEqual(settings.backups, { repository, push: 'origin', redaction: 'sealed', startup: false })
    for (const wrong of [
      'push: "https://jo:secret@git.example.net/x"',
      'push: --mirror',
      'redaction: none',
      'start: no',
    ])
      assert.equal((await load(`backups: { ${wrong} }\n`)).problems.length, 1, wrong)
  })

  it('refuses a shared realm where the state is not shared', async () => {
    const { problems } = await load('realms:\n  ad: { kind: server, scope: shared }\n')
    assert.match(
      problems.map(shown).join('\n'),
      /^netlatch\.yaml:2:30 realm ad is shared, and the state is a file of this/,
    )
  })

  it('names each mistake with its place, keeps the rest, and treats a spoilt realm with most care', async () => {
    const { settings, problems } = await load(`hostkeys: strict
realms:
  one: { kind: server, lockout_threshold: 1 }
  two: { kind: sever }
  ok: { kind: server }
jump_hosts: { x: { host: user@10.0.0.1, credential: c } }
state: mysql://x
limits: { concurrency: many }
`)
    assert.deepEqual(problems.map(shown), [
      'netlatch.yaml:1:1 unknown key "hostkeys". Did you mean host_keys?',
      'netlatch.yaml:3:43 realms.one.lockout_threshold must be 2 or more, or none. An account that locks at the first failure cannot be tried at all.',
      'netlatch.yaml:4:16 unknown kind "sever". Did you mean server?',
      'netlatch.yaml:6:26 jump_hosts.x.host must be an address or a name. Write it without user, port, mask or scheme.',
      'netlatch.yaml:7:8 state must be sqlite:<file>, sqljs:<file> or postgres://…. Correct it.',
      'netlatch.yaml:8:24 limits.concurrency must be a whole number from 1 to 100000. Correct it, or take the key away.',
    ])
    assert.deepEqual(
      { ...settings.realms },
      {
        'on-device': { kind: 'device' },
        ok: { kind: 'server' },
        one: { kind: 'strict' },
        two: { kind: 'strict' },
      },
    )
    assert.throws(() => refuseErrors(problems), { code: 'INPUT_INVALID', problems })
  })

  it('takes the state from sql.js where asked, and warns of one that forgets', async () => {
    const { settings, problems } = await load('state: sqljs:.netlatch/one-program.db\n')
    assert.equal(settings.state, `sqljs:${join(root, '.netlatch/one-program.db')}`)
    assert.deepEqual(problems, [])
    const forgetful = await load('state: "sqlite::memory:"\n')
    assert.equal(forgetful.settings.state, 'sqlite::memory:')
    assert.deepEqual(forgetful.problems.map(shown), [
      'netlatch.yaml:1:1 the state is kept in memory: every run counts failed logins from 0. Write sqlite:.netlatch/state.db, unless no account can lock.',
    ])
  })

  it('refuses a password in the address of the database, and on-device as the name of a server', async () => {
    const { problems } = await load('state: postgres://u:hunter2@db/x\nrealms: { on-device: { kind: server } }\n')
    assert.deepEqual(
      problems.map(({ code }) => code),
      ['secret-in-workspace', 'wrong-value'],
    )
    assert.ok(!JSON.stringify(problems).includes('hunter2'))
  })

  it('throws FILE_UNREADABLE for a file that is not UTF-8', async () => {
    await writeFile(join(root, 'netlatch.yaml'), Buffer.from([0x61, 0x3a, 0xff]))
    await assert.rejects(loadWorkspace({ folder: root, file: join(root, 'netlatch.yaml') }), {
      code: 'FILE_UNREADABLE',
    })
  })
})
