import type { Problem, ValueOrigin } from '../../model.ts'
import type { YamlFile } from '../../workspace/yaml-file.ts'
import type { ForeignFile } from '../inventory.ts'
import type { Layer } from '../inventory-layer.ts'
import type { Imported, ImportedDevice, ImportedGroup, ImportNote } from './imported.ts'

/** Another tool's inventory as layers of ours. `file` is its main file. */
export function foreignLayers(tool: string, imported: Imported, file: YamlFile): ForeignFile {
  return {
    tool,
    groups: imported.groups.map((group) => groupLayer(group, file)),
    devices: imported.devices.map((device) => deviceLayer(device, file)),
  }
}

/** What a person should know about an inventory that is read in place. Logins are that tool's own business. */
export function foreignProblems({ notes }: Imported): readonly Problem[] {
  return notes.flatMap((note): readonly Problem[] => {
    if (note.kind === 'login') return []
    const { code, says, advice } = sayings[note.kind]
    const [first] = note.devices
    const whose = note.devices.length === 1 ? `device ${first}` : `${note.devices.length} devices`
    return [
      {
        code,
        severity: 'warning',
        message: `${says} ${note.text} (${whose})`,
        advice: note.advice ?? advice,
        at: note.at,
      },
    ]
  })
}

const sayings: Readonly<
  Record<
    Exclude<ImportNote['kind'], 'login'>,
    { readonly code: string; readonly says: string; readonly advice: string }
  >
> = {
  skipped: { code: 'foreign-skipped', says: 'not taken:', advice: 'Correct it there, or leave it.' },
  platform: { code: 'foreign-platform', says: 'taken as autodetect:', advice: 'The device will be asked what it is.' },
  'left-out': { code: 'foreign-left-out', says: 'left out:', advice: 'Correct it there, or leave it.' },
  // An error in our own files; that tool needs it where it is.
  secret: {
    code: 'secret-in-inventory',
    says: 'a secret, not read:',
    advice: 'Netlatch takes secrets from its vault.',
  },
}

function groupLayer({ name, groups, tags, at }: ImportedGroup, file: YamlFile): Layer {
  const place: ValueOrigin = { ...at, layer: `group ${name}` }
  return {
    label: `group ${name}`,
    name,
    values: { ...(groups.length > 0 && { groups: [...groups] }), ...(tags.length > 0 && { tags: [...tags] }) },
    origin: at,
    origins: { groups: place, tags: place, ...Object.fromEntries(tags.map((tag) => [`tags.${tag}`, place])) },
    file,
    path: [],
    problems: [],
  }
}

function deviceLayer({ name, values, at, origins }: ImportedDevice, file: YamlFile): Layer {
  return { label: 'device', name, values, origin: at, origins, file, path: [], problems: [] }
}
