import assert from 'node:assert/strict'
import { after, before, describe, it } from 'mocha'
import { GitWorkspace } from '../support/git-workspace.ts'

const settings = `realms:
  tacacs-core: { kind: server, lockout_threshold: 5 }
`
const inventory = `version: 1
devices:
  core-1: { host: 10.0.0.1, tags: [core] }
  core-2: { host: 192.0.2.2, tags: [core] }
  lab-1: { host: 10.1.0.1, site: lab }
`

describe('netlatch vault', () => {
  let workspace: GitWorkspace
  before(async () => {
    workspace = await GitWorkspace.make({ 'netlatch.yaml': settings, 'inventory.yaml': inventory })
    await workspace.must(['vault', 'init'])
  })
  after(() => workspace[Symbol.asyncDispose]())

  const record = async (name: string) => {
    const { stdout } = await workspace.must(['vault', 'list', '--json'])
    const records = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>)
    return records.find((each) => each.name === name)
  }

  it('init names the lines that make git merge the vault, and installs nothing', async () => {
    await using other = await GitWorkspace.make({ 'inventory.yaml': inventory }, workspace)
    const { stdout } = await other.must(['vault', 'init'])
    assert.match(stdout, /git config merge\.netlatch\.driver 'netlatch vault merge --driver %O %A %B'/)
    assert.match(stdout, /credentials\.yaml merge=netlatch/)
    await assert.rejects(other.git('config', 'merge.netlatch.driver'))
  })

  it('add says how many devices it matches, and how many of them are outside its hosts', async () => {
    const { stdout } = await workspace.addCredential(
      'core-admin',
      '--tags',
      'core',
      '--hosts',
      '10.0.0.0/8',
      '--realm',
      'tacacs-core',
    )
    assert.equal(
      stdout,
      'Added core-admin: matches 2 devices, 1 of them outside its hosts. See: netlatch creds explain core-1\n',
    )
    assert.deepEqual((await record('core-admin'))?.realm, 'tacacs-core')
  })

  it('add refuses unknown realms, selections that cannot be read and names that are taken, before it asks for a secret', async () => {
    const text = await workspace.read('credentials.yaml')
    const add = (...words: string[]) =>
      workspace.netlatch(['vault', 'add', 'new', '--username', 'n', '--hosts', 'any', ...words])
    const near = await add('--realm', 'tacacs-cor')
    assert.match(near.stderr, /Unknown realm "tacacs-cor"\. Nothing was written\.\n {2}Did you mean tacacs-core\?/)
    const far = await add('--realm', 'radius')
    assert.match(far.stderr, /netlatch\.yaml, realms: {2}radius: \{ kind: server, lockout_threshold: 5 \}/)
    assert.match((await add('--match', 'site:')).stderr, /site:/)
    assert.match((await add('--match', 'status:active')).stderr, /cannot match by status/)
    assert.match((await add()).stderr, /No terminal to ask on: Password of n/)
    const taken = await workspace.netlatch(['vault', 'add', 'core-admin', '--username', 'n', '--hosts', 'any'])
    assert.match(taken.stderr, /core-admin is in the vault already/)
    assert.equal(await workspace.read('credentials.yaml'), text)
  })

  it('set changes one line for a password, and takes values away that are given empty', async () => {
    await workspace.commit('Add core-admin')
    await workspace.must(['vault', 'set', 'core-admin', '--secret-env', 'NEW'], { NEW: 'another password' })
    const diff = await workspace.git('diff', '--unified=0', '--no-color')
    assert.deepEqual(
      diff
        .split('\n')
        .filter((line) => /^\+[^+]/.test(line))
        .map((line) => line.slice(1).trim().split(':')[0]),
      ['rev', 'secret', 'mac'],
    )
    assert.doesNotMatch(diff, /another password/)
    await workspace.must(['vault', 'set', 'core-admin', '--realm', '', '--fallback'])
    assert.equal((await record('core-admin'))?.realm, undefined)
    assert.equal((await record('core-admin'))?.fallback, true)
    await workspace.must(['vault', 'set', 'core-admin', '--no-fallback'])
    assert.doesNotMatch(await workspace.read('credentials.yaml'), /fallback/)
    const missing = await workspace.netlatch(['vault', 'set', 'core-admim', '--password'])
    assert.match(missing.stderr, /There is no credential core-admim/)
  })

  it('show tells where it may go, what it matches and where it works, and no secret', async () => {
    const { stdout } = await workspace.must(['vault', 'show', 'core-admin'])
    assert.match(stdout, /^core-admin · core-admin {8}credentials\.yaml:\d+$/m)
    assert.match(stdout, /matches +2 devices \(tags core\)/)
    assert.match(stdout, /may go to +10\.0\.0\.0\/8 · 1 of its devices is outside/)
    assert.match(stdout, /secret +sealed, revision 4/)
    assert.match(stdout, /opens +nothing yet/)
    assert.doesNotMatch(stdout, /password|nl1:/)
    const near = await workspace.netlatch(['vault', 'show', 'core-admi'])
    assert.match(near.stderr, /There is no credential core-admi in the vault\.\n {2}Did you mean core-admin\?/)
  })

  it('add takes a secret out of the inventory, where a check has found it', async () => {
    const secret = 'taken-out-of-the-inventory'
    const before = await workspace.read('inventory.yaml')
    await workspace.write('inventory.yaml', `${before}  old-1:\n    host: 10.2.0.1 # old\n    password: ${secret}\n`)
    const check = await workspace.netlatch(['inventory', 'check'])
    assert.match(check.stdout, /Move it: netlatch vault add <name> --from inventory\.yaml:8/)
    const words = ['vault', 'add', 'old', '--username', 'old', '--hosts', '10.2.0.0/16', '--match', 'name:old-1']
    assert.match(
      (await workspace.netlatch([...words, '--from', 'inventory.yaml:7'])).stderr,
      /No secret at inventory\.yaml:7/,
    )
    const { stdout, stderr } = await workspace.must([...words, '--from', 'inventory.yaml:8'])
    assert.match(stdout, /Added old: matches 1 device/)
    assert.match(stderr, /Git keeps it in older commits/)
    assert.doesNotMatch(stdout + stderr + (await workspace.read('credentials.yaml')), new RegExp(secret))
    assert.equal(await workspace.read('inventory.yaml'), `${before}  old-1:\n    host: 10.2.0.1 # old\n`)
    await workspace.must(['vault', 'verify'])
    await workspace.write('inventory.yaml', before)
    await workspace.must(['vault', 'remove', 'old', '--yes'])
  })

  it('keeps out a vault that is older than the last change of this machine', async () => {
    const older = await workspace.read('credentials.yaml')
    await workspace.must(['vault', 'set', 'core-admin', '--hosts', '10.0.0.0/24'])
    await workspace.write('credentials.yaml', older)
    const { exitCode, stderr } = await workspace.netlatch(['vault', 'verify'])
    assert.equal(exitCode, 4)
    assert.match(
      stderr,
      /^credentials\.yaml is older than the vault this machine has seen \(core-admin rev \d+, seen \d+\)\. Refused\.\n {2}Expected after going back in git: {2}netlatch vault accept --fingerprint [0-9a-f-]{39}\n/,
    )
    const fingerprint = await workspace.netlatch(['vault', 'fingerprint'])
    assert.match(fingerprint.stdout, /^[0-9a-f]{4}(?:-[0-9a-f]{4}){7}\n$/, 'what people compare')
    assert.equal(fingerprint.exitCode, 4)
    assert.match(fingerprint.stderr, /is older than the vault this machine has seen/)
  })
})

