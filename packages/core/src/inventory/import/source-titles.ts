import type { DeviceValues } from '../inventory-schema.ts'
import type { ImportSource } from './imported.ts'

export type SyncSource = 'ansible' | 'netbox'

/** How people call a source. */
export const sourceTitles: Readonly<Record<ImportSource | SyncSource, string>> = {
  ansible: 'Ansible',
  oxidized: 'Oxidized',
  rancid: 'RANCID',
  nornir: 'Nornir',
  csv: 'a table',
  'ssh-config': 'an OpenSSH configuration',
  containerlab: 'containerlab',
  netraven: 'NetRaven',
  velocitycollector: 'VelocityCollector',
  netbox: 'NetBox',
}

/** What a generated file says of a device that its source does not know: kept when it is written anew. */
export const keptBySync: Readonly<Record<SyncSource, readonly (keyof DeviceValues)[]>> = {
  netbox: ['port', 'transport', 'groups', 'realm', 'jump_host', 'credential', 'expect', 'ssh'],
  ansible: ['realm', 'credential', 'expect', 'ssh'],
}

/** First line of a file that an import made: later imports of the source add to it. */
export function importedHeader(source: ImportSource): readonly string[] {
  return [
    `Imported from ${sourceTitles[source]}. Yours to edit: importing again adds what is new and changes nothing else.`,
  ]
}

/** The start by which a generated file is known. */
export function generatedMark(source: SyncSource): string {
  return `# Generated from ${sourceTitles[source]}`
}

export function generatedHeader(source: SyncSource): readonly string[] {
  return [
    `Generated from ${sourceTitles[source]} by netlatch inventory sync ${source}: edit ${sourceTitles[source]} instead, the next sync writes this anew.`,
    `What ${sourceTitles[source]} does not know is kept: ${keptBySync[source].join(', ')}.`,
  ]
}

/** The source that a file was generated from, if it was. */
export function generatedFrom(text: string): SyncSource | undefined {
  return (['netbox', 'ansible'] as const).find((source) => text.startsWith(generatedMark(source)))
}
