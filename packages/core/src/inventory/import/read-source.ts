import { join } from 'node:path'
import { NetlatchError } from '../../errors.ts'
import { diskFiles } from '../../workspace/file-reader.ts'
import { displayPath, refuseErrors } from '../../workspace/load-workspace.ts'
import type { YamlFile } from '../../workspace/yaml-file.ts'
import { type ForeignReading, readForeign } from '../load-foreign.ts'
import { importAnsible } from './ansible.ts'
import { readAnsibleJson } from './ansible-json.ts'
import { readAnsibleYaml } from './ansible-yaml.ts'
import { importContainerlab } from './containerlab.ts'
import { parseForeignYaml } from './foreign-yaml.ts'
import type { ImportRequest } from './import-port.ts'
import type { Imported, ImportNote, ImportSource } from './imported.ts'
import { type InventoryCommandOptions, runInventoryCommand } from './inventory-command.ts'
import { refuseNothing, refuseShape } from './refuse-source.ts'
import { importOxidized, importRancid } from './router-db.ts'
import { kindOf, readSourceText, requireFolder } from './source-file.ts'
import { shapeOf, shapeTitles } from './source-shape.ts'
import { importSshConfig } from './ssh-config.ts'
import { importCsv, importNetRaven } from './tables.ts'
import { readVelocityCollector } from './velocity-collector.ts'

type Surroundings = Omit<InventoryCommandOptions, 'signal'>

/**
 * Reads what a request names: a file, a folder, a text, or what a program writes. Throws INPUT_INVALID for what is of another
 * kind or has no device, FILE_UNREADABLE.
 */
export async function readSource(request: ImportRequest, surroundings: Surroundings): Promise<Imported> {
  const { source, from, signal } = request
  if (source === 'nornir') {
    if (!('path' in from)) throw new NetlatchError('USAGE', "Nornir's inventory is a folder.", { advice: 'Name it.' })
    const shown = shownPath(surroundings.folder, from.path)
    await requireFolder({ source, path: from.path, shown }, 'hosts.yaml')
    const reading = await readForeign({ format: 'nornir', path: from.path }, surroundings.folder, diskFiles)
    return refuseNothing(source, `${shown}/hosts.yaml`, 'a file', sound(reading))
  }
  if (source === 'velocitycollector') {
    if (!('path' in from))
      throw new NetlatchError('USAGE', "VelocityCollector's inventory is a file.", { advice: 'Name its dcim.db.' })
    return readDatabase(from.path, shownPath(surroundings.folder, from.path))
  }
  if ('text' in from) return readText(source, request, from.text, from.name)
  if ('command' in from) {
    const text = await runInventoryCommand(from.command, { ...surroundings, signal })
    return readText(source, request, text, from.command[0] ?? '')
  }
  const { path } = from
  const shown = shownPath(surroundings.folder, path)
  const text = await readSourceText({ source, path, shown })
  if (source !== 'ansible' || shapeOf(text) !== 'yaml') return readText(source, request, text, shown)
  // Variables of a static inventory stand in files beside it.
  const reading = await readForeign({ format: 'ansible', path }, surroundings.folder, diskFiles)
  return refuseNothing(source, shown, shapeTitles.yaml, sound(reading))
}

async function readDatabase(path: string, shown: string): Promise<Imported> {
  const source = 'velocitycollector'
  const isFolder = (await kindOf(path, shown)) === 'folder'
  const [file, name] = isFolder ? [join(path, 'dcim.db'), `${shown}/dcim.db`] : [path, shown]
  if (isFolder) await requireFolder({ source, path, shown }, 'dcim.db')
  return refuseNothing(source, name, 'a database', await readVelocityCollector(file, name))
}

type TextSource = Exclude<ImportSource, 'nornir' | 'velocitycollector'>

function readText(source: TextSource, request: ImportRequest, text: string, file: string): Imported {
  const shape = shapeOf(text)
  refuseShape(source, file, shape, 'path' in request.from)
  return refuseNothing(source, file, shapeTitles[shape], readShaped(source, request, text, file))
}

function readShaped(source: TextSource, request: ImportRequest, text: string, file: string): Imported {
  switch (source) {
    case 'ansible':
      return importAnsible(
        shapeOf(text) === 'json' ? readAnsibleJson(text, file) : readAnsibleYaml(soundYaml(text, file)),
      )
    case 'oxidized':
      return importOxidized(text, file, { ...request })
    case 'rancid':
      return importRancid(text, file, request.group)
    case 'csv':
      return importCsv(text, file)
    case 'netraven':
      return importNetRaven(text, file)
    case 'ssh-config':
      return importSshConfig(text, file)
    case 'containerlab':
      return importContainerlab(soundYaml(text, file))
  }
}

/** What is broken in the middle would be an inventory without its end. Sealed files are where the logins are. */
function sound({ imported, files, sealed }: ForeignReading): Imported {
  refuseErrors(files.flatMap(({ problems }) => problems))
  const notes = sealed.map(
    (file): ImportNote => ({
      kind: 'secret',
      text: 'variables sealed by ansible-vault',
      devices: [file],
      advice: `See the logins in it: ansible-vault view ${file}`,
      at: { file, line: 1, column: 1 },
    }),
  )
  return { ...imported, notes: [...notes, ...imported.notes] }
}

function soundYaml(text: string, file: string): YamlFile {
  const parsed = parseForeignYaml(text, file)
  refuseErrors(parsed.problems)
  return parsed
}

/** Relative in the workspace; outside of it as it is. */
function shownPath(folder: string, path: string): string {
  const shown = displayPath(folder, path)
  return shown.startsWith('..') ? path : shown
}
