import type { Problem } from '../model.ts'
import type { YamlFile } from '../workspace/yaml-file.ts'
import type { YamlNode } from '../workspace/yaml-node.ts'

const secretKeys: readonly (readonly [pattern: RegExp, what: string])[] = [
  [/private_?key(?!_?file)|ssh_?key(?!_?file)/i, 'a private key'],
  [/enable|become_(?:pass|secret)/i, 'an enable secret'],
  [/pass(?:word|wd|phrase)?s?$|(?:^|_)pwd?$/i, 'a password'],
  [/communit/i, 'an SNMP community'],
  [/secret|token|api_?key/i, 'a secret'],
]

/** Secrets below keys that the format does not know, and keys pasted as values. The value itself is never repeated. */
export function findSecrets(
  node: YamlNode | undefined,
  known: ReadonlySet<string>,
  file: YamlFile,
  where: string,
): readonly Problem[] {
  if (node?.kind === 'list') return node.items.flatMap((item) => findSecrets(item, known, file, where))
  if (node?.kind === 'scalar') {
    const isKey = typeof node.value === 'string' && node.value.includes('PRIVATE KEY-----')
    return isKey ? [secretProblem('a private key', node, file, where)] : []
  }
  const problems: Problem[] = []
  for (const [key, entry] of node?.entries ?? []) {
    const what = known.has(key) ? undefined : secretKeys.find(([pattern]) => pattern.test(key))?.[1]
    const isText = entry.value.kind === 'scalar' && !['', null, true, false].includes(entry.value.value as never)
    if (what && isText) problems.push(secretProblem(what, entry.value, file, where))
    else problems.push(...findSecrets(entry.value, known, file, where))
  }
  return problems
}

function secretProblem(what: string, node: YamlNode, file: YamlFile, where: string): Problem {
  const at = file.positionAt(node.start)
  const logsIn = what !== 'a secret' && what !== 'an SNMP community'
  const advice = logsIn ? `Move it: netlatch vault add <name> --from ${at.file}:${at.line}` : 'Take it out of the file.'
  return { code: 'secret-in-inventory', severity: 'error', message: `${what} in the inventory (${where})`, advice, at }
}
