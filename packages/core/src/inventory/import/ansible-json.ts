import type { Origin } from '../../model.ts'
import type { AnsibleGroup, AnsibleTree, AnsibleVariables } from './ansible-tree.ts'
import { wrongSource } from './refuse-source.ts'

/** Reads what `ansible-inventory --list` writes, with and without `--export`. Throws INPUT_INVALID when it is something else. */
export function readAnsibleJson(text: string, file: string): AnsibleTree {
  const at: Origin = { file, line: 1, column: 1 }
  const document = parse(text, file)
  const meta = member(document, '_meta')
  const hostVariables = member(meta, 'hostvars')
  if (!isDictionary(document) || !isDictionary(hostVariables))
    throw wrongSource('ansible', file, 'JSON of another kind')
  const groups = new Map<string, AnsibleGroup>()
  for (const [name, group] of Object.entries(document)) {
    if (name === '_meta' || !isDictionary(group)) continue
    groups.set(name, {
      name,
      hosts: names(group.hosts),
      children: names(group.children),
      variables: variablesOf(group.vars, at, `group ${name}`),
      at,
    })
  }
  // A host without variables is missing in hostvars.
  const hostNames = new Set([...[...groups.values()].flatMap(({ hosts }) => hosts), ...Object.keys(hostVariables)])
  const hosts = [...hostNames].map((name) => {
    const own = Object.hasOwn(hostVariables, name) ? hostVariables[name] : undefined
    return [name, { variables: variablesOf(own, at, 'device'), at }] as const
  })
  return { groups, hosts: new Map(hosts) }
}

function parse(text: string, file: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch {
    // The parser's message would quote the text, which may hold a secret.
    throw wrongSource('ansible', file, 'JSON that is broken or cut off')
  }
}

function variablesOf(value: unknown, at: Origin, layer: string): AnsibleVariables {
  return new Map(
    isDictionary(value) ? Object.entries(value).map(([name, each]) => [name, { value: each, at, layer }]) : [],
  )
}

function names(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((each): each is string => typeof each === 'string') : []
}

function member(value: unknown, key: string): unknown {
  return isDictionary(value) && Object.hasOwn(value, key) ? value[key] : undefined
}

function isDictionary(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
