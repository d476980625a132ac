import canonicalize from 'canonicalize'

/** The one byte sequence of a JSON value (RFC 8785), so that a seal does not depend on how a file is laid out. */
export function canonicalJson(value: Readonly<Record<string, unknown>> | readonly unknown[]): string {
  const text = canonicalize(value)
  if (text === undefined) throw new TypeError('not a JSON value')
  return text
}
