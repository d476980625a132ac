import assert from 'node:assert/strict'
import { after, before, describe, it } from 'mocha'
import { GitWorkspace } from '../support/git-workspace.ts'

const inventory = `version: 1
groups:
  backbone: { site: fra }
devices:
${Array.from({ length: 12 }, (_, index) => `  core-${index + 1}: { host: 10.0.0.${index + 1}, groups: [backbone], tags: [net] }\n`).join('')}
  lab-1:
    host: 10.1.0.1
    tags: [lab]
  lab-2: { host: 10.1.0.2, tags: [lab, net] }
`

describe('creds explain --changed-since', () => {
  let workspace: GitWorkspace
  before(async function () {
    this.timeout(20_000)
    workspace = await GitWorkspace.make({
      'inventory.yaml': inventory,
      'netlatch.yaml': 'inventory: [inventory.yaml, "more/*.yaml"]\n',
    })
    await workspace.must(['init', '--yes'])
    await workspace.git('init', '--quiet')
    await workspace.addCredential('tacacs-netops', '--tags', 'net', '--hosts', '10.0.0.0/8')
    await workspace.addCredential('core-admin', '--tags', 'core', '--priority', '10', '--hosts', '10.0.0.0/8')
    await workspace.addCredential('lab', '--tags', 'lab', '--hosts', '10.1.0.0/16')
    await workspace.commit('Start')
  })
  after(() => workspace[Symbol.asyncDispose]())

  const explain = (...words: string[]) => workspace.netlatch(['creds', 'explain', '--changed-since', ...words])

  it('says so when nothing changes', async () => {
    const { exitCode, stdout } = await explain('HEAD', '--fail-on', 'any')
    assert.equal(stdout, '0 files changed · 0 of 14 devices get other candidates\n')
    assert.equal(exitCode, 0)
  })

  it('names the devices that a changed tag of a group affects, those left without, and the lines', async () => {
    await workspace.edit('inventory.yaml', '{ site: fra }', '{ site: fra, tags: [core] }')
    await workspace.edit('inventory.yaml', '    tags: [lab]\n', '')
    const { exitCode, stdout } = await explain('HEAD', '--output', 'explain.md', '--fail-on', 'no-candidate')
    assert.equal(
      stdout,
      `1 file changed · 13 of 14 devices get other candidates

  devices  change                                    because                     
       12  + core-admin first, before tacacs-netops  tag core added to backbone  inventory.yaml:3
        1  - lab no longer applies, nothing left     tag lab removed             inventory.yaml:18

  ✗ 1 device would have no candidate: lab-1
`.replace(/ +$/gm, ''),
    )
    assert.equal(exitCode, 1)
    const markdown = await workspace.read('explain.md')
    assert.match(markdown, /^### Netlatch: 1 file changed · 13 of 14 devices/)
    assert.match(markdown, /^\| 12 \| \+ core-admin first, before tacacs-netops \| tag core added to backbone \|/m)
    assert.match(markdown, /\*\*1 device would have no candidate:\*\* lab-1/)
  })

  it('gives the same as one document, each device with its candidates before and after', async () => {
    const { stdout, stderr } = await workspace.netlatch(['creds', 'explain', '--changed-since', 'HEAD', '--json'])
    assert.equal(stderr, '')
    const document = JSON.parse(stdout) as Record<string, unknown> & { readonly changes: readonly object[] }
    assert.equal(document.type, 'changes')
    assert.equal(document.changed, 13)
    assert.deepEqual(document.noCandidate, ['lab-1'])
    assert.deepEqual(document.changes[0], {
      device: 'core-1',
      before: ['tacacs-netops'],
      after: ['core-admin', 'tacacs-netops'],
      because: [
        {
          text: 'tag core added to backbone',
          at: { file: 'inventory.yaml', line: 3, column: 33, layer: 'group backbone' },
        },
      ],
    })
  })

  it('compares two commits, and what a branch has done since it parted, without touching the work tree', async () => {
    await workspace.commit('Tag the backbone')
    await workspace.git('checkout', '--quiet', '-b', 'feature')
    await workspace.must(['vault', 'set', 'lab', '--hosts', '10.1.0.1/32'])
    await workspace.commit('Narrow the lab')
    await workspace.git('checkout', '--quiet', 'main')
    await workspace.write('inventory.yaml', 'version: 1\ndevices:\n  only: { host: 10.9.9.9 }\n')
    await workspace.commit('Start over')
    const status = await workspace.git('status', '--porcelain')
    const between = await explain('HEAD~2..feature')
    assert.match(between.stdout, /14 of 14 devices/)
    const since = await explain('main...feature')
    assert.match(since.stdout, /^1 file changed · 1 of 14 devices/)
    assert.match(
      since.stdout,
      /- lab no longer applies\s+lab: hosts 10\.1\.0\.0\/16 → 10\.1\.0\.1\/32\s+credentials\.yaml:\d+/,
    )
    const gone = await explain('HEAD~1')
    assert.match(gone.stdout, /15 of 1 device/)
    assert.match(gone.stdout, /new device: no candidate/)
    assert.equal(await workspace.git('status', '--porcelain'), status)
  })

  it('needs no key: the vault stays locked', async () => {
    const { exitCode, stdout } = await workspace.netlatch(['creds', 'explain', '--changed-since', 'HEAD~1'], {
      XDG_CONFIG_HOME: '/nonexistent',
    })
    assert.equal(exitCode, 0)
    assert.match(stdout, /other candidates/)
  })

  it('answers wrong revisions and wrong words with one line', async () => {
    const unknown = await explain('origin/main')
    assert.equal(unknown.exitCode, 2)
    assert.match(unknown.stderr, /^origin\/main: git knows no such commit here\.\n {2}git fetch/)
    const option = await explain('--upload-pack=true')
    assert.equal(option.exitCode, 2)
    const both = await workspace.netlatch(['creds', 'explain', 'core-1', '--changed-since', 'HEAD'])
    assert.match(both.stderr, /one device, or --changed-since/)
    const file = await explain('HEAD', '--output', 'explain.txt')
    assert.match(file.stderr, /must end in \.md or \.json/)
  })
})
