import assert from 'node:assert/strict'
import { execFile, spawnSync } from 'node:child_process'
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { after, before, describe, it } from 'mocha'
import { GitWorkspace } from '../support/git-workspace.ts'

const run = promisify(execFile)
const start = fileURLToPath(new URL('../../packages/cli/src/start.ts', import.meta.url))
const isThere = (shell: string) => spawnSync(shell, ['-c', 'true']).status === 0

const inventory = `version: 1
groups:
  backbone: { site: fra }
devices:
  core-1: { host: 10.0.0.1, tags: [core], groups: [backbone] }
  core-2: { host: 10.0.0.2, tags: [core] }
  lab-1: { host: 10.1.0.1, site: lab }
  "odd $(touch hacked)": { host: 10.1.0.2 }
`

describe('netlatch completion', () => {
  let workspace: GitWorkspace
  before(async () => {
    workspace = await GitWorkspace.make({ 'inventory.yaml': inventory })
    await workspace.must(['vault', 'init'])
    await workspace.addCredential('core-admin', '--tags', 'core', '--hosts', 'any')
    await workspace.addCredential('core-lab', '--hosts', 'any')
    const program = join(workspace.home, 'bin', 'netlatch')
    await mkdir(join(workspace.home, 'bin'))
    for (const kind of ['device', 'selection', 'site', 'credential'])
      await writeFile(`${program}-${kind}`, (await workspace.must(['complete-names', kind])).stdout)
    // Starting Node for each key would be most of this test; one of them does.
    const real = [process.execPath, '--conditions=@netlatch/source', '--disable-warning=ExperimentalWarning', start]
    await writeFile(
      program,
      `#!/bin/sh\n[ "$1" = complete-names ] && [ -z "$REAL" ] && exec cat "$0-$2"\nexec ${real.join(' ')} "$@"\n`,
    )
    await chmod(program, 0o755)
    for (const shell of ['bash', 'zsh', 'fish'])
      await workspace.write(`completion.${shell}`, (await workspace.must(['completion', shell])).stdout)
  })
  after(() => workspace[Symbol.asyncDispose]())

  async function inShell(
    shell: string,
    args: readonly string[],
    more: Readonly<Record<string, string>> = {},
  ): Promise<string[]> {
    const { environment, folder, home } = workspace
    const env = { ...environment, ...more, PATH: `${join(home, 'bin')}:${environment.PATH}` }
    const { stdout } = await run(shell, args, { cwd: folder, env, timeout: 15_000 })
    return stdout.split('\n').filter(Boolean)
  }

  it('prints names one a line, and nothing at all where something is wrong', async () => {
    const names = async (kind: string) =>
      (await workspace.must(['complete-names', kind])).stdout.split('\n').filter(Boolean)
    assert.deepEqual(await names('device'), ['core-1', 'core-2', 'lab-1'])
    assert.deepEqual(await names('selection'), ['core-1', 'core-2', 'lab-1', 'backbone', 'core', 'all'])
    assert.deepEqual(await names('site'), ['fra', 'lab'])
    assert.deepEqual(await names('credential'), ['core-admin', 'core-lab'])
    assert.deepEqual(await names('recipient'), ['alice'])
    assert.ok((await names('platform')).includes('cisco_ios'))
    const nowhere = await workspace.netlatch(['-C', '/nonexistent', 'complete-names', 'device'])
    assert.deepEqual(nowhere, { exitCode: 0, stdout: '', stderr: '' })
    assert.doesNotMatch((await workspace.netlatch(['--help'])).stdout, /complete-names/)
  })

  describe('in bash', () => {
    const complete = (...words: string[]) => completeWith({}, ...words)
    const completeWith = (more: Readonly<Record<string, string>>, ...words: string[]) => {
      const script =
        // biome-ignore lint/suspicious/noTemplateCurlyInString: bash's own
        'source completion.bash; COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)); _netlatch; printf "%s\\n" "${COMPREPLY[@]}"'
      return inShell('bash', ['--norc', '--noprofile', '-c', script, 'bash', 'netlatch', ...words], more)
    }

    it('completes commands and flags', async () => {
      assert.deepEqual(await complete('vau'), ['vault'])
      assert.deepEqual(await complete('vault', 're'), ['remove', 'recipients'])
      assert.deepEqual(await complete('vault', 'recipients', 'l'), ['list'])
      assert.deepEqual(await complete('vault', 'merge', '--pre'), ['--prefer'])
      assert.deepEqual(await complete('vault', 'merge', '--prefer', 't'), ['theirs'])
      assert.deepEqual(await complete('completion', ''), ['bash', 'zsh', 'fish'])
    })

    it('completes names of the workspace, in lists and behind a colon too', async () => {
      assert.deepEqual(await complete('creds', 'explain', 'co'), ['core-1', 'core-2'])
      assert.deepEqual(await complete('vault', 'show', ''), ['core-admin', 'core-lab'])
      assert.deepEqual(await complete('creds', 'discover', '--credentials', 'core-admin,core-l'), [
        'core-admin,core-lab',
      ])
      assert.deepEqual(await complete('creds', 'discover', 'core-1,ba'), ['core-1,backbone'])
      assert.deepEqual(await complete('creds', 'discover', '--site', 'f'), ['fra'])
      assert.deepEqual(await complete('creds', 'discover', 'site', ':', 'l'), ['lab'])
      assert.deepEqual(await complete('vault', 'export', 'core-admin', 'core-l'), ['core-lab'])
    })

    it('goes by the workspace on the line, and says nothing behind --', async () => {
      assert.deepEqual(await completeWith({ REAL: '1' }, '-C', '.', 'creds', 'explain', 'la'), ['lab-1'])
      assert.deepEqual(await completeWith({ REAL: '1' }, '-C', '/nonexistent', 'creds', 'explain', 'co'), [])
      assert.deepEqual(await complete('run', 'all', '--', 'sh'), [])
    })

    it('runs nothing that stands in a name', async () => {
      await complete('creds', 'explain', 'odd')
      await assert.rejects(workspace.read('hacked'), { code: 'ENOENT' })
    })
  })

  if (isThere('zsh'))
    it('completes commands, flags and names in zsh', async () => {
      const script = `
        zmodload zsh/zpty
        zpty shell 'PS1= zsh -f -i'
        zpty -w shell 'unsetopt zle_bracketed_paste 2>/dev/null; autoload -Uz compinit; compinit -u -D; source ./completion.zsh'
        zpty -w shell 'netlatch() { print -r -- "<$*>" }; print ready-$((1 + 1))'
        zpty -r -m shell output '*ready-2*'
        type() { zpty -w shell "$1"; zpty -r -m shell output '*<*>*'; print -r -- "\${\${output##*<}%%>*}" }
        type $'netlatch vau\\tverif\\t'
        type $'netlatch vault recip\\tli\\t'
        type $'netlatch vault merge --pref\\tthe\\t'
        type $'netlatch creds explain lab\\t'
        type $'netlatch creds discover --credentials core-lab,core-ad\\t'
        type $'netlatch creds discover site:fr\\t'
        zpty -d shell`
      const typed = await inShell('zsh', ['-f', '-c', script], { TERM: 'dumb' })
      assert.deepEqual(
        typed.map((line) => line.trim()),
        [
          'vault verify',
          'vault recipients list',
          'vault merge --prefer theirs',
          'creds explain lab-1',
          'creds discover --credentials core-lab,core-admin',
          'creds discover site:fra',
        ],
      )
    })

  if (isThere('fish'))
    it('completes commands, flags and names in fish', async () => {
      const lines = [
        'netlatch vau',
        'netlatch vault rec',
        'netlatch vault merge --prefer t',
        'netlatch creds explain lab',
        'netlatch creds discover --credentials core-lab,core-ad',
        'netlatch creds discover site:fr',
        'netlatch vault merge --pre',
      ]
      const script = `source completion.fish; for line in $argv; complete -C $line | string replace -r '\\t.*' ''; end`
      const answers = await inShell('fish', ['--no-config', '-c', script, ...lines])
      assert.deepEqual(answers, [
        'vault',
        'recipients',
        'theirs',
        'lab-1',
        'core-lab,core-admin',
        'site:fra',
        '--prefer',
      ])
    })
})
