import { distance } from 'fastest-levenshtein'

/** The name that was probably meant: a few typing mistakes away, or one that the given name is the start of. */
export function nearestName(given: string, names: Iterable<string>): string | undefined {
  const wanted = given.toLowerCase().replaceAll('-', '_')
  const allowed = Math.max(1, Math.min(3, Math.floor(wanted.length / 3)))
  let best: { readonly name: string; readonly cost: number; readonly shared: number } | undefined
  for (const name of names) {
    const known = name.toLowerCase().replaceAll('-', '_')
    const startsAlike = wanted.length > 2 && known.startsWith(wanted)
    const isFar = Math.abs(known.length - wanted.length) > allowed
    const cost = startsAlike ? allowed + 0.5 : isFar ? Number.POSITIVE_INFINITY : distance(wanted, known)
    const shared = sharedStart(wanted, known)
    const isNearer = !best || cost < best.cost || (cost === best.cost && shared > best.shared)
    if (cost <= allowed + 0.5 && isNearer) best = { name, cost, shared }
  }
  return best?.name
}

/** The first letters are rarely the wrong ones: `cisco_iso` means cisco_ios, not cisco_asa. */
function sharedStart(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  for (let index = 0; index < length; index++) if (a[index] !== b[index]) return index
  return length
}

/** `Did you mean cisco_ios?`, or what is said when nothing is near. */
export function didYouMean(given: string, names: Iterable<string>, otherwise: string): string {
  const name = nearestName(given, names)
  return name === undefined ? otherwise : `Did you mean ${name}?`
}

/** The name that {@link didYouMean} offered in an advice; undefined where it knew none. */
export function offeredName(advice: string | undefined): string | undefined {
  return /^Did you mean (.+)\?$/.exec(advice ?? '')?.[1]
}
