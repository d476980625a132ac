import { basename, dirname, relative, sep } from 'node:path'
import { NetlatchError } from '../errors.ts'
import { diskFiles, type FileReader } from '../workspace/file-reader.ts'
import type { ForeignInventory } from '../workspace/workspace.ts'
import { nodeAt, type YamlNode } from '../workspace/yaml-node.ts'
import { parseForeignYaml } from './import/foreign-yaml.ts'
import { readForeign } from './load-foreign.ts'

/** An inventory of another tool that can be read in place. */
export interface FoundInventory extends ForeignInventory {
  /** As `netlatch.yaml` names it: relative to the folder, of Nornir the folder that holds its hosts.yaml. */
  readonly path: string
  /** The file with the devices, absolute. */
  readonly file: string
  readonly devices: number
}

const names = ['hosts', 'inventory']
const depths = ['', '*/', '*/*/']
/** Files of these names in a large repository: the first ones are enough to offer. */
const mostFiles = 20

/** Looks for inventories of Nornir, and of Ansible in YAML, in a folder and two levels below it, under their usual names. */
export async function findForeignInventories(
  folder: string,
  reader: FileReader = diskFiles,
): Promise<readonly FoundInventory[]> {
  const patterns = depths.flatMap((depth) => names.map((name) => `${escapeGlob(folder)}/${depth}${name}.{yaml,yml}`))
  const paths = (await Promise.all(patterns.map((pattern) => reader.glob(pattern)))).flat()
  const own = paths.filter((path) => !/(?:^|[/\\])(?:\.|node_modules[/\\])/.test(relative(folder, path)))
  const found = await Promise.all(own.slice(0, mostFiles).map((file) => look(folder, file, reader)))
  return found.filter((each) => each !== undefined)
}

async function look(folder: string, file: string, reader: FileReader): Promise<FoundInventory | undefined> {
  try {
    const { root } = parseForeignYaml(await reader.readText(file), file)
    const format = formatOf(file, root)
    if (!format) return undefined
    const path = format === 'nornir' ? dirname(file) : file
    const { imported } = await readForeign({ format, path }, folder, reader)
    const devices = imported.devices.length
    return devices > 0 ? { format, path: shown(folder, path), file, devices } : undefined
  } catch (error) {
    // What cannot be read is nothing to offer.
    if (error instanceof NetlatchError) return undefined
    throw error
  }
}

/** By what stands in it: every Ansible group is a map with hosts, children or variables; Nornir's hosts have its own keys. */
function formatOf(file: string, root: YamlNode | undefined): ForeignInventory['format'] | undefined {
  const entries = root?.kind === 'map' ? [...root.entries.values()].map(({ value }) => value) : []
  const has = (keys: readonly string[]) => entries.some((entry) => keys.some((key) => nodeAt(entry, [key])))
  if (has(['hosts', 'children'])) return 'ansible'
  const isHosts = /^hosts\.ya?ml$/.test(basename(file))
  return isHosts && has(['hostname', 'platform', 'groups', 'connection_options', 'data']) ? 'nornir' : undefined
}

function shown(folder: string, path: string): string {
  return relative(folder, path).split(sep).join('/') || '.'
}

function escapeGlob(path: string): string {
  return path.replaceAll('\\', '/').replace(/[*?[\]{}]/g, '[$&]')
}
