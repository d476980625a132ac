import assert from 'node:assert/strict'
import { after, before, describe, it } from 'mocha'
import { CommandLine } from '../support/command-line.ts'
import { GitWorkspace } from '../support/git-workspace.ts'

const inventory = `devices:
  core-1: { host: 10.0.0.1, tags: [core] }
  core-2: { host: 10.0.0.2, tags: [core] }
  lab-1: { host: 10.0.0.3, tags: [lab] }
`

describe('selections on the command line', () => {
  let workspace: GitWorkspace
  before(async () => {
    workspace = await GitWorkspace.make({ 'inventory.yaml': inventory })
  })
  after(() => workspace[Symbol.asyncDispose]())

  async function list(...words: string[]): Promise<{ readonly names: string; readonly stderr: string }> {
    const { stdout, stderr } = await workspace.netlatch(['--json', 'inventory', 'list', ...words])
    const names = stdout.split('\n').flatMap((line) => (line === '' ? [] : String(JSON.parse(line).name)))
    return { names: names.join(' '), stderr }
  }

  it('take names from a file, as Windows writes it too', async () => {
    await workspace.write('wanted.txt', '\uFEFFlab-1\r\n# not now: core-2\r\ncore-1 # first\r\n')
    assert.equal((await list('@wanted.txt')).names, 'core-1 lab-1')
    assert.equal((await list('@wanted.txt', 'and', 'not', 'lab')).names, 'core-1')
    const missing = await workspace.netlatch(['inventory', 'list', '@missing.txt'])
    assert.equal(missing.exitCode, 3)
    assert.match(missing.stderr, /missing\.txt: is not there/)
  })

  it('say which names and words found nothing, beside what was found', async () => {
    await workspace.write('wanted.txt', 'lab-1\nlab-7\n')
    assert.deepEqual(await list('@wanted.txt'), {
      names: 'lab-1',
      stderr: '1 name of @wanted.txt is not in the inventory: lab-7\n',
    })
    assert.deepEqual(await list('tag:core,labb'), {
      names: 'core-1 core-2',
      stderr: 'tag labb exists on none. Nearest: tag:lab (1).\n',
    })
  })

  it('take names from standard input', async () => {
    await using line = await CommandLine.make()
    await line.run(['init', '--yes'])
    const { objects } = await line.start(['--json', 'inventory', 'list', '@-'], {}, { input: 'example-spine-1\n' })
      .answer
    assert.deepEqual(
      objects.map(({ name }) => name),
      ['example-spine-1'],
    )
  })
})
