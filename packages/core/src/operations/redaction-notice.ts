import type { RedactionMode } from '../workspace/redaction-modes.ts'

const before: Readonly<Record<RedactionMode, string>> = {
  fingerprint: 'Earlier backups were stored without their secrets, and stay so: none of them gives those back.',
  sealed: 'Earlier sealed configurations stay in the history, for those who were recipients of the vault then.',
  raw: 'Earlier backups hold their secrets in clear, in this history and in every copy of it: only a new repository (backups: in netlatch.yaml) leaves them behind, and only new secrets on the devices end it.',
}

const now: Readonly<Record<RedactionMode, string>> = {
  fingerprint: 'From now on secrets are replaced by their fingerprints.',
  sealed:
    'From now on secrets are replaced, and each configuration is also kept whole, encrypted for the recipients of the vault.',
  raw: 'From now on secrets are stored in clear, and git keeps them for ever.',
}

/** What a changed `redaction:` means for what is there already; empty when it did not change. */
export function redactionNotice(last: RedactionMode | undefined, wanted: RedactionMode): string {
  return last === undefined || last === wanted
    ? ''
    : `redaction: ${wanted}, was ${last}. ${now[wanted]} ${before[last]}`
}