describe('netlatch vault set on a record that was changed by hand', () => {
  let workspace: GitWorkspace
  before(async () => {
    workspace = await GitWorkspace.make({ 'inventory.yaml': inventory })
    await workspace.must(['vault', 'init'])
    await workspace.addCredential('core-admin', '--tags', 'core', '--hosts', '10.0.0.0/8')
    await workspace.addCredential('lab', '--match', 'site:lab', '--hosts', '10.1.0.0/16')
    await workspace.commit('Start')
  })
  after(() => workspace[Symbol.asyncDispose]())

  const set = (...words: string[]) => workspace.netlatch(['vault', 'set', ...words])

  it('shows what was changed and seals nothing until a person says so', async () => {
    await workspace.edit('credentials.yaml', 'hosts: [10.0.0.0/8]', 'hosts: [any]')
    await workspace.edit('credentials.yaml', 'hosts: [10.1.0.0/16]', 'hosts: [any]')
    const broken = await workspace.netlatch(['vault', 'verify'])
    assert.equal(broken.exitCode, 4)
    assert.match(broken.stderr, /core-admin was changed by hand and no longer fits its seal/)
    const text = await workspace.read('credentials.yaml')
    for (const words of [[], ['--username', 'other'], ['--hosts', '10.0.0.0/8']]) {
      const { exitCode, stderr } = await set('core-admin', ...words)
      assert.equal(exitCode, 2, stderr)
      assert.match(
        stderr,
        /^core-admin was changed by hand since commit [0-9a-f]{10}:\n +hosts {2}10\.0\.0\.0\/8 → any$/m,
      )
      assert.match(stderr, /Changed by hand as well, and put back: lab/)
      assert.match(stderr, /Add --yes to seal them/)
    }
    assert.equal(await workspace.read('credentials.yaml'), text)
  })

  it('seals what the command line spells out, with the secret it had, and puts everything else back', async () => {
    const { exitCode, stderr } = await set('core-admin', '--hosts', 'any')
    assert.equal(exitCode, 0, stderr)
    const verified = await workspace.must(['vault', 'verify'])
    assert.match(verified.stdout, /2 credentials, every seal holds/)
    const diff = await workspace.git('diff', '--unified=0', '--no-color')
    const added = diff.split('\n').filter((line) => /^\+[^+]/.test(line))
    assert.deepEqual(
      added.map((line) => line.slice(1).trim().split(':')[0]),
      ['rev', 'hosts', 'secret', 'mac'],
    )
  })

  it('goes back in history to the last version that verifies', async () => {
    await workspace.commit('Widen core-admin')
    await workspace.edit('credentials.yaml', 'match: site:lab', 'match: all')
    await workspace.commit('Tamper with lab')
    const { exitCode, stderr } = await set('lab', '--yes')
    assert.equal(exitCode, 0, stderr)
    assert.match(stderr, /match {2}site:lab → all/)
    await workspace.must(['vault', 'verify'])
  })

  it('drops nothing that was not committed', async () => {
    await workspace.commit('Seal lab')
    await workspace.addCredential('not-committed', '--hosts', 'any')
    await workspace.edit('credentials.yaml', 'match: all', 'match: name:x')
    const text = await workspace.read('credentials.yaml')
    const { exitCode, stderr } = await set('lab', '--yes')
    assert.equal(exitCode, 4)
    assert.match(stderr, /was not committed, and would be lost with the change by hand/)
    assert.equal(await workspace.read('credentials.yaml'), text)
  })
})

