import { NetlatchError } from '../../errors.ts'
import type { Imported, ImportNote, ImportSource } from './imported.ts'
import { type SourceShape, shapeTitles } from './source-shape.ts'

/** What each source is, and how to come by it. */
const expectations: Readonly<Record<ImportSource, { readonly is: string; readonly advice: string }>> = {
  ansible: { is: 'what ansible-inventory --list writes', advice: ansibleAdvice('<inventory>') },
  oxidized: {
    is: "Oxidized's router.db",
    advice: 'Its lines are as fra-core-1:10.0.0.1:ios:core, and --map name:ip:model:group says what they hold.',
  },
  rancid: { is: "RANCID's router.db", advice: 'Its lines are as fra-core-1;cisco;up.' },
  nornir: { is: "a folder with Nornir's hosts.yaml", advice: 'As: netlatch inventory import nornir inventory/' },
  csv: { is: 'a table of devices', advice: 'Begin it with a line of column names, as: name,host,platform,site,tags' },
  'ssh-config': {
    is: 'a configuration of OpenSSH with a Host of its own for each device',
    advice: 'As: netlatch inventory import ssh-config ~/.ssh/config',
  },
  containerlab: { is: 'a topology of containerlab', advice: 'Name its topology file, as lab.clab.yml.' },
  netraven: {
    is: "a table or JSON of NetRaven's devices",
    advice: 'It has hostname, ip_address and device_type for each device.',
  },
  velocitycollector: {
    is: "VelocityCollector's database",
    advice: 'As: netlatch inventory import velocitycollector ~/.vcollector/dcim.db',
  },
}

/** What a reader of these sources can begin with; the others are not read as texts. */
const readable: Readonly<Partial<Record<ImportSource, readonly SourceShape[]>>> = {
  ansible: ['json', 'yaml'],
  oxidized: ['text'],
  rancid: ['text'],
  csv: ['text'],
  netraven: ['text', 'json'],
  'ssh-config': ['text', 'ssh-config'],
  containerlab: ['yaml'],
}

/** INPUT_INVALID: `hosts.ini: an INI file, not what ansible-inventory --list writes.` */
export function wrongSource(source: ImportSource, file: string, found: string, advice?: string): NetlatchError {
  const expected = expectations[source]
  return new NetlatchError('INPUT_INVALID', `${file}: ${found}, not ${expected.is}.`, {
    at: { file, line: 1, column: 1 },
    advice: advice ?? expected.advice,
  })
}

/** Throws INPUT_INVALID for a text that plainly is of another kind, before a reader takes its lines for devices. */
export function refuseShape(source: ImportSource, file: string, shape: SourceShape, isOnDisk: boolean): void {
  if (readable[source]?.includes(shape)) return
  // Ansible itself reads its other formats.
  const isAnsibles = source === 'ansible' && (['ini', 'script', 'text'] as const).some((each) => each === shape)
  throw wrongSource(source, file, shapeTitles[shape], isAnsibles && isOnDisk ? ansibleAdvice(file) : undefined)
}

export function ansibleAdvice(inventory: string): string {
  const shown = /^[\w./<>-]+$/.test(inventory) ? inventory : `'${inventory.replaceAll("'", "'\\''")}'`
  return `Let Ansible read it first: ansible-inventory -i ${shown} --list > inventory.json`
}

/** Hands on what came. Throws INPUT_INVALID when that is no device at all: nobody asks for an import of nothing. */
export function refuseNothing(source: ImportSource, file: string, found: string, imported: Imported): Imported {
  if (imported.devices.length > 0) return imported
  const skipped = imported.notes.filter(({ kind }) => kind === 'skipped')
  const [first] = skipped
  const reason = first ? `no device that can be taken: ${causesText(skipped)}` : `${found} without a device`
  throw new NetlatchError('INPUT_INVALID', `${file}: ${reason}.`, {
    at: first?.at ?? { file, line: 1, column: 1 },
    advice: first?.advice ?? expectations[source].advice,
  })
}

/** `no address (3), no name (1)` */
export function causesText(notes: readonly ImportNote[]): string {
  const shown = notes.slice(0, 3).map(({ text, devices }) => `${text} (${devices.length})`)
  const left = notes.length - shown.length
  return `${shown.join(', ')}${left > 0 ? ` … ${left} more causes` : ''}`
}
