import type { AlgorithmProfile, Origin } from '../../model.ts'
import { acceptDevice, type RawValue } from './accept-device.ts'
import { commonPlatforms } from './common-platforms.ts'
import { openNoteBook } from './import-notes.ts'
import type { Imported, ImportedDevice } from './imported.ts'
import { jumpHostName } from './jump-host-name.ts'
import { noteLogin } from './secret-names.ts'

/** A `Host` block of ssh_config(5). */
interface Block {
  readonly patterns: readonly string[]
  readonly values: ReadonlyMap<string, string>
  readonly line: number
}

/**
 * The named hosts of an OpenSSH client configuration. The first value found for a host wins, as in OpenSSH; patterns give values
 * but are no devices. Hops become jump hosts that go through the user's own OpenSSH.
 */
export function importSshConfig(text: string, file: string): Imported {
  const notes = openNoteBook()
  const { blocks, matches, includes } = readBlocks(text)
  const place = (line: number): Origin => ({ file, line, column: 1 })
  for (const line of matches) notes.add('left-out', 'a Match block is not read', `line ${line}`, place(line))
  for (const line of includes) {
    const advice = 'Import that file too.'
    notes.add('left-out', 'an included file is not read', `line ${line}`, place(line), advice)
  }
  const named = new Map<string, number>()
  for (const { patterns, line } of blocks)
    for (const pattern of patterns) if (!/[*?!]/.test(pattern) && !named.has(pattern)) named.set(pattern, line)

  const hops = new Map([...named.keys()].map((name) => [name, hopOf(name, blocks)]))
  const bastions = new Set([...hops.values()].flatMap((hop) => (hop && 'name' in hop ? [hop.name] : [])))
  const devices: ImportedDevice[] = []
  for (const [name, line] of named) {
    const at = place(line)
    const find = (key: string) => firstValue(blocks, name, key)
    const hop = hops.get(name)
    if (bastions.has(name)) {
      notes.add('skipped', 'the way to others, not a device: it is a jump host', name, at)
    } else if (find('user') === 'git') {
      notes.add('skipped', 'User git: a git server', name, at)
    } else if (hop && 'refused' in hop) {
      const advice = 'Give that hop a Host of its own, and name it in ProxyJump.'
      notes.add('skipped', `the jump host "${hop.refused}" is more than a name`, name, at, advice)
    } else {
      noteLogin(notes, find('user'), name, at)
      const address = find('hostname')?.replaceAll('%h', name)
      const device = acceptDevice(
        {
          name,
          at,
          values: {
            host: { value: address ?? name },
            port: { value: find('port') },
            ...(hop && { jump_host: { value: hop.name } }),
            ssh: profileOf(find),
          },
        },
        commonPlatforms,
        notes,
      )
      if (device) devices.push(device)
    }
  }
  return { devices, groups: [], jumpHosts: [...bastions], notes: notes.notes() }
}

function readBlocks(text: string): {
  readonly blocks: readonly Block[]
  readonly matches: readonly number[]
  readonly includes: readonly number[]
} {
  const blocks: { patterns: readonly string[]; values: Map<string, string>; line: number }[] = [
    { patterns: ['*'], values: new Map(), line: 1 },
  ]
  const matches: number[] = []
  const includes: number[] = []
  for (const [index, line] of text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .entries()) {
    const [, keyword = '', rest = ''] = /^\s*([A-Za-z]\w*)(?:\s*=\s*|\s+)(.*?)\s*$/.exec(line) ?? []
    const key = keyword.toLowerCase()
    if (key === '') continue
    if (key === 'include') includes.push(index + 1)
    else if (key === 'match') {
      matches.push(index + 1)
      blocks.push({ patterns: [], values: new Map(), line: index + 1 })
    } else if (key === 'host') {
      const patterns = [...rest.matchAll(/"([^"]+)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '')
      blocks.push({ patterns: patterns.slice(0, commentStart(patterns)), values: new Map(), line: index + 1 })
    } else {
      const values = blocks.at(-1)?.values
      // Within a block, too, the first one wins.
      if (values && !values.has(key)) values.set(key, rest.replace(/^"(.*)"$/, '$1'))
    }
  }
  return { blocks, matches, includes }
}

function commentStart(words: readonly string[]): number {
  const start = words.findIndex((word) => word.startsWith('#'))
  return start === -1 ? words.length : start
}

function firstValue(blocks: readonly Block[], host: string, key: string): string | undefined {
  return blocks.find((block) => applies(block, host) && block.values.has(key))?.values.get(key)
}

function applies({ patterns }: Block, host: string): boolean {
  const fits = (pattern: string) =>
    new RegExp(
      `^${pattern
        .replace(/[.+^${}()|[\]\\]/g, '\\$&')
        .replaceAll('*', '.*')
        .replaceAll('?', '.')}$`,
    ).test(host)
  if (patterns.some((pattern) => pattern.startsWith('!') && fits(pattern.slice(1)))) return false
  return patterns.some((pattern) => !pattern.startsWith('!') && fits(pattern))
}

function hopOf(host: string, blocks: readonly Block[]) {
  // Of the two, OpenSSH takes the one that stands first; a file that has both for one host is rare.
  return jumpHostName(firstValue(blocks, host, 'proxyjump'), firstValue(blocks, host, 'proxycommand'))
}

const oldest = /group1-sha1|ssh-dss|3des|arcfour|blowfish|hmac-md5/i
const old = /ssh-rsa(?!-cert)|-sha1\b|hmac-sha1|-cbc/i

/** What somebody already had to allow for a device by hand is what it needs. */
function profileOf(find: (key: string) => string | undefined): RawValue | undefined {
  const allowed = ['kexalgorithms', 'hostkeyalgorithms', 'ciphers', 'macs']
    .flatMap((key) => find(key) ?? [])
    .filter((list) => !list.startsWith('-'))
    .join(',')
  const algorithms: AlgorithmProfile | undefined = oldest.test(allowed)
    ? 'museum'
    : old.test(allowed)
      ? 'legacy-sha1'
      : undefined
  return algorithms && { value: { algorithms, reason: 'allowed in ssh_config' } }
}
