import type { YamlNode } from './yaml-node.ts'

/**
 * Where the character `index` of a text's value stands in the file: quotes and escapes take more room than what they mean. For
 * texts over several lines the place of their beginning.
 */
export function scalarOffset(text: string, node: YamlNode, index: number): number {
  const raw = text.slice(node.start, node.end)
  if (node.kind !== 'scalar' || node.isAlias || raw.includes('\n')) return node.start
  const quote = raw[0] === '"' || raw[0] === "'" ? raw[0] : ''
  let at = quote.length
  for (let left = index; left > 0 && at < raw.length; left--) at += widthOf(raw, at, quote)
  return node.start + at
}

/** How much of the file one character of the value takes. */
function widthOf(raw: string, at: number, quote: string): number {
  if (quote === "'") return raw.startsWith("''", at) ? 2 : 1
  if (quote !== '"' || raw[at] !== '\\') return 1
  return { x: 4, u: 6, U: 10 }[raw[at + 1] ?? ''] ?? 2
}
