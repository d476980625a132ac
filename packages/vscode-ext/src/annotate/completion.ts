import type { TypingContext } from './yaml-context.ts'

export interface CompletionEntry {
  readonly label: string
  readonly kind: 'key' | 'value' | 'name'
  /** One line for people. */
  readonly detail?: string
}

/** What a JSON Schema of core says; only what is needed here. */
export interface SchemaNode {
  readonly description?: string
  readonly properties?: Readonly<Record<string, SchemaNode>>
  readonly additionalProperties?: SchemaNode | boolean
  readonly items?: SchemaNode
  readonly anyOf?: readonly SchemaNode[]
  readonly oneOf?: readonly SchemaNode[]
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly type?: string
}

export type NamesByKind = Readonly<
  Record<'device' | 'group' | 'tag' | 'site' | 'role' | 'platform', readonly string[]>
> &
  Readonly<Record<'credential' | 'realm' | 'jump-host', readonly string[]>>

/** Which names a value can be, by its key. */
const namesOfKey: Readonly<Record<string, keyof NamesByKind>> = {
  platform: 'platform',
  site: 'site',
  role: 'role',
  realm: 'realm',
  jump_host: 'jump-host',
  credential: 'credential',
  default: 'credential',
  tags: 'tag',
  groups: 'group',
}

/** What can be typed at a place: keys that are not there yet, values of the schema, names of the workspace. */
export function completions(
  context: TypingContext,
  {
    schema,
    names,
    withSchema,
  }: { readonly schema: SchemaNode; readonly names: NamesByKind; readonly withSchema: boolean },
): readonly CompletionEntry[] {
  const nodes = schemaAt(schema, context.path)
  if (context.at === 'key')
    return withSchema
      ? nodes.flatMap(({ properties = {} }) =>
          Object.entries(properties).map(([label, node]) => entry(label, 'key', node.description)),
        )
      : []
  const key = context.path.at(-1) ?? ''
  const kind = context.path.length > 1 || key === 'default' ? namesOfKey[key] : undefined
  const known = kind ? names[kind].map((label) => entry(label, 'name', kind)) : []
  const values = withSchema ? nodes.flatMap(valuesOf).map((label) => entry(label, 'value')) : []
  return unique([...known, ...values])
}

/** What the schema says about the key at a path. */
export function describeKey(schema: SchemaNode, path: readonly string[]): string | undefined {
  return schemaAt(schema, path).find(({ description }) => description !== undefined)?.description
}

function entry(label: string, kind: CompletionEntry['kind'], detail?: string): CompletionEntry {
  return { label, kind, ...(detail !== undefined && { detail }) }
}

function schemaAt(schema: SchemaNode, path: readonly string[]): readonly SchemaNode[] {
  const nodes = [schema, ...(schema.anyOf ?? []), ...(schema.oneOf ?? [])]
  const [first, ...rest] = path
  if (first === undefined) return nodes.flatMap((node) => (node === schema ? [node] : schemaAt(node, [])))
  return nodes.flatMap((node): readonly SchemaNode[] => {
    const own = node.properties && Object.hasOwn(node.properties, first) ? node.properties[first] : undefined
    const inner = own ?? (typeof node.additionalProperties === 'object' ? node.additionalProperties : undefined)
    return inner ? schemaAt(inner, rest) : []
  })
}

function valuesOf(node: SchemaNode): readonly string[] {
  const own = [...(node.enum ?? []), ...(node.const === undefined ? [] : [node.const])]
  const booleans = node.type === 'boolean' ? ['true', 'false'] : []
  return [
    ...own.map(String),
    ...booleans,
    ...(node.items ? [node.items, ...(node.items.anyOf ?? [])].flatMap(valuesOf) : []),
  ]
}

function unique(entries: readonly CompletionEntry[]): readonly CompletionEntry[] {
  return [...new Map(entries.map((each) => [each.label, each])).values()]
}
