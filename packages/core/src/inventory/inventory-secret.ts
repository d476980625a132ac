import { NetlatchError } from '../errors.ts'
import type { Problem } from '../model.ts'
import { type LoginSecret, Secret, type StoredLogin } from '../secret.ts'
import { editYaml } from '../workspace/yaml-edit.ts'
import type { YamlNode, YamlPath } from '../workspace/yaml-node.ts'
import { saveChanges } from './edit-inventory.ts'
import type { Inventory, InventoryFile } from './inventory.ts'

/** A login secret that stands in an inventory, which is no place for it. */
export interface InventorySecret {
  readonly secret: LoginSecret
  readonly file: InventoryFile
  readonly path: YamlPath
}

const parts: readonly (readonly [what: string, part: keyof StoredLogin])[] = [
  ['a password', 'password'],
  ['an enable secret', 'enable'],
  ['a private key', 'privateKey'],
]

/** The secret that a check of the inventory has found at `file:line` or `file:line:column`. Throws NOT_FOUND, USAGE. */
export function findInventorySecret(inventory: Inventory, place: string): InventorySecret {
  const found = inventory.problems.filter(({ code, at }) => {
    const spellings = [`${at.file}:${at.line}`, `${at.file}:${at.line}:${at.column}`]
    return code === 'secret-in-inventory' && spellings.includes(place)
  })
  const [problem, second] = found
  if (!problem) throw new NetlatchError('NOT_FOUND', `No secret at ${place}.`, { advice: 'netlatch inventory check' })
  if (second)
    throw new NetlatchError('USAGE', `There are ${found.length} secrets at ${place}.`, {
      advice: `Name the column too: ${place}:${problem.at.column}`,
    })
  const part = parts.find(([what]) => problem.message.startsWith(what))?.[1]
  const file = inventory.files.find((each) => each.file === problem.at.file)
  const path = file?.root && pathTo(file.root, isAt(file, problem))
  if (!file || !path || part === undefined)
    throw new NetlatchError('USAGE', `${place}: ${problem.message}, which is not moved.`, {
      advice: 'Take it out by hand.',
    })
  return { secret: { [part]: new Secret(path.text) }, file, path: path.path }
}

/** Takes the secret's line out of its file. What git has of it stays there. */
export function removeInventorySecret({ file, path }: InventorySecret): Promise<void> {
  const after = editYaml(file, [{ kind: 'remove', path }])
  return saveChanges([{ path: file.path, file: file.file, before: file.text, after }])
}

type Test = (node: YamlNode) => string | undefined

/** The text that somebody wrote: `0123456` without quotes is a number to YAML, and a password to them. */
function isAt(file: InventoryFile, { at }: Problem): Test {
  return (node) => {
    if (node.kind !== 'scalar') return undefined
    const { line, column } = file.positionAt(node.start)
    if (line !== at.line || column !== at.column) return undefined
    return typeof node.value === 'string' ? node.value : file.text.slice(node.start, node.end)
  }
}

function pathTo(node: YamlNode, test: Test): { readonly path: YamlPath; readonly text: string } | undefined {
  const text = test(node)
  if (text !== undefined) return { path: [], text }
  const below: readonly (readonly [string | number, YamlNode])[] =
    node.kind === 'map'
      ? [...node.entries].map(([key, { value }]) => [key, value] as const)
      : node.kind === 'list'
        ? node.items.map((item, index) => [index, item] as const)
        : []
  for (const [step, child] of below) {
    const found = child.isAlias ? undefined : pathTo(child, test)
    if (found) return { path: [step, ...found.path], text: found.text }
  }
  return undefined
}
