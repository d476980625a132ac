import type { Platform, SecretPattern } from '../platforms/platform.ts'
import { staysInLine } from '../platforms/stays-in-line.ts'
import { everywhereInLines, findSecrets, keysEverywhere, type SecretPlace } from './secret-places.ts'

/** Lines of a platform that hold no secret: of some thousand devices with the same few hundred lines each, some megabytes. */
const mostLines = 20_000
const longestLine = 400

interface LinesOfPlatform {
  readonly inLines: readonly SecretPattern[]
  readonly acrossLines: readonly SecretPattern[]
  readonly clean: CleanLines
}

/** No pattern found anything in them; a line with a secret is not kept. */
type CleanLines = Set<string>

const known = new WeakMap<Platform['secrets'], LinesOfPlatform>()

/**
 * Where a whole configuration holds secrets: what all patterns find in all of it, in no order. The devices of a fleet share most
 * of their lines, so a line in which the patterns of this platform found nothing is not searched again; most patterns cannot
 * look beyond a line, and the others search the whole text each time. `find` searches by one pattern, and may throw.
 */
export function secretsByLine(
  secrets: Platform['secrets'],
  text: string,
  find: (secret: SecretPattern, text: string) => readonly SecretPlace[],
): readonly SecretPlace[] {
  const { inLines, acrossLines, clean } = linesOf(secrets)
  const across = [...acrossLines.flatMap((one) => find(one, text)), ...findSecrets(keysEverywhere, text)]
  const lines = linesBeside(clean, text)
  if (lines.length === 0) return across
  const joined = lines.map(({ line }) => line).join('\n')
  const places = [
    ...inLines.flatMap((one) => find(one, joined)),
    ...everywhereInLines.flatMap((pattern) => findSecrets(pattern, joined)),
  ]
  const found = placesInText(lines, places)
  learn(
    clean,
    lines.filter((_, index) => !found.lines.has(index)).map(({ line }) => line),
  )
  return [...across, ...found.places]
}

function linesOf(secrets: Platform['secrets']): LinesOfPlatform {
  const before = known.get(secrets)
  if (before) return before
  const [inLines, acrossLines] = [true, false].map((stays) =>
    secrets.filter(({ pattern }) => staysInLine(pattern) === stays),
  ) as [SecretPattern[], SecretPattern[]]
  const made = { inLines, acrossLines, clean: new Set<string>() }
  known.set(secrets, made)
  return made
}

interface Line {
  readonly line: string
  /** In the text. */
  readonly start: number
}

function linesBeside(clean: ReadonlySet<string>, text: string): readonly Line[] {
  const lines: Line[] = []
  let start = 0
  for (const line of text.split('\n')) {
    if (!clean.has(line)) lines.push({ line, start })
    start += line.length + 1
  }
  return lines
}

/** Brings places in the joined lines back to where these stand in the text. */
function placesInText(lines: readonly Line[], places: readonly SecretPlace[]) {
  const inOrder = places.toSorted((a, b) => a[0] - b[0])
  const withSecrets = new Set<number>()
  const moved: SecretPlace[] = []
  let index = 0
  /** Where the line of this index begins among the joined ones. */
  let from = 0
  for (const [start, end, salted] of inOrder) {
    for (let line = lines[index]; line && start > from + line.line.length; line = lines[index]) {
      from += line.line.length + 1
      index += 1
    }
    const by = (lines[index]?.start ?? 0) - from
    withSecrets.add(index)
    moved.push([start + by, end + by, salted])
  }
  return { lines: withSecrets, places: moved }
}

function learn(clean: CleanLines, lines: readonly string[]): void {
  const short = lines.filter(({ length }) => length <= longestLine)
  if (short.length === 0) return
  if (clean.size + short.length > mostLines) clean.clear()
  // A part of a string keeps all of it in memory, secrets too: these are parts of a string of their own. One line alone would be
  // joined to itself.
  for (const line of [...short.slice(0, mostLines), ''].join('\n').split('\n')) clean.add(line)
}
