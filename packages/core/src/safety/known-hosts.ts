import { NetlatchError } from '../errors.ts'
import type { Problem } from '../model.ts'
import {
  isWildcard,
  type KnownHostsKeyLine,
  type KnownHostsLine,
  lineNames,
  readKnownHostsLine,
} from './known-hosts-line.ts'

/**
 * The text of a known_hosts file in OpenSSH's format, read once and looked up many times. Never changes: an edit makes another
 * one (known-hosts-edit.ts).
 */
export class KnownHosts {
  /** Relative to the workspace, for messages. */
  readonly file: string
  readonly text: string
  readonly lines: readonly KnownHostsLine[]
  /** Plain entries by their lower-cased text; what has wildcards or hashes has to be looked at each time. */
  readonly #plain = new Map<string, KnownHostsKeyLine[]>()
  readonly #others: KnownHostsKeyLine[] = []
  /** Hashes are slow on purpose, and every connection asks for the same names again. */
  readonly #found = new Map<string, readonly KnownHostsKeyLine[]>()

  constructor(file: string, text: string) {
    this.file = file
    this.text = text
    this.lines = splitLines(text).map((raw, index) => readKnownHostsLine(raw, index + 1))
    for (const line of this.keyLines) {
      if (line.patterns.some((pattern) => isWildcard(pattern) || pattern.startsWith('|') || pattern.startsWith('!'))) {
        this.#others.push(line)
        continue
      }
      for (const pattern of new Set(line.patterns.map((each) => each.toLowerCase()))) {
        const same = this.#plain.get(pattern)
        if (same) same.push(line)
        else this.#plain.set(pattern, [line])
      }
    }
  }

  get keyLines(): readonly KnownHostsKeyLine[] {
    return this.lines.filter((line) => line.kind === 'key')
  }

  /** Certificate authorities: kept, and not used, because ssh2 knows no host certificates. */
  get certificateAuthorities(): number {
    return this.keyLines.filter((line) => line.marker === 'cert-authority').length
  }

  /** What cannot be read. OpenSSH passes over such lines; a revocation among them would be missed. */
  get problems(): readonly Problem[] {
    return this.lines.flatMap((line) =>
      line.kind === 'invalid'
        ? [
            {
              code: 'known-hosts-line',
              severity: 'error' as const,
              message: line.problem,
              advice: 'correct the line, or remove it',
              at: { file: this.file, line: line.number, column: 1 },
            },
          ]
        : [],
    )
  }

  /** The lines that name `host` (a device name, an address, `[address]:port`), with every marker, in the file's order. */
  linesFor(host: string): readonly KnownHostsKeyLine[] {
    const known = this.#found.get(host)
    if (known) return known
    const found = [
      ...(this.#plain.get(host.toLowerCase()) ?? []),
      ...this.#others.filter((line) => lineNames(line, host)),
    ].sort((a, b) => a.number - b.number)
    this.#found.set(host, found)
    return found
  }
}

/** Throws KNOWN_HOSTS_INVALID with every line that cannot be read. */
export function parseKnownHosts(file: string, text: string): KnownHosts {
  const known = new KnownHosts(file, text)
  const [first] = known.problems
  if (first === undefined) return known
  const more = known.problems.length > 1 ? ` (and ${known.problems.length - 1} more)` : ''
  throw new NetlatchError('KNOWN_HOSTS_INVALID', `${file}:${first.at.line}: ${first.message}${more}`, {
    at: first.at,
    problems: known.problems,
    advice: 'correct the line, or remove it',
  })
}

/** Lines without their line feeds; the empty rest after the last one is no line. */
export function splitLines(text: string): readonly string[] {
  const lines = text.split('\n')
  if (lines.at(-1) === '') lines.pop()
  return lines
}
