import type { Imported, ImportedDevice, ImportNote } from './imported.ts'

/**
 * Fits an import to the workspace it comes to. A pin to a credential that the vault does not have becomes a tag of its name:
 * the credential applies as soon as it is added with that tag. Advice gets the tags that its devices share.
 */
export function fitImport(imported: Imported, credentials: readonly string[]): Imported {
  const known = new Set(credentials)
  const missing = new Map<string, ImportedDevice[]>()
  const devices = imported.devices.map((device): ImportedDevice => {
    const { credential, tags, ...values } = device.values
    if (credential === undefined || known.has(credential)) return device
    missing.set(credential, [...(missing.get(credential) ?? []), device])
    return { ...device, values: { ...values, tags: [...new Set([...(tags ?? []), credential])] } }
  })
  const notes = [...missing].map(([credential, of]): ImportNote => {
    const [first] = of
    return {
      kind: 'login',
      text: `credential ${credential} is not in the vault; its devices got the tag ${credential}`,
      devices: of.map(({ name }) => name),
      advice: `netlatch vault add ${shellWord(credential)}${usernameOption(imported, credential)} --tags ${shellWord(credential)}`,
      at: first?.at ?? { file: '', line: 1, column: 1 },
    }
  })
  return tellTags({ ...imported, devices, notes: [...imported.notes, ...notes] })
}

/** Puts the tags that its devices share into the advice of each note: a command is there to be pasted. */
export function tellTags(imported: Imported): Imported {
  const tagsOf = tagsByDevice(imported)
  return { ...imported, notes: imported.notes.map((note) => ({ ...note, ...adviceWithTags(note, tagsOf) })) }
}

function adviceWithTags(note: ImportNote, tagsOf: TagsOf): Pick<ImportNote, 'advice'> {
  if (!note.advice?.endsWith(' --tags …')) return {}
  const start = note.advice.slice(0, -' --tags …'.length)
  const tags = coveringTags(note.devices, tagsOf)
  return { advice: tags.length === 0 ? `${start} --match all` : `${start} --tags ${shellWord(tags.join(','))}` }
}

interface TagsOf {
  readonly of: ReadonlyMap<string, readonly string[]>
  readonly devicesWith: ReadonlyMap<string, number>
}

function tagsByDevice({ devices, groups }: Imported): TagsOf {
  const byName = new Map(groups.map((group) => [group.name, group]))
  const tagsOfGroup = (name: string, above: readonly string[]): readonly string[] => {
    const group = byName.get(name)
    if (!group || above.includes(name)) return []
    return [...group.tags, ...group.groups.flatMap((parent) => tagsOfGroup(parent, [...above, name]))]
  }
  const of = new Map(
    devices.map(({ name, values }) => {
      const inherited = (values.groups ?? []).flatMap((group) => tagsOfGroup(group, []))
      return [name, [...new Set([...(values.tags ?? []), ...inherited])]]
    }),
  )
  const devicesWith = new Map<string, number>()
  for (const tags of of.values()) for (const tag of tags) devicesWith.set(tag, (devicesWith.get(tag) ?? 0) + 1)
  return { of, devicesWith }
}

/** More tags than a person would type. */
const mostTags = 5

/**
 * Tags that together hold all of these devices, and few others: those first that bring the most of them, then those that bring
 * the fewest others. None when it takes too many, or a device has no tag.
 */
function coveringTags(names: readonly string[], { of, devicesWith }: TagsOf): readonly string[] {
  const chosen: string[] = []
  let left = names
  while (left.length > 0) {
    const gains = new Map<string, number>()
    for (const name of left) for (const tag of of.get(name) ?? []) gains.set(tag, (gains.get(tag) ?? 0) + 1)
    const size = (tag: string) => devicesWith.get(tag) ?? 0
    const [best] = [...gains].toSorted(([a, gainA], [b, gainB]) => gainB - gainA || size(a) - size(b))
    if (!best || chosen.length === mostTags) return []
    chosen.push(best[0])
    left = left.filter((name) => !of.get(name)?.includes(best[0]))
  }
  return chosen
}

function usernameOption({ usernames }: Imported, credential: string): string {
  const username = usernames?.get(credential)
  return username === undefined ? '' : ` --username ${shellWord(username)}`
}

function shellWord(text: string): string {
  return /^[\w.,:/@-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
}
