import assert from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { after, before, describe, it } from 'mocha'
import { generateIdentity } from '../../packages/core/src/vault/age-wrap.ts'
import { GitWorkspace } from '../support/git-workspace.ts'

const inventory = `version: 1
devices:
  core-1: { host: 10.0.0.1, tags: [core] }
  core-2: { host: 10.0.0.2, tags: [core] }
`

interface Person {
  readonly recipient: string
  readonly env: Readonly<Record<string, string>>
}

async function person(): Promise<Person> {
  const { identity, recipient } = await generateIdentity()
  return { recipient, env: { NETLATCH_IDENTITY: identity } }
}

async function configureDriver(workspace: GitWorkspace): Promise<void> {
  const start = fileURLToPath(new URL('../../packages/cli/src/start.ts', import.meta.url))
  const words = [process.execPath, '--conditions=@netlatch/source', start, 'vault', 'merge', '--driver', '%O %A %B']
  await workspace.git('config', 'merge.netlatch.driver', words.join(' '))
  await mkdir(join(workspace.folder, '.git/info'), { recursive: true })
  await writeFile(join(workspace.folder, '.git/info/attributes'), 'credentials.yaml merge=netlatch\n')
}

describe('a teammate of the vault', () => {
  let workspace: GitWorkspace
  let bob: Person
  before(async () => {
    workspace = await GitWorkspace.make({ 'inventory.yaml': inventory })
    bob = await person()
    await workspace.must(['vault', 'init'])
    await workspace.addCredential('core-admin', '--tags', 'core', '--hosts', '10.0.0.0/8')
    await workspace.must(['vault', 'add', 'outside', '--username', 'o', '--hosts', 'any', '--reference', 'env:OUTSIDE'])
    await workspace.commit('Start')
  })
  after(() => workspace[Symbol.asyncDispose]())

  const verify = (env: Readonly<Record<string, string>> = {}) => workspace.netlatch(['vault', 'verify'], env)

  it('is let in with a key', async () => {
    const locked = await verify(bob.env)
    assert.equal(locked.exitCode, 4)
    assert.match(locked.stderr, /^Vault locked: no identity here opens credentials\.yaml \(recipients: alice\)/)
    await workspace.must(['vault', 'recipients', 'add', 'bob', bob.recipient])
    assert.equal((await verify(bob.env)).exitCode, 0)
    const { stdout } = await workspace.must(['vault', 'recipients', 'list'])
    assert.match(stdout, new RegExp(`bob +${bob.recipient}`))
    const twice = await workspace.netlatch(['vault', 'recipients', 'add', 'bob', bob.recipient])
    assert.match(twice.stderr, /Recipient bob is there already/)
    const wrong = await workspace.netlatch(['vault', 'recipients', 'add', 'eve', 'age1nothing'])
    assert.match(wrong.stderr, /age1nothing is no age recipient/)
    await workspace.commit('Let bob in')
  })

  it('is told by init in a clone who can let them in, and with which key', async () => {
    await using other = await GitWorkspace.make({ 'inventory.yaml': inventory }, workspace)
    await other.must(['vault', 'init'])
    const env = { HOME: join(other.home, 'carol'), USER: 'carol' }
    const { stdout } = await other.must(['init', '--yes'], env)
    assert.match(stdout, /does not open this vault yet/)
    const [, key = ''] = /recipients add carol (age1\w+)\n$/.exec(stdout) ?? []
    await other.must(['vault', 'recipients', 'add', 'carol', key])
    assert.equal((await other.netlatch(['vault', 'verify'], env)).exitCode, 0)
    assert.match((await other.must(['init', '--yes'], env)).stdout, /^Everything is there already in /)
  })

  it('is rotated out: everything is sealed anew, and the passwords they could read are listed with their devices', async () => {
    const before = await workspace.must(['vault', 'fingerprint'])
    const asked = await workspace.netlatch(['vault', 'rotate', '--drop', 'bob'])
    assert.equal(asked.exitCode, 2)
    assert.match(asked.stderr, /Add --yes to rotate the vault without bob/)
    const { stdout } = await workspace.must(['vault', 'recipients', 'remove', 'bob', '--yes'])
    assert.match(stdout, /bob could read this password, and still can in older commits\. Change them on the devices:/)
    assert.match(stdout, /^ {2}core-admin {2}core-admin {2}2 devices {2}netlatch vault set core-admin$/m)
    assert.doesNotMatch(stdout, /outside/)
    assert.equal((await verify(bob.env)).exitCode, 4)
    assert.equal((await verify()).exitCode, 0)
    const after = await workspace.must(['vault', 'fingerprint'])
    assert.notEqual(after.stdout, before.stdout)
    await workspace.commit('Rotate bob out')
  })

  it('cannot bring the old file back where the new one was seen', async () => {
    await workspace.git('checkout', '--quiet', 'HEAD~1', '--', 'credentials.yaml')
    const { exitCode, stderr } = await verify()
    assert.equal(exitCode, 4)
    assert.match(stderr, /older than the vault this machine has seen \(epoch 1, seen 2\)/)
    await workspace.git('checkout', '--quiet', 'HEAD', '--', 'credentials.yaml')
  })

  it('may open it with a passphrase, which can be changed and is needed to keep them through a rotation', async () => {
    const opensWith = (text: string) => ({ XDG_CONFIG_HOME: join(workspace.home, 'none'), NETLATCH_PASSPHRASE: text })
    const give = (text: string) => ({ GIVEN: text })
    const from = ['--secret-env', 'GIVEN']
    await workspace.must(['vault', 'recipients', 'add', 'recovery', ...from], give('first several words'))
    assert.equal((await verify(opensWith('first several words'))).exitCode, 0)
    await workspace.must(['vault', 'change-passphrase', ...from], give('second several words'))
    assert.equal((await verify(opensWith('first several words'))).exitCode, 4)
    const wrong = await workspace.netlatch(['vault', 'rotate', '--yes', ...from], give('first several words'))
    assert.match(wrong.stderr, /That is not the passphrase of recovery/)
    await workspace.must(['vault', 'rotate', '--yes', ...from], give('second several words'))
    assert.equal((await verify(opensWith('second several words'))).exitCode, 0)
    assert.match(
      (await workspace.netlatch(['vault', 'rotate', '--yes', '--drop', 'alice,recovery'])).stderr,
      /Nobody could open/,
    )
  })

  it('gets credentials into a vault of their own as an age file, never in plain', async () => {
    await using other = await GitWorkspace.make({ 'inventory.yaml': inventory }, workspace)
    await other.must(['vault', 'init'])
    const { stdout: recipients } = await other.must(['vault', 'recipients', 'list', '--json'])
    const { opensWith } = JSON.parse(recipients) as { opensWith: string }
    const file = join(other.folder, 'export.age')
    await workspace.must(['vault', 'export', 'core-admin', 'outside', '--for', opensWith, '--output', file])
    assert.match(await other.read('export.age'), /^-----BEGIN AGE ENCRYPTED FILE-----/)
    const again = await workspace.netlatch(['vault', 'export', 'core-admin', '--for', opensWith, '--output', file])
    assert.match(again.stderr, /is there already/)
    assert.match((await workspace.netlatch(['vault', 'import', file])).stderr, /No identity here opens this export/)
    assert.match((await other.must(['vault', 'import', 'export.age'])).stdout, /Added core-admin, outside\./)
    const skipped = await other.netlatch(['vault', 'import', 'export.age'])
    assert.equal(skipped.exitCode, 1)
    assert.match(skipped.stdout, /Left core-admin, outside, which are there already: --replace/)
    await other.must(['vault', 'verify'])
    await workspace.must(['vault', 'export', 'core-admin', '--for', opensWith])
  })

  it('cannot bring in a credential whose realm is not declared here', async () => {
    await using other = await GitWorkspace.make(
      {
        'inventory.yaml': inventory,
        'netlatch.yaml': 'realms: { tacacs: { kind: server } }\n',
      },
      workspace,
    )
    await other.must(['vault', 'init'])
    await other.addCredential('netops', '--hosts', 'any', '--realm', 'tacacs')
    const { stdout } = await workspace.must(['vault', 'recipients', 'list', '--json'])
    const { opensWith } = JSON.parse(stdout.split('\n')[0] ?? '') as { opensWith: string }
    await other.must([
      'vault',
      'export',
      'netops',
      '--for',
      opensWith,
      '--output',
      join(workspace.folder, 'netops.age'),
    ])
    const { exitCode, stderr } = await workspace.netlatch(['vault', 'import', 'netops.age'])
    assert.equal(exitCode, 2)
    assert.match(stderr, /Unknown realm "tacacs"\. Nothing was written/)
  })
})

