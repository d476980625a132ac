import { basename, dirname, join } from 'node:path'
import type { Problem } from '../model.ts'
import type { FileReader } from '../workspace/file-reader.ts'
import { isMissingFile } from '../workspace/file-reader.ts'
import { displayPath } from '../workspace/load-workspace.ts'
import type { ForeignInventory } from '../workspace/workspace.ts'
import type { YamlFile } from '../workspace/yaml-file.ts'
import { importAnsible } from './import/ansible.ts'
import { readAnsibleYaml, type VariablesFile } from './import/ansible-yaml.ts'
import { tellTags } from './import/fit-import.ts'
import { foreignLayers, foreignProblems } from './import/foreign-layers.ts'
import { parseForeignYaml } from './import/foreign-yaml.ts'
import type { Imported } from './import/imported.ts'
import { knowPlatforms } from './import/know-platforms.ts'
import { importNornir } from './import/nornir.ts'
import { shapeOf, shapeTitles } from './import/source-shape.ts'
import type { InventoryFile } from './inventory.ts'

/** The files of another tool's inventory: the one that lists the devices comes first. */
export interface ForeignReading {
  readonly imported: Imported
  readonly files: readonly (YamlFile & { readonly path: string })[]
  /** Files of variables that ansible-vault has sealed: they are not read. */
  readonly sealed: readonly string[]
}

/** Reads Nornir's folder or Ansible's YAML file with the variables beside it. Throws FILE_UNREADABLE. */
export async function readForeign(
  source: ForeignInventory,
  folder: string,
  reader: FileReader,
): Promise<ForeignReading> {
  const read = async (path: string) => {
    const text = await reader.readText(path)
    return { ...parseForeignYaml(text, displayPath(folder, path)), path }
  }
  return source.format === 'nornir' ? readNornir(source.path, read) : readAnsible(source.path, reader, read)
}

/** The same as files of an inventory, in our words. `platforms`: names that the workspace knows besides the built-in ones. */
export async function loadForeign(
  source: ForeignInventory,
  folder: string,
  reader: FileReader,
  platforms: readonly string[] = [],
): Promise<readonly InventoryFile[]> {
  const { imported: found, files } = await readForeign(source, folder, reader)
  const imported = knowPlatforms(found, platforms)
  const tool = source.format === 'nornir' ? 'Nornir' : 'Ansible'
  const [main, ...others] = files
  if (!main) return []
  return [
    {
      ...main,
      foreign: foreignLayers(tool, imported, main),
      problems: [...(wrongShape(source, main) ?? main.problems), ...foreignProblems(tellTags(imported))],
    },
    ...others.map((file) => ({ ...file, foreign: { tool, groups: [], devices: [] } })),
  ]
}

/** In place only YAML is read: what a parser says of another format would help nobody. */
function wrongShape({ format }: ForeignInventory, { file, text }: YamlFile): readonly Problem[] | undefined {
  const shape = shapeOf(text)
  if (format !== 'ansible' || shape === 'yaml') return undefined
  const message = `${shapeTitles[shape]}, not an inventory of Ansible in YAML`
  const advice = `Follow it instead: ansible-inventory -i ${file} --list | netlatch inventory sync ansible -`
  return [{ code: 'foreign-format', severity: 'error', message, advice, at: { file, line: 1, column: 1 } }]
}

type Read = (path: string) => Promise<YamlFile & { readonly path: string }>

async function readNornir(folder: string, read: Read): Promise<ForeignReading> {
  const optional = (path: string) =>
    read(path).catch((error: unknown) => {
      if (isMissingFile(error)) return undefined
      throw error
    })
  // SimpleInventory's own names; both endings of YAML are in use.
  const named = async (name: string) =>
    (await optional(join(folder, `${name}.yaml`))) ?? (await optional(join(folder, `${name}.yml`)))
  const hosts = (await named('hosts')) ?? (await read(join(folder, 'hosts.yaml')))
  const [groups, defaults] = [await named('groups'), await named('defaults')]
  return {
    imported: importNornir({ hosts, groups, defaults }),
    files: [hosts, groups, defaults].filter((file) => file !== undefined),
    sealed: [],
  }
}

async function readAnsible(path: string, reader: FileReader, read: Read): Promise<ForeignReading> {
  const inventory = await read(path)
  const folder = dirname(path)
  const found: { readonly variables: VariablesFile; readonly path: string }[] = []
  const sealed: string[] = []
  for (const kind of ['group', 'host'] as const) {
    const below = `${escapeGlob(folder)}/${kind}_vars`
    const paths = await Promise.all([`${below}/*`, `${below}/*/*`].map((pattern) => reader.glob(pattern)))
    for (const each of paths.flat()) {
      const relative = each.slice(join(folder, `${kind}_vars`).length + 1)
      const [name = ''] = relative.split(/[\\/]/)
      // A folder of a name holds several files for it; both endings and none are in use.
      if (!/(?:^[^.]+|\.ya?ml)$/.test(basename(each))) continue
      const file = await read(each).catch((error: unknown) => {
        if (isFolder(error)) return undefined
        throw error
      })
      if (!file) continue
      if (file.text.startsWith('$ANSIBLE_VAULT;')) {
        sealed.push(file.file)
        continue
      }
      const variables = { of: kind, name: name.replace(/\.ya?ml$/, ''), file }
      found.push({ variables, path: each })
    }
  }
  const tree = readAnsibleYaml(
    inventory,
    found.map(({ variables }) => variables),
  )
  return {
    imported: importAnsible(tree),
    files: [inventory, ...found.map(({ variables, path: own }) => ({ ...variables.file, path: own }))],
    sealed,
  }
}

function isFolder(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined
  return cause instanceof Error && 'code' in cause && cause.code === 'EISDIR'
}

function escapeGlob(path: string): string {
  return path.replaceAll('\\', '/').replace(/[*?[\]{}]/g, '[$&]')
}
