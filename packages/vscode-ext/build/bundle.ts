import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { type BuildOptions, build } from 'esbuild'

const root = new URL('..', import.meta.url)
const at = (path: string) => fileURLToPath(new URL(path, root))

/** What esbuild is told for everything that runs inside the extension host. */
export const bundleOptions = {
  bundle: true,
  platform: 'node',
  // The Node of VS Code 1.104.
  target: 'node22',
  format: 'cjs',
  conditions: ['@netlatch/source'],
  external: ['vscode', 'cpu-features', '*.node'],
  logLevel: 'warning',
  // Classes' names are shown in errors.
  keepNames: true,
} as const satisfies BuildOptions

/** The folder of the extension as VS Code loads it. */
export const extensionFolder = at('dist/extension')

/** Builds the extension: two scripts, the manifest under its own name, and what people read and see. */
export async function bundleExtension(options: { readonly minify?: boolean } = {}): Promise<string> {
  await rm(extensionFolder, { recursive: true, force: true })
  await mkdir(extensionFolder, { recursive: true })
  await build({
    ...bundleOptions,
    entryPoints: { extension: at('src/extension.ts'), service: at('src/service/service-thread.ts') },
    outdir: extensionFolder,
    minify: options.minify ?? false,
  })
  const {
    devDependencies: _,
    type: _type,
    private: _private,
    ...manifest
  } = JSON.parse(await readFile(at('package.json'), 'utf8'))
  await writeFile(`${extensionFolder}/package.json`, `${JSON.stringify({ ...manifest, name: 'netlatch' }, null, 2)}\n`)
  await cp(at('media'), `${extensionFolder}/media`, { recursive: true })
  for (const file of ['README.md', 'CHANGELOG.md']) await cp(at(file), `${extensionFolder}/${file}`)
  await cp(at('../../LICENSE'), `${extensionFolder}/LICENSE`).catch(() => undefined)
  return extensionFolder
}
