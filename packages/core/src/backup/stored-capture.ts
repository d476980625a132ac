import type { Configuration } from './archive.ts'

/**
 * A capture that is in the archive's object store and on no branch yet: what the commit and the state's index need of it. Goes
 * through JSON into the journal of its run; holds nothing of the configuration.
 */
export interface StoredCapture {
  readonly device: string
  readonly configuration: Configuration
  readonly code: 'FIRST' | 'CHANGED' | 'UNCHANGED' | 'CAPTURE_HELD'
  /** Why it is held; empty for a good one. */
  readonly because: string
  /** Why nothing shows that it is all of the configuration; absent for a good one. */
  readonly unproven?: string
  readonly capturedAt: Date
  readonly path: string
  readonly blob: string
  /** Where the configuration was before its device moved to another site. */
  readonly formerPath?: string
  /** The blob of the sealed configuration; null takes away one that no longer belongs beside it. */
  readonly sealed?: string | null
  readonly bytes: number
  readonly sections: number
  readonly sha256: string
  readonly linesAdded: number
  readonly linesRemoved: number
}

const texts = ['device', 'configuration', 'code', 'because', 'path', 'blob', 'sha256'] as const
const numbers = ['bytes', 'sections', 'linesAdded', 'linesRemoved'] as const

/** Undefined for a line that was written in part only. */
export function parseStoredCapture(line: string): StoredCapture | undefined {
  try {
    const value = JSON.parse(line) as StoredCapture
    const isWhole =
      texts.every((key) => typeof value[key] === 'string') && numbers.every((key) => typeof value[key] === 'number')
    return isWhole ? { ...value, capturedAt: new Date(value.capturedAt) } : undefined
  } catch {
    // A process that was killed while it wrote; the capture was never acknowledged.
    return undefined
  }
}

/** What a commit of these captures puts on the branch. Held ones stay off it. */
export function filesOf(
  captures: readonly StoredCapture[],
  sealedPathOf: (path: string) => string,
): readonly { readonly path: string; readonly blob: string | null }[] {
  return captures
    .filter(({ code }) => code !== 'CAPTURE_HELD')
    .flatMap(({ path, blob, formerPath, sealed }) => [
      ...(formerPath === undefined
        ? []
        : [formerPath, sealedPathOf(formerPath)].map((old) => ({ path: old, blob: null }))),
      { path, blob },
      ...(sealed === undefined ? [] : [{ path: sealedPathOf(path), blob: sealed }]),
    ])
}