describe('a tag that is renamed', () => {
  it('is followed by the credentials that have it; those that match by it are named', async () => {
    await using workspace = await GitWorkspace.make({
      'inventory.yaml': 'devices:\n  a: { host: 10.0.0.1, tags: [core] }\n',
    })
    await workspace.must(['vault', 'init'])
    for (const name of ['first', 'second']) await workspace.addCredential(name, '--tags', 'core,ios', '--hosts', 'any')
    await workspace.addCredential('third', '--match', 'tag:core', '--hosts', 'any')
    const { stdout, stderr } = await workspace.must(['inventory', 'rename-tag', 'core', 'kern'])
    assert.equal(stdout, '1 device in inventory.yaml.\nfirst in the vault.\nsecond in the vault.\n')
    assert.equal(stderr, 'third still matches by core: netlatch vault set third --match …\n')
    assert.equal((await workspace.read('credentials.yaml')).match(/tags: \[kern, ios\]/g)?.length, 2)
    await workspace.must(['vault', 'verify'])
    await workspace.addCredential('fourth', '--tags', 'kern', '--hosts', 'any')
    const locked = await workspace.must(['inventory', 'rename-tag', 'kern', 'core'], {
      HOME: `${workspace.home}/nobody`,
    })
    assert.match(locked.stderr, /^fourth still matches by kern: netlatch vault set fourth --tags …$/m)
  })
})