describe('two branches in one clone', () => {
  let workspace: GitWorkspace
  before(async () => {
    workspace = await GitWorkspace.make({ 'inventory.yaml': inventory, '.gitignore': '.netlatch/\n' })
    await workspace.must(['vault', 'init'])
    await workspace.addCredential('core-admin', '--tags', 'core', '--hosts', '10.0.0.0/8')
    await workspace.commit('Start')
    for (const name of ['left', 'right', 'driven']) {
      await workspace.git('checkout', '--quiet', '-b', name, 'main')
      await workspace.addCredential(name, '--hosts', 'any')
      await workspace.commit(`Add ${name}`)
    }
  })
  after(() => workspace[Symbol.asyncDispose]())

  const verify = async () => (await workspace.must(['vault', 'verify'])).stdout.trim()

  it('are gone to and back from, each with a credential of its own', async () => {
    for (const branch of ['left', 'right', 'main', 'right', 'left', 'main']) {
      await workspace.git('checkout', '--quiet', branch)
      assert.equal(await verify(), `${branch === 'main' ? '1 credential' : '2 credentials'}, every seal holds.`)
    }
  })

  it('merge by hand', async () => {
    await workspace.git('checkout', '--quiet', 'left')
    await assert.rejects(workspace.git('merge', '--quiet', '--no-edit', 'right'))
    await workspace.must(['vault', 'merge'])
    await workspace.commit('Merge right')
    assert.equal(await verify(), '3 credentials, every seal holds.')
  })

  it("merge through git's driver", async () => {
    await configureDriver(workspace)
    await workspace.git('merge', '--quiet', '--no-edit', 'driven')
    assert.equal(await verify(), '4 credentials, every seal holds.')
  })

  it('merge where the other one has what is newer than this one', async () => {
    await workspace.git('checkout', '--quiet', '-b', 'narrow', 'main')
    await workspace.must(['vault', 'set', 'core-admin', '--hosts', '10.1.0.0/16'])
    await workspace.commit('Narrow')
    await workspace.git('checkout', '--quiet', 'left')
    const older = await workspace.netlatch(['vault', 'verify'])
    assert.match(older.stderr, /\(core-admin rev 1, seen 2\)\. Refused/)
    await writeFile(join(workspace.folder, '.git/info/attributes'), '')
    await assert.rejects(workspace.git('merge', '--quiet', '--no-edit', 'narrow'))
    await workspace.must(['vault', 'merge'])
    await workspace.commit('Merge narrow')
    assert.equal(await verify(), '4 credentials, every seal holds.')
  })

  it('do not bring an old record back over a branch from before it was made', async () => {
    await workspace.git('checkout', '--quiet', '-b', 'removed', 'left')
    await workspace.must(['vault', 'remove', 'core-admin', '--yes'])
    await workspace.commit('Remove')
    await workspace.git('checkout', '--quiet', 'main')
    const { exitCode, stderr } = await workspace.netlatch(['vault', 'verify'])
    assert.equal(exitCode, 4)
    assert.match(stderr, /\(core-admin rev 1, seen 2\)/)
    await workspace.git('checkout', '--quiet', 'removed')
    await workspace.addCredential('core-admin', '--hosts', 'any')
    assert.match((await workspace.must(['vault', 'show', 'core-admin'])).stdout, /sealed, revision 3/)
  })
})

