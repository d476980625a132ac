import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { cp, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { after, before, describe, it } from 'mocha'
import { installPinned } from './support/install-pinned.ts'

const exec = promisify(execFile)
const nodes = fileURLToPath(new URL('../../packages/n8n-nodes', import.meta.url))

/** `strict: false` in package.json says the same: these nodes need sockets and files, which n8n Cloud gives to none. */
const configuration = `import { configWithoutCloudSupport } from '@n8n/node-cli/eslint'
export default [
  ...configWithoutCloudSupport,
  // The core is bundled: nothing resolves it when n8n runs.
  { settings: { 'import-x/core-modules': ['@netlatch/core'] } },
  // It asks for an e-mail address, and the authors have none to give.
  { files: ['package.json'], rules: { '@n8n/community-nodes/valid-author': 'off' } },
]
`

const compilerOptions = {
  target: 'es2024',
  module: 'nodenext',
  moduleResolution: 'nodenext',
  strict: true,
  skipLibCheck: true,
  allowImportingTsExtensions: true,
  noEmit: true,
  types: [],
}

describe("n8n's own lint", () => {
  let folder = ''

  before(async function () {
    this.timeout(600_000)
    const tools = await installPinned({ recipe: 'lint-installation', main: '@n8n/node-cli', lacksOptional: true })
    folder = await mkdtemp(join(tmpdir(), 'netlatch-lint-'))
    // Its rules for nodes and credentials look at folders of these names in the root.
    await cp(join(nodes, 'src'), folder, { recursive: true })
    await cp(join(nodes, 'package.json'), join(folder, 'package.json'))
    await exec(process.execPath, [join(nodes, 'build.mjs')])
    await cp(join(nodes, 'dist'), join(folder, 'dist'), { recursive: true })
    await symlink(join(tools, 'node_modules'), join(folder, 'node_modules'))
    await writeFile(join(folder, 'eslint.config.mjs'), configuration)
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['**/*.ts'] }))
  })
  after(() => rm(folder, { recursive: true, force: true }))

  async function errors(): Promise<string[]> {
    const eslint = join(folder, 'node_modules/eslint/bin/eslint.js')
    const { stdout } = await exec(process.execPath, [eslint, '.', '--format', 'json'], {
      cwd: folder,
      maxBuffer: 2 ** 26,
    }).catch((error: { stdout: string }) => error)
    const files: { filePath: string; messages: { severity: number; line: number; ruleId: string }[] }[] =
      JSON.parse(stdout)
    return files.flatMap(({ filePath, messages }) =>
      messages
        .filter(({ severity }) => severity === 2)
        .map(({ line, ruleId }) => `${filePath.slice(folder.length + 1)}:${line} ${ruleId}`),
    )
  }

  it('finds nothing to say', async () => {
    assert.deepEqual(await errors(), [])
  })

  it('would find something', async () => {
    await writeFile(join(folder, 'run', 'planted.ts'), "export function planted() { console.log('x') }\n")
    assert.deepEqual(await errors(), ['run/planted.ts:1 no-console'])
  })
})
