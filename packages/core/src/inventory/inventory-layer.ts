import type { z } from 'zod'
import type { Origin, Problem, ValueOrigin } from '../model.ts'
import { checkSchema } from '../workspace/problems-from-schema.ts'
import type { YamlFile } from '../workspace/yaml-file.ts'
import { nodeAt, type YamlMap, type YamlNode, type YamlPath } from '../workspace/yaml-node.ts'
import { findSecrets } from './find-secrets.ts'
import type { DeviceValues } from './inventory-schema.ts'
import { layerKeys } from './inventory-schema.ts'

export type LayerValues = Partial<DeviceValues>

/** What defaults, one group or one device say, and where each value stands. */
export interface Layer {
  /** `defaults`, `group dc1` or `device`, as {@link ValueOrigin.layer}. */
  readonly label: string
  /** Of the group or device; empty for defaults. */
  readonly name: string
  readonly values: LayerValues
  readonly origin: Origin
  readonly origins: Readonly<Record<string, ValueOrigin>>
  readonly file: YamlFile
  readonly path: YamlPath
  readonly problems: readonly Problem[]
}

/** Reads one layer; values that are wrong are left out, each with its problem. */
export function readLayer(
  file: YamlFile,
  path: YamlPath,
  kind: 'defaults' | 'group' | 'device',
  schema: z.ZodType<LayerValues | null>,
): Layer {
  const name = kind === 'defaults' ? '' : String(path.at(-1))
  const where = kind === 'defaults' ? 'defaults' : `${kind} ${name}`
  const label = kind === 'device' ? 'device' : where
  const node = nodeAt(file.root, path)
  const check = checkSchema(schema, file, path, where)
  const secrets = node ? findSecrets(node, layerKeys, file, where) : []
  const { values, problems } =
    check.problems.length > 0
      ? keepGood(node, file, check.wrong, check.problems, secrets)
      : { values: check.data ?? {}, problems: secrets }
  return {
    label,
    name,
    values,
    origin: originOfLayer(file, path, node?.start ?? 0),
    origins: node?.kind === 'map' ? originsOf(file, node, values, label) : {},
    file,
    path,
    problems,
  }
}

function keepGood(
  node: YamlNode | undefined,
  file: YamlFile,
  wrong: readonly YamlPath[],
  problems: readonly Problem[],
  secrets: readonly Problem[],
): { values: LayerValues; problems: readonly Problem[] } {
  const bad = new Set(wrong.map(([key]) => key))
  const kept =
    node?.kind === 'map' ? Object.entries(node.value).filter(([key]) => layerKeys.has(key) && !bad.has(key)) : []
  // Every key that is left was checked by the schema and found right.
  const values = Object.fromEntries(kept) as LayerValues
  const isSecret = (problem: Problem) => problem.code === 'unknown-key' && hasSecretAt(problem.at, node, file, secrets)
  const others = problems.filter((problem) => !isSecret(problem))
  return { values, problems: [...others, ...secrets] }
}

/** An unknown key whose value is a secret is one mistake, not two. */
function hasSecretAt(key: Origin, node: YamlNode | undefined, file: YamlFile, secrets: readonly Problem[]): boolean {
  const entries = node?.kind === 'map' ? [...node.entries.values()] : []
  const isSame = (a: Origin, b: Origin) => a.line === b.line && a.column === b.column
  const entry = entries.find(({ keyStart }) => isSame(file.positionAt(keyStart), key))
  return entry !== undefined && secrets.some(({ at }) => isSame(at, file.positionAt(entry.value.start)))
}

function originOfLayer(file: YamlFile, path: YamlPath, start: number): Origin {
  const parent = nodeAt(file.root, path.slice(0, -1))
  const entry = parent?.kind === 'map' ? parent.entries.get(String(path.at(-1))) : undefined
  return file.positionAt(entry?.keyStart ?? start)
}

function originsOf(file: YamlFile, node: YamlMap, values: LayerValues, layer: string): Record<string, ValueOrigin> {
  const origins: Record<string, ValueOrigin> = {}
  for (const [key, entry] of node.entries) {
    if (!(key in values)) continue
    const at = (offset: number): ValueOrigin => ({ ...file.positionAt(offset), layer })
    origins[key] = at(entry.value.start)
    if (entry.value.kind === 'map') {
      for (const [inner, innerEntry] of entry.value.entries) origins[`${key}.${inner}`] = at(innerEntry.value.start)
    } else if (entry.value.kind === 'list' && key !== 'host') {
      for (const item of entry.value.items) origins[`${key}.${String(item.value)}`] = at(item.start)
    }
  }
  return origins
}
