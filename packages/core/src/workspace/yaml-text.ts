/** What an edit may write: values as YAML has them. */
export type YamlValue = string | number | boolean | readonly YamlValue[] | { readonly [key: string]: YamlValue }

// Plain in YAML 1.1 too, where `no`, `1:20` and `012` are no texts: other tools read these files as well.
const plainText = /^(?!(?:true|false|yes|no|on|off|null|y|n)$)[a-z_][\w./-]*(?: [\w./-]+)*$/i
const plainAddress = /^\d{1,3}(?:\.\d{1,3}){3}$/
const plainDate = /^\d{4}-\d{2}-\d{2}$/

export type QuoteStyle = 'plain' | 'single' | 'double'

/** A value on one line, in brackets where it is a list or a mapping. */
export function formatInline(value: YamlValue, style: QuoteStyle = 'plain'): string {
  if (typeof value === 'string') return formatText(value, style)
  if (typeof value !== 'object') return String(value)
  if (isList(value)) return `[${value.map((item) => formatInline(item)).join(', ')}]`
  const entries = Object.entries(value).map(([key, entry]) => `${formatText(key)}: ${formatInline(entry)}`)
  return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`
}

export function formatText(text: string, style: QuoteStyle = 'plain'): string {
  const isPlain = plainText.test(text) || plainAddress.test(text) || plainDate.test(text)
  if (style === 'plain' && isPlain) return text
  if (style === 'single' && /^[\x20-\x7e]*$/.test(text)) return `'${text.replaceAll("'", "''")}'`
  // JSON's strings are YAML's double-quoted ones, but for two characters that YAML counts as line ends.
  return JSON.stringify(text).replace(
    /[\u0085\u2028\u2029]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

function isList(value: YamlValue): value is readonly YamlValue[] {
  return Array.isArray(value)
}
