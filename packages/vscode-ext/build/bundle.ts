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
  await writeFile(`${extensionFolder}/README.md`, await readme())
  await cp(at('CHANGELOG.md'), `${extensionFolder}/CHANGELOG.md`)
  await cp(at('../../LICENSE'), `${extensionFolder}/LICENSE`).catch(() => undefined)
  return extensionFolder
}

/** The page of an installed extension shows pictures of the web only: ours stay where the sources are read. */
async function readme(): Promise<string> {
  const text = await readFile(at('README.md'), 'utf8')
  return text.replace(/^## Pictures\n[\s\S]*?(?=^## )/m, '').replace(/^!\[[^\]]*\]\([^)]*\)\n\n?/gm, '')
}
