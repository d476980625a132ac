import { cp, glob, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, join, relative } from 'node:path'
import { build } from 'esbuild'

/**
 * Makes dist/: one bundle with the core and all nodes, so that they share their connections, and one small file for each class
 * that n8n loads by its path.
 */
const here = import.meta.dirname
const dist = join(here, 'dist')
const bundle = 'netlatch.js'
const loadedByPath = (await Array.fromAsync(glob('src/**/*.{node,credentials}.ts', { cwd: here }))).sort()

await rm(dist, { recursive: true, force: true })
await build({
  stdin: {
    contents: loadedByPath.map((file) => `export * from './${file}'`).join('\n'),
    resolveDir: here,
    sourcefile: 'nodes.ts',
  },
  outfile: join(dist, bundle),
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node22.18',
  conditions: ['@netlatch/source'],
  // n8n's own; native parts that ssh2 does without; `pg` brings its native twin only where somebody installs it.
  external: ['n8n-workflow', 'cpu-features', '*.node', 'pg-native'],
  legalComments: 'linked',
  logLevel: 'warning',
})
for (const file of loadedByPath) {
  const target = join(dist, relative('src', file).replace(/\.ts$/, '.js'))
  const className = basename(file).replace(/\.\w+\.ts$/, '')
  const path = relative(dirname(target), join(dist, bundle)).replaceAll('\\', '/')
  await mkdir(dirname(target), { recursive: true })
  await writeFile(target, `'use strict'\nexports.${className} = require('${path}').${className}\n`)
}
for await (const file of glob('src/**/*.{svg,node.json}', { cwd: here }))
  await cp(join(here, file), join(dist, relative('src', file)), { recursive: true })

const { size } = await stat(join(dist, bundle))
const { version } = JSON.parse(await readFile(join(here, 'package.json'), 'utf8'))
process.stdout.write(`n8n-nodes-netlatch ${version}: ${(size / 2 ** 20).toFixed(1)} MB\n`)