describe('two branches that each change the vault', () => {
  let workspace: GitWorkspace
  let bob: Person
  /** Bob's own clone, with a state of its own. */
  let clone: string
  before(async () => {
    workspace = await GitWorkspace.make({ 'inventory.yaml': inventory, '.gitignore': '.netlatch/\n' })
    bob = await person()
    await workspace.must(['vault', 'init'])
    await workspace.must(['vault', 'recipients', 'add', 'bob', bob.recipient])
    await workspace.addCredential('core-admin', '--tags', 'core', '--hosts', '10.0.0.0/8')
    await workspace.commit('Start')
    clone = join(workspace.home, 'bob')
    await workspace.git(
      'clone',
      '--quiet',
      '-c',
      'user.name=Bob',
      '-c',
      'user.email=bob@example.net',
      workspace.folder,
      clone,
    )
  })
  after(() => workspace[Symbol.asyncDispose]())

  const asBob = (...words: string[]) =>
    workspace.must(['-C', clone, ...words], { ...bob.env, NEW_SECRET: 'password of bob' })

  async function bobCommits(): Promise<void> {
    await workspace.git('-C', clone, 'commit', '--quiet', '--all', '--message', 'Change by bob')
    await workspace.git('fetch', '--quiet', clone, 'HEAD:refs/heads/bob')
  }

  const bobFollows = async () => {
    await workspace.git('-C', clone, 'pull', '--quiet', '--ff-only', 'origin', 'main')
    await workspace.git('branch', '--quiet', '-D', 'bob')
  }

  const names = async () => {
    const { stdout } = await workspace.must(['vault', 'list', '--json'])
    return stdout
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { name: string }).name)
      .toSorted()
  }

  const add = (name: string) => [
    'vault',
    'add',
    name,
    '--username',
    name,
    '--hosts',
    'any',
    '--secret-env',
    'NEW_SECRET',
  ]

  it('merge by hand from what git keeps of the conflict', async () => {
    const none = await workspace.netlatch(['vault', 'merge'])
    assert.match(none.stderr, /credentials\.yaml is not in conflict/)
    await workspace.addCredential('ours', '--hosts', 'any')
    await workspace.commit('Change by alice')
    await asBob(...add('theirs'))
    await bobCommits()
    await assert.rejects(workspace.git('merge', '--quiet', '--no-edit', 'bob'))
    assert.match(await workspace.read('credentials.yaml'), /<<<<<<</)
    const { stdout } = await workspace.must(['vault', 'merge'])
    assert.match(stdout, /^Merged: every seal holds\. Review it, then: git add credentials\.yaml$/m)
    await workspace.commit('Merge')
    assert.match((await workspace.must(['vault', 'verify'])).stdout, /3 credentials, every seal holds/)
    assert.deepEqual(await names(), ['core-admin', 'ours', 'theirs'])
    await bobFollows()
    assert.match((await asBob('vault', 'verify')).stdout, /3 credentials, every seal holds/)
  })

  it("merge through git's driver, also when one of them rotated", async () => {
    await configureDriver(workspace)
    await workspace.must(['vault', 'rotate', '--yes'])
    await workspace.commit('Rotate')
    await asBob(...add('driven'))
    await bobCommits()
    await workspace.git('merge', '--quiet', '--no-edit', 'bob')
    assert.deepEqual(await names(), ['core-admin', 'driven', 'ours', 'theirs'])
    assert.match((await workspace.must(['vault', 'verify'])).stdout, /4 credentials, every seal holds/)
    await bobFollows()
    assert.match((await asBob('vault', 'verify')).stdout, /4 credentials, every seal holds/)
  })

  it('stay in conflict where both changed one credential, until a side is chosen', async () => {
    await workspace.must(['vault', 'set', 'ours', '--hosts', '10.0.0.0/8'])
    await workspace.commit('Narrow by alice')
    await asBob('vault', 'set', 'ours', '--hosts', '192.0.2.0/24')
    await bobCommits()
    await assert.rejects(
      workspace.git('merge', '--quiet', '--no-edit', 'bob'),
      /both sides changed this: credential ours/,
    )
    const conflict = await workspace.netlatch(['vault', 'merge'])
    assert.equal(conflict.exitCode, 1)
    assert.match(
      conflict.stdout,
      /both sides changed this: credential ours\. Nothing was written\.\n {2}netlatch vault merge --prefer ours\|theirs/,
    )
    await workspace.must(['vault', 'merge', '--prefer', 'theirs'])
    await workspace.commit('Merge')
    const { stdout } = await workspace.must(['vault', 'show', 'ours'])
    assert.match(stdout, /may go to +192\.0\.2\.0\/24/)
    await workspace.must(['vault', 'verify'])
    await bobFollows()
  })
})
