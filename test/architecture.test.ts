import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { glob } from 'node:fs/promises'
import { posix } from 'node:path'
import { describe, it } from 'mocha'

/** Each third-party library has one home. A new library is a new row. */
const homes: Readonly<Record<string, RegExp>> = {
  yaml: /^core\/src\/workspace\/yaml-file\.ts$/,
  zod: /^core\/src\/(workspace|inventory|vault|jobs|platforms)\/([\w-]+-schema|json-schema|inventory-layer|problems-from-schema)\.ts$/,
  ssh2: /^core\/src\/connection\/ssh2-[\w-]+\.ts$/,
  kysely: /^core\/src\/state\/[\w-]+\.ts$/,
  'age-encryption': /^core\/src\/vault\/age-[\w-]+\.ts$/,
  canonicalize: /^core\/src\/vault\/canonical-json\.ts$/,
  'ipaddr.js': /^core\/src\/vault\/scope\.ts$/,
  re2js: /^core\/src\/linear-pattern\.ts$/,
  'fastest-levenshtein': /^core\/src\/workspace\/nearest-name\.ts$/,
  // The state of a Node without SQLite, and other programs' files on import.
  'sql.js': /^core\/src\/(state\/sqljs-[\w-]+|inventory\/import\/(velocity-collector|sql-wasm-inline\.d))\.ts$/,
  'node:sqlite': /^core\/src\/state\/sqlite-[\w-]+\.ts$/,
  'node:child_process':
    /^core\/src\/(backup\/git-[\w-]+|secrets\/command|connection\/openssh-jump-host|inventory\/import\/inventory-command)\.ts$/,
  // The command line is built with it throughout.
  commander: /^cli\/src\//,
  'cli-progress': /^cli\/src\/progress-bar\.ts$/,
  'cli-table3': /^cli\/src\/table\.ts$/,
  '@inquirer/confirm': /^cli\/src\/ask\.ts$/,
  '@inquirer/input': /^cli\/src\/ask\.ts$/,
  '@inquirer/password': /^cli\/src\/ask\.ts$/,
  'n8n-workflow': /^n8n-nodes\/src\//,
  // What an annotation says is worked out without VS Code; the workers know nothing of it either.
  vscode: /^vscode-ext\/src\/(?!annotate\/|service\/)/,
  '@netlatch/core': /^(cli|n8n-nodes|vscode-ext)\/src\//,
}

/** Files that talk to the outside. Only open-netlatch.ts joins them with the operations. */
const adapters =
  /^core\/src\/(connection\/(ssh2|openssh)-|state\/(?!state-store\.ts)|secrets\/(?!secret-provider|redactor)|backup\/git-|jobs\/(open-jobs|answer-files-folder)|inventory\/import\/(open-inventory-port|read-source|inventory-command|netbox-api|velocity-))/

/** Folders an operation may draw on: ports and pure modules. */
const harmlessNodeModules = /^node:(assert|buffer|crypto|events|path|perf_hooks|stream|timers|util)(\/|$)/

interface SourceFile {
  readonly path: string
  readonly imports: readonly string[]
}

function violations(files: readonly SourceFile[]): string[] {
  return files.flatMap(({ path, imports }) => imports.flatMap((specifier) => violation(path, specifier) ?? []))
}

function violation(path: string, specifier: string): string | undefined {
  const folder = path.split('/')[0]
  if (specifier.startsWith('.')) {
    const target = posix.join(posix.dirname(path), specifier)
    if (target.split('/')[0] !== folder) return `${path} reaches into ${target}: import @netlatch/core`
    if (folder !== 'core' || path === 'core/src/open-netlatch.ts' || path === 'core/src/index.ts') return undefined
    const sameFolder = posix.dirname(target) === posix.dirname(path)
    if (adapters.test(target) && !sameFolder) return `${path} imports the adapter ${target}: only open-netlatch.ts may`
    if (target.startsWith('core/src/operations/') && !sameFolder) return `${path} imports the operation ${target}`
    return undefined
  }
  const library = libraryOf(specifier)
  const home = homes[library]
  if (home) return home.test(path) ? undefined : `${path} imports ${library}, which lives in ${home.source}`
  if (!library.startsWith('node:')) return `${path} imports ${library}, which has no row in this table`
  if (path.startsWith('core/src/operations/') && !harmlessNodeModules.test(library))
    return `${path} imports ${library}: operations reach the outside through ports`
  return undefined
}

function libraryOf(specifier: string): string {
  const parts = specifier.split('/')
  if (specifier.startsWith('node:')) return parts[0] as string
  return specifier.startsWith('@') ? parts.slice(0, 2).join('/') : (parts[0] as string)
}

async function sourceFiles(): Promise<SourceFile[]> {
  const files: SourceFile[] = []
  for await (const file of glob('packages/*/src/**/*.ts')) {
    const text = readFileSync(file, 'utf8')
    const imports = [
      ...text.matchAll(/^(?:import|export)\b[^'"`;]*?\bfrom '([^']+)'|^import '([^']+)'|\bimport\('([^']+)'\)/gm),
    ]
    files.push({
      path: posix.relative('packages', file.replaceAll('\\', '/')),
      imports: imports.map((match) => (match[1] ?? match[2] ?? match[3]) as string),
    })
  }
  return files
}

describe('architecture', () => {
  it('holds the import rule in every source file', async () => {
    const files = await sourceFiles()
    assert.ok(files.length > 20, 'the sources were found')
    assert.deepEqual(violations(files), [])
  })

  for (const [name, path, specifier] of [
    ['an operation that imports an adapter', 'core/src/operations/run-commands.ts', '../connection/ssh2-transport.ts'],
    ['an operation that starts programs', 'core/src/operations/run-commands.ts', 'node:child_process'],
    ['an operation that reads files', 'core/src/operations/run-commands.ts', 'node:fs/promises'],
    ['a library outside its home', 'core/src/session/open-session.ts', 'ssh2'],
    ['a library without a row', 'core/src/session/open-session.ts', 'left-pad'],
    ['a wrapper that reaches into core', 'cli/src/main.ts', '../../core/src/model.ts'],
    ['a module that imports an operation', 'core/src/session/open-session.ts', '../operations/run-commands.ts'],
  ] as const) {
    it(`finds ${name}`, () => {
      assert.equal(violations([{ path, imports: [specifier] }]).length, 1)
    })
  }

  it('keeps every import.meta and top-level await out of core, which is bundled to CommonJS', async () => {
    for (const { path } of await sourceFiles())
      if (path.startsWith('core/'))
        assert.doesNotMatch(readFileSync(posix.join('packages', path), 'utf8'), /import\.meta|^await /m, path)
  })
})
