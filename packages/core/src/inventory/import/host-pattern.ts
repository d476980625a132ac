/** More hosts than one pattern can mean in good faith. */
const mostHosts = 100_000

/** Ansible's ranges: `sw[01:12]`, `sw[0:9:2]`, `leaf-[a:f]`. Anything else is a name as it stands. */
export function expandHostPattern(pattern: string): readonly string[] {
  const [whole, from = '', to = '', step = '1'] =
    /\[(\d+|[a-z]|[A-Z]):(\d+|[a-z]|[A-Z])(?::(\d+))?\]/.exec(pattern) ?? []
  if (whole === undefined) return [pattern]
  const items = rangeOf(from, to, Number(step))
  if (items.length === 0) return [pattern]
  const expanded = items.flatMap((item) => expandHostPattern(pattern.replace(whole, item)))
  return expanded.length <= mostHosts ? expanded : [pattern]
}

function rangeOf(from: string, to: string, step: number): readonly string[] {
  const isNumber = /^\d+$/.test(from) && /^\d+$/.test(to)
  const [first, last] = isNumber ? [Number(from), Number(to)] : [from.charCodeAt(0), to.charCodeAt(0)]
  if (isNumber !== /^\d/.test(to) || step < 1 || last < first || last - first > mostHosts) return []
  // Leading zeros are a width.
  const width = isNumber && from.startsWith('0') ? from.length : 0
  const count = Math.floor((last - first) / step) + 1
  return Array.from({ length: count }, (_, index) => {
    const value = first + index * step
    return isNumber ? String(value).padStart(width, '0') : String.fromCharCode(value)
  })
}
