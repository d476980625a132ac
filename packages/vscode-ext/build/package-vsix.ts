import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { bundleExtension } from './bundle.ts'
import { zip } from './zip.ts'

interface Manifest {
  readonly name: string
  readonly publisher: string
  readonly version: string
  readonly displayName: string
  readonly description: string
  readonly engines: { readonly vscode: string }
  readonly icon: string
  readonly keywords: readonly string[]
  readonly categories: readonly string[]
}

const contentTypes = `<?xml version="1.0" encoding="utf-8"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">${[
  ['json', 'application/json'],
  ['js', 'application/javascript'],
  ['md', 'text/markdown'],
  ['png', 'image/png'],
  ['svg', 'image/svg+xml'],
  ['txt', 'text/plain'],
  ['vsixmanifest', 'text/xml'],
]
  .map(([extension, type]) => `<Default Extension=".${extension}" ContentType="${type}"/>`)
  .join('')}</Types>
`

/** Builds the extension, minified, and packs it as VS Code installs it. Returns the path of the package. */
export async function packageVsix(): Promise<string> {
  const folder = await bundleExtension({ minify: true })
  const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as Manifest
  const found = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = found.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  const entries = await Promise.all(
    files.toSorted().map(async (path) => {
      const name = relative(folder, path).replaceAll('\\', '/')
      // Without an ending it has no content type.
      return { name: `extension/${name === 'LICENSE' ? 'LICENSE.txt' : name}`, bytes: await readFile(path) }
    }),
  )
  const path = join(folder, '..', `${manifest.name}-${manifest.version}.vsix`)
  const archive = zip([
    { name: 'extension.vsixmanifest', bytes: Buffer.from(vsixManifest(manifest)) },
    { name: '[Content_Types].xml', bytes: Buffer.from(contentTypes) },
    ...entries,
  ])
  await writeFile(path, archive)
  return path
}

function vsixManifest(manifest: Manifest): string {
  const { name, publisher, version, displayName, description, engines, icon, keywords, categories } = manifest
  const property = (id: string, value: string) => `<Property Id="Microsoft.VisualStudio.${id}" Value="${xml(value)}"/>`
  const asset = (type: string, path: string) =>
    `<Asset Type="Microsoft.VisualStudio.${type}" Path="extension/${path}" Addressable="true"/>`
  return `<?xml version="1.0" encoding="utf-8"?>
<PackageManifest Version="2.0.0" xmlns="http://schemas.microsoft.com/developer/vsx-schema/2011">
<Metadata>
<Identity Language="en-US" Id="${xml(name)}" Version="${xml(version)}" Publisher="${xml(publisher)}"/>
<DisplayName>${xml(displayName)}</DisplayName>
<Description xml:space="preserve">${xml(description)}</Description>
<Tags>${xml(keywords.join(','))}</Tags>
<Categories>${xml(categories.join(','))}</Categories>
<Properties>${property('Code.Engine', engines.vscode)}${property('Code.ExtensionKind', 'workspace')}</Properties>
<License>extension/LICENSE.txt</License>
<Icon>extension/${xml(icon)}</Icon>
</Metadata>
<Installation><InstallationTarget Id="Microsoft.VisualStudio.Code"/></Installation>
<Dependencies/>
<Assets>${[
    asset('Code.Manifest', 'package.json'),
    asset('Services.Content.Details', 'README.md'),
    asset('Services.Content.Changelog', 'CHANGELOG.md'),
    asset('Services.Content.License', 'LICENSE.txt'),
    asset('Services.Icons.Default', icon),
  ].join('')}</Assets>
</PackageManifest>
`
}

function xml(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)
}
