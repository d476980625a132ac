import { basename } from 'node:path'
import { NetlatchError } from '../../errors.ts'
import { diskFiles } from '../../workspace/file-reader.ts'
import { readForeign } from '../load-foreign.ts'
import { importAnsible } from './ansible.ts'
import { readAnsibleJson } from './ansible-json.ts'
import { readAnsibleYaml } from './ansible-yaml.ts'
import { importContainerlab } from './containerlab.ts'
import { parseForeignYaml } from './foreign-yaml.ts'
import type { ImportRequest } from './import-port.ts'
import type { Imported, ImportSource } from './imported.ts'
import { type InventoryCommandOptions, runInventoryCommand } from './inventory-command.ts'
import { importOxidized, importRancid } from './router-db.ts'
import { importSshConfig } from './ssh-config.ts'
import { importCsv, importNetRaven } from './tables.ts'
import { readVelocityCollector } from './velocity-collector.ts'

/** Reads what a request names: a file, a folder, a text, or what a program writes. */
export async function readSource(
  request: ImportRequest,
  surroundings: Omit<InventoryCommandOptions, 'signal'>,
): Promise<Imported> {
  const { source, from, signal } = request
  if (source === 'nornir') {
    if (!('path' in from)) throw new NetlatchError('USAGE', "Nornir's inventory is a folder.", { advice: 'Name it.' })
    return (await readForeign({ format: 'nornir', path: from.path }, from.path, diskFiles)).imported
  }
  if (source === 'velocitycollector') {
    if ('path' in from) return readVelocityCollector(from.path)
    throw new NetlatchError('USAGE', "VelocityCollector's inventory is a file.", { advice: 'Name its dcim.db.' })
  }
  if ('path' in from) {
    const text = await diskFiles.readText(from.path)
    const isJson = /^\uFEFF?\s*\{/.test(text)
    if (source === 'ansible' && !isJson)
      return (await readForeign({ format: 'ansible', path: from.path }, from.path, diskFiles)).imported
    return readText(source, request, text, basename(from.path))
  }
  if ('text' in from) return readText(source, request, from.text, from.name)
  return readText(
    source,
    request,
    await runInventoryCommand(from.command, { ...surroundings, signal }),
    from.command[0] ?? '',
  )
}

type TextSource = Exclude<ImportSource, 'nornir' | 'velocitycollector'>

function readText(source: TextSource, request: ImportRequest, text: string, name: string): Imported {
  switch (source) {
    case 'ansible':
      return importAnsible(
        /^\uFEFF?\s*\{/.test(text) ? readAnsibleJson(text, name) : readAnsibleYaml(parseForeignYaml(text, name)),
      )
    case 'oxidized':
      return importOxidized(text, name, { ...request })
    case 'rancid':
      return importRancid(text, name, request.group)
    case 'csv':
      return importCsv(text, name)
    case 'netraven':
      return importNetRaven(text, name)
    case 'ssh-config':
      return importSshConfig(text, name)
    case 'containerlab':
      return importContainerlab(parseForeignYaml(text, name))
  }
}
