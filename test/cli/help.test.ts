import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { commandLine } from '../../packages/cli/src/main.ts'
import { CommandLine } from '../support/command-line.ts'
import { CommandProcess } from '../support/command-process.ts'

describe('the help of the command line', function () {
  this.timeout(20_000)

  it('begins with where to start, on standard output', async () => {
    await using line = await CommandLine.make()
    const bare = await line.run([])
    assert.equal(bare.exitCode, 0, bare.stderr)
    assert.match(bare.stdout, /^Start here$/m)
    assert.equal(bare.stderr, '')
  })

  it('fits on one screen without a word, every command once', async () => {
    await using line = await CommandLine.make()
    const { stdout } = await line.run([])
    const lines = stdout.trimEnd().split('\n')
    assert.ok(lines.length <= 36, `${lines.length} lines`)
    for (const text of lines) assert.ok(text.length <= 80, text)
    const names = lines.flatMap((text) => /^ {2}(\S+)/.exec(text)?.[1] ?? [])
    const program = commandLine((command) => command)
    const visible = program.createHelp().visibleCommands(program)
    const expected = visible.map((command) => command.name())
    assert.deepEqual(
      names.toSorted(),
      ['creds', ...expected.filter((name) => name !== 'help')].toSorted(),
      'creds is where to start, too',
    )
    for (const command of program.commands)
      for (const inner of command.commands) assert.ok(stdout.includes(inner.name()), inner.name())
  })

  it('shows the flags of a command, and tells a wrong word from a missing workspace', async () => {
    await using line = await CommandLine.make()
    await using commands = new CommandProcess()
    const netlatch = (...words: string[]) => commands.run({ words, folder: line.folder, env: { HOME: line.home } })
    const discover = await netlatch('creds', 'discover', '--help')
    assert.equal(discover.exitCode, 0)
    for (const flag of ['--limit', '--concurrency', '--timeout', '--credentials', '--force', '--dry-run'])
      assert.ok(discover.stdout.includes(flag))
    const unknown = await netlatch('cerds')
    assert.equal(unknown.exitCode, 2)
    assert.match(unknown.stderr, /unknown command 'cerds'.*\n?.*creds/)
    const outside = await netlatch('creds', 'status')
    assert.equal(outside.exitCode, 3)
  })
})
