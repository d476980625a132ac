import assert from 'node:assert/strict'
import { mkdir, rm, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, beforeEach, describe, it } from 'mocha'
import { encryptText } from '../../packages/core/src/vault/age-wrap.ts'
import { parseVault } from '../../packages/core/src/vault/read-vault.ts'
import type { Answer } from '../support/command-process.ts'
import { GitWorkspace } from '../support/git-workspace.ts'

const inventory = `devices:
  core-1: { host: 10.0.0.1, tags: [core] }
  core-2: { host: 10.0.0.2, tags: [core] }
`

describe('wrong input on the command line', () => {
  let workspace: GitWorkspace
  let vault: string
  before(async () => {
    workspace = await GitWorkspace.make({ 'inventory.yaml': inventory })
    await workspace.must(['vault', 'init'])
    await workspace.addCredential('core', '--tags', 'core', '--hosts', 'any')
    vault = await workspace.read('credentials.yaml')
  })
  after(() => workspace[Symbol.asyncDispose]())
  beforeEach(async () => {
    for (const name of ['credentials.yaml', 'inventory.yaml', 'netlatch.yaml', '.netlatch'])
      await rm(join(workspace.folder, name), { recursive: true, force: true })
    await workspace.write('inventory.yaml', inventory)
    await workspace.write('credentials.yaml', vault)
  })

  const netlatch = (words: string, env: Readonly<Record<string, string>> = {}) =>
    workspace.netlatch(words.split(' '), env)

  /** What a person reads of a refusal. */
  function refused({ exitCode, stdout, stderr }: Answer): string {
    assert.ok(exitCode > 1, `exit code ${exitCode}\n${stdout}${stderr}`)
    assert.doesNotMatch(stdout + stderr, /\n {4}at |does not expect/)
    return `${stdout}${stderr}`.trimEnd().replaceAll(workspace.home, '~')
  }

  it('tells an unset variable from an empty one, and a closed descriptor from both', async () => {
    const add = 'vault add new --username n --hosts any'
    assert.equal(
      refused(await netlatch(`${add} --secret-env NOT_SET`)),
      '--secret-env NOT_SET: there is no such environment variable. Nothing was written.\n  Set and export NOT_SET, or leave --secret-env out to be asked.',
    )
    assert.equal(
      refused(await netlatch(`${add} --secret-env EMPTY`, { EMPTY: '' })),
      'The secret is empty. Nothing was written.\n  The variable EMPTY holds nothing.',
    )
    assert.match(refused(await netlatch(`${add} --secret-fd 19`)), /^--secret-fd 19: nothing can be read from it/)
    assert.match(refused(await netlatch('vault add new')), /^No terminal to ask on: Username\n {2}Give it: --username/)
    assert.match(refused(await netlatch(`${add} --secret-fd x`)), /a number is needed/)
  })

  it('names a file of commands, of earlier answers or of host keys that is not there, or is no file', async () => {
    assert.match(refused(await netlatch('run core --commands nosuch.txt')), /^nosuch\.txt: is not there\./)
    assert.match(refused(await netlatch('run core --commands .')), /^\.: is a folder, not a file\./)
    assert.match(refused(await netlatch('run --compare nosuch.json')), /^nosuch\.json: is not there\./)
    for (const words of ['trust --import nosuch', 'trust --scan --compare nosuch'])
      assert.match(refused(await netlatch(words)), /^nosuch: cannot be read\.\n {2}Correct the name/)
  })

  it('accepts a vault by a whole fingerprint only', async () => {
    const ask = 'Ask whoever rotated the vault for its whole fingerprint: netlatch vault fingerprint'
    for (const given of [[], ['--fingerprint', '']])
      assert.equal(
        refused(await workspace.netlatch(['vault', 'accept', ...given])),
        `No fingerprint was given.\n  ${ask}`,
      )
    assert.equal(
      refused(await netlatch('vault accept --fingerprint 9c1f-…')),
      `"9c1f-…" is no whole fingerprint: it has 32 digits, 0 to f.\n  ${ask}`,
    )
  })

  it('has a way out for a vault that was changed by hand and is not in git', async () => {
    await workspace.edit('credentials.yaml', 'hosts: [any]', 'hosts: [10.0.0.0/8]')
    assert.match(
      refused(await netlatch('vault verify')),
      /If you meant it: netlatch vault set core --hosts 10\.0\.0\.0\/8/,
    )
    await rm(join(workspace.folder, '.git'), { recursive: true })
    const expected = (why: string) =>
      `credentials.yaml was changed by hand, and ${why}: the version before, which the seals fit, is needed.\n  Put back what was changed, in your editor or from a copy; then make the change with netlatch vault set.`
    const set = 'vault set core --hosts 10.0.0.0/8'
    assert.equal(refused(await netlatch(set)), expected('it is not in git'))
    await workspace.git('init', '--quiet', '--initial-branch=main')
    await workspace.git('config', 'user.name', 'Alice')
    await workspace.git('config', 'user.email', 'alice@example.net')
    assert.equal(refused(await netlatch(set)), expected('it is not in git'))
    await workspace.commit('Too late')
    assert.equal(refused(await netlatch(set)), expected('no commit of it fits its seals'))
    await workspace.edit('credentials.yaml', 'hosts: [10.0.0.0/8]', 'hosts: [any]')
    await workspace.must(set.split(' '))
  })

  it('says of a wrong passphrase that it is another one', async () => {
    const given = { GIVEN: 'several random words' }
    await workspace.must('vault recipients add recovery --secret-env GIVEN'.split(' '), given)
    const elsewhere = { XDG_CONFIG_HOME: join(workspace.home, 'none') }
    assert.match(
      refused(await netlatch('vault verify', { ...elsewhere, NETLATCH_PASSPHRASE: 'other words' })),
      /no passphrase here opens credentials\.yaml .*\n.* It is another passphrase: correct it, or set NETLATCH_IDENTITY/,
    )
    assert.match(
      refused(await netlatch('vault verify', elsewhere)),
      /or use the recovery passphrase: NETLATCH_PASSPHRASE/,
    )
  })

  it('takes a private key for one, and nothing else', async () => {
    const add = 'vault add key --username k --hosts any --private-key'
    await workspace.write('key.pub', 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA alice\n')
    await workspace.write('noise', Buffer.from([0, 1, 0xff]))
    assert.match(
      refused(await netlatch(`${add} key.pub`)),
      /^key\.pub: is the public key\. Nothing was written\.\n {2}Name the private/,
    )
    assert.match(refused(await netlatch(`${add} noise`)), /^noise: holds no private key/)
    assert.match(refused(await netlatch(`${add} .`)), /^\.: cannot be read/)
    assert.match(
      refused(await netlatch(`${add} not-there`)),
      /^not-there: cannot be read\.\n {2}Name the file of a private key/,
    )
  })

  it('tells an export from other files, without repeating what is in them', async () => {
    await workspace.write('hello', 'hello\n')
    assert.equal(
      refused(await netlatch('vault import hello')),
      'This is no armoured age file.\n  netlatch vault export makes one.',
    )
    const { recipients } = parseVault(vault, 'credentials.yaml')
    const [alice] = recipients
    assert.ok(alice && 'age' in alice)
    await workspace.write('other.age', await encryptText('a letter to alice', [alice.age]))
    assert.equal(
      refused(await netlatch('vault import other.age')),
      'The age file holds no export of a vault.\n  netlatch vault export makes one.',
    )
    const to = `vault export core --for ${alice.age} --output`
    assert.match(
      refused(await netlatch(`${to} no/where.age`)),
      /^no\/where\.age: there is no such folder\. Nothing was written/,
    )
    assert.match(refused(await netlatch(`${to} hello`)), /^hello: is there already\. Nothing was written/)
  })

  it('points to the help of the command that was meant', async () => {
    for (const [words, help] of [
      ['vault foo', 'netlatch vault --help'],
      ['vault recipients foo', 'netlatch vault recipients --help'],
      ['inventory add', 'netlatch inventory add --help'],
      ['vault add a b', 'netlatch vault add --help'],
      ['completion tcsh', 'netlatch completion --help'],
    ] as const)
      assert.ok(refused(await netlatch(words)).endsWith(`\n  ${help}`), words)
  })

  it('writes no output where a folder is', async () => {
    await mkdir(join(workspace.folder, 'folder'))
    assert.equal(
      refused(await netlatch('inventory export csv --output folder')),
      '~/net/folder: is a folder. Nothing was written there.\n  Name a file in a folder that is there and that this user may write: --output <file>',
    )
  })

  it('says of an inventory without devices how to fill it', async () => {
    await workspace.write('inventory.yaml', '')
    assert.equal(
      refused(await netlatch('inventory list')),
      '0 devices: the inventory has none yet.\n  netlatch inventory add, or netlatch inventory import',
    )
  })

  it('keeps a pin to an unknown credential to its device', async () => {
    await workspace.edit('inventory.yaml', 'host: 10.0.0.2,', 'host: 10.0.0.2, credential: nope,')
    const other = await workspace.must(['creds', 'explain', 'core-1'])
    assert.match(other.stdout, /^ {2}1 {2}core {2}tag core/m)
    assert.match(other.stderr, /^1 problem in 1 file: netlatch inventory check$/m)
    const own = await workspace.must(['creds', 'explain', 'core-2'])
    assert.match(own.stdout, /^inventory\.yaml:3 names nope, which is not in the vault: netlatch vault add nope$/m)
    const { stdout } = await workspace.must(['creds', 'explain', 'core-2', '--json'])
    assert.deepEqual(JSON.parse(stdout).unknownPin.credential, 'nope')
  })

  it('says that there is no vault, where one is needed', async () => {
    await rm(join(workspace.folder, 'credentials.yaml'))
    await workspace.edit('inventory.yaml', 'host: 10.0.0.2,', 'host: 10.0.0.2, credential: nope,')
    const check = await workspace.must(['inventory', 'check'])
    assert.match(
      check.stdout,
      /^inventory\.yaml:3:41 {2}warning: credential nope of core-2 is not here: there is no vault\n +netlatch vault init, then netlatch vault add nope$/m,
    )
    assert.match(
      (await workspace.netlatch(['creds', 'explain', 'core-2'])).stdout,
      /^There is no vault: netlatch vault init$/m,
    )
    assert.equal((await workspace.must(['vault', 'list'])).stdout, 'There is no vault: netlatch vault init\n')
    for (const words of ['vault set nope', 'vault show nope'])
      assert.equal(
        refused(await netlatch(words)),
        'There is no credential nope: there is no vault.\n  netlatch vault init, then netlatch vault add nope',
      )
    for (const words of ['vault verify', 'vault fingerprint', 'vault rotate --yes', 'vault remove core --yes'])
      assert.match(refused(await netlatch(words)), /^There is no vault at .*\n {2}netlatch vault init$/)
  })

  it('names a file that is empty, no text, a folder or no vault, with what to do', async () => {
    const problem = async (text: string | Buffer) => {
      await workspace.write('credentials.yaml', text)
      return refused(await netlatch('inventory check')).split('\n')[0]
    }
    const restore = 'Restore it from git, or remove the file and make a new one: netlatch vault init'
    assert.equal(await problem(''), 'credentials.yaml:1:1  the file is empty')
    assert.equal(await problem('hello\n'), 'credentials.yaml:1:1  this is no vault')
    assert.match(refused(await netlatch('vault verify')), new RegExp(`this is no vault\n +${restore}`))
    assert.equal(await problem(Buffer.from([0xff, 0xfe, 0x41])), '~/net/credentials.yaml: is not UTF-8.')
    await rm(join(workspace.folder, 'credentials.yaml'))
    await mkdir(join(workspace.folder, 'credentials.yaml'))
    assert.equal(
      refused(await netlatch('inventory check')).split('\n')[0],
      '~/net/credentials.yaml: is a folder, not a file.',
    )
  })

  it('names an inventory that cannot be read where it is', async () => {
    const first = async () =>
      refused(await netlatch('inventory check'))
        .split('\n')
        .slice(0, 2)
        .join('\n')
    await workspace.write('inventory.yaml', Buffer.from([0xff, 0xfe, 0x41]))
    assert.match(
      await first(),
      /^inventory\.yaml:1:1 {2}inventory file inventory\.yaml is not UTF-8\. Save it as text in UTF-8\.$/m,
    )
    await rm(join(workspace.folder, 'inventory.yaml'))
    await mkdir(join(workspace.folder, 'inventory.yaml'))
    await workspace.write('netlatch.yaml', '')
    assert.match(
      await first(),
      /^inventory\.yaml:1:1 {2}inventory file inventory\.yaml is a folder, not a file\. Check the file\.$/m,
    )
    await rm(join(workspace.folder, 'inventory.yaml'), { recursive: true })
    await symlink('inventory.yaml', join(workspace.folder, 'inventory.yaml'))
    assert.match(await first(), /inventory file inventory\.yaml cannot be read/)
  })

  it('reads files with CRLF and a byte order mark as they are', async () => {
    for (const name of ['inventory.yaml', 'credentials.yaml'])
      await workspace.write(name, `\u{feff}${(await workspace.read(name)).replaceAll('\n', '\r\n')}`)
    assert.match((await workspace.must(['inventory', 'check'])).stdout, /^2 devices, 1 credential, no problems\.$/m)
    await workspace.must(['vault', 'verify'])
    await workspace.must(['vault', 'set', 'core', '--hosts', '10.0.0.0/8'])
    await workspace.must(['vault', 'verify'])
  })
})
