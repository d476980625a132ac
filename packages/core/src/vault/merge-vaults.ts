import { NetlatchError } from '../errors.ts'
import type { Secret } from '../secret.ts'
import { canonicalJson } from './canonical-json.ts'
import { DataKey } from './data-key.ts'
import { mergeRecipients } from './merge-recipients.ts'
import type { OpenVault } from './open-vault.ts'
import { resealed } from './rotate-vault.ts'
import { signedText, type UnsignedDocument, unsigned } from './save-vault.ts'
import { continues, sealSuccession, succession } from './succession.ts'
import { publicPart, sealRecord } from './vault-record.ts'
import type { SuccessionStep, VaultRecord } from './vault-schema.ts'

/** The three versions that git keeps of a file in conflict (stages 1, 2 and 3), each opened and verified. */
export interface MergeInput {
  readonly base: OpenVault
  readonly ours: OpenVault
  readonly theirs: OpenVault
  /** Which side wins where both changed the same thing. @default neither: it is a conflict, and ours stays */
  readonly prefer?: 'ours' | 'theirs'
  /** Of passphrase recipients, by name; needed where both sides rotated. */
  readonly passphrases?: Readonly<Record<string, Secret>>
}

export interface MergedVault {
  /** A vault that verifies; where there are conflicts, with our side of them. */
  readonly text: string
  /** `credential core-admin`, `recipient bob`, `default`. Empty: the merge is complete. */
  readonly conflicts: readonly string[]
}

/**
 * Three-way merge, record by record: half of one side's record and half of the other's would be something that nobody wrote.
 * Sides under different data keys are sealed anew under the later one; where both rotated, under a new one that continues both.
 */
export async function mergeVaults(input: MergeInput): Promise<MergedVault> {
  const { base, ours, theirs } = input
  if (base.file.id !== ours.file.id || base.file.id !== theirs.file.id)
    throw new NetlatchError('INPUT_INVALID', 'These are different vaults: their ids differ.', {
      advice: 'Keep one of them, and bring the other in with netlatch vault export and import.',
    })
  mustContinue(base, ours)
  mustContinue(base, theirs)
  const conflicts: string[] = []
  const pick: Pick = (what, versions) => {
    const [inBase, inOurs, inTheirs] = versions.map((version) => canonicalJson([version]))
    if (inOurs === inTheirs || inTheirs === inBase) return 'ours'
    if (inOurs === inBase) return 'theirs'
    if (!input.prefer) conflicts.push(what)
    return input.prefer ?? 'ours'
  }
  const { key, steps } = laterKey(ours, theirs)
  const recipients = await mergeRecipients(input, key, pick)
  const document = await resealed(ours, key, recipients)
  const current = [ours, theirs].find((vault) => vault.fingerprint === key.fingerprint)
  const merged = {
    ...withoutDefault(document),
    ...mergeDefault(input, pick),
    ...(steps.length > 0 && { succession: sealSuccession(key, steps) }),
    ...(current && sealedHeader(current, steps)),
    credentials: mergeRecords(input, key, pick),
  }
  const text = signedText(ours, dropMissingDefault(merged), key)
  key.close()
  return { text, conflicts }
}

/**
 * A merge seals what both sides hold under a key that goes on from both. A side that does not prove that it comes from the base
 * may be anybody's, made for the public recipients: its recipients would get at everything.
 */
function mustContinue(base: OpenVault, side: OpenVault): void {
  if (continues(side.successionSteps, base.fingerprint, side.dataKey)) return
  const keys = `key ${base.fingerprint.slice(0, 4)}… is now ${side.fingerprint.slice(0, 4)}…`
  throw new NetlatchError(
    'VAULT_REPLACED',
    `${side.file.yaml.file} does not continue the vault from which both sides come (${keys}). Refused.`,
    { advice: 'Ask who rotated it, and how; keep your side until then: git checkout --ours' },
  )
}

/** Says whose version of something is taken, and notes a conflict. */
export type Pick = (
  what: string,
  versions: readonly [base: unknown, ours: unknown, theirs: unknown],
) => 'ours' | 'theirs'

function laterKey(ours: OpenVault, theirs: OpenVault): { key: DataKey; steps: readonly SuccessionStep[] } {
  const steps = unite(ours.successionSteps, theirs.successionSteps)
  const later = laterSide(ours, theirs)
  if (later) return { key: later.dataKey.copy(), steps }
  const key = DataKey.create(ours.file.id, Math.max(ours.file.epoch, theirs.file.epoch) + 1)
  return { key, steps: [...steps, succession(ours.dataKey, key), succession(theirs.dataKey, key)] }
}

/** The side whose data key goes on from the other's; undefined where both rotated. */
function laterSide(ours: OpenVault, theirs: OpenVault): OpenVault | undefined {
  if (ours.fingerprint === theirs.fingerprint) return ours
  const [early, late] = ours.file.epoch < theirs.file.epoch ? [ours, theirs] : [theirs, ours]
  const continuesIt = continues(late.successionSteps, early.fingerprint, late.dataKey)
  return early.file.epoch < late.file.epoch && continuesIt ? late : undefined
}

/** Recipients for whom a merge needs their passphrase: both sides rotated, so that there is a new key to wrap for them. */
export function passphrasesToMerge(ours: OpenVault, theirs: OpenVault): readonly string[] {
  if (laterSide(ours, theirs)) return []
  const recipients = [ours, theirs].flatMap((vault) => vault.file.recipients)
  return [...new Set(recipients.flatMap((recipient) => ('scrypt' in recipient ? [recipient.name] : [])))]
}

function unite(a: readonly SuccessionStep[], b: readonly SuccessionStep[]): readonly SuccessionStep[] {
  return [...new Map([...a, ...b].map((step) => [canonicalJson(step), step])).values()]
}

/** What of a header is sealed under the merged key already: no line changes without need. */
function sealedHeader(vault: OpenVault, steps: readonly SuccessionStep[]): Partial<UnsignedDocument> {
  const { redaction_key, succession: proof } = unsigned(vault)
  const isComplete = proof !== undefined && vault.successionSteps.length === steps.length
  return { redaction_key, ...(isComplete && { succession: proof }) }
}

function mergeRecords({ base, ours, theirs }: MergeInput, key: DataKey, pick: Pick): Record<string, VaultRecord> {
  const names = new Set([ours, theirs].flatMap((vault) => Object.keys(unsigned(vault).credentials)))
  const records = [...names].flatMap((name) => {
    const versions = [plain(base, name), plain(ours, name), plain(theirs, name)] as const
    const [from, other] = pick(`credential ${name}`, versions) === 'ours' ? [ours, theirs] : [theirs, ours]
    const record = recordOf(from, name)
    const content = record && from.content(name)
    if (!content) return []
    const rev = mergedRev(from, other, name)
    const isSealed = from.fingerprint === key.fingerprint && rev === revOf(from, name)
    return [[name, isSealed ? record : sealRecord(key, name, { ...publicPart(record), rev }, content)] as const]
  })
  return Object.fromEntries(records)
}

/** One more where the side that gave way counted as far: its record is an old one from now on. */
function mergedRev(from: OpenVault, other: OpenVault, name: string): number {
  const [rev, otherRev] = [revOf(from, name), revOf(other, name)]
  const isSame = canonicalJson([plain(from, name)]) === canonicalJson([plain(other, name)])
  return isSame ? Math.max(rev, otherRev) : rev > otherRev ? rev : otherRev + 1
}

function revOf(vault: OpenVault, name: string): number {
  const record = recordOf(vault, name)
  return record ? (record.rev ?? 1) : 0
}

function recordOf(vault: OpenVault, name: string): VaultRecord | undefined {
  const { credentials } = unsigned(vault)
  return Object.hasOwn(credentials, name) ? credentials[name] : undefined
}

/** What a record says, whatever its revision, key and IV; null without one. */
function plain(vault: OpenVault, name: string): unknown {
  const record = recordOf(vault, name)
  return record ? [{ ...publicPart(record), rev: null }, { ...vault.content(name) }] : null
}

function mergeDefault({ base, ours, theirs }: MergeInput, pick: Pick): { readonly default?: string } {
  const [inBase, inOurs, inTheirs] = [base, ours, theirs].map((vault) => vault.file.default ?? null)
  const merged = pick('default', [inBase, inOurs, inTheirs]) === 'ours' ? inOurs : inTheirs
  return typeof merged === 'string' ? { default: merged } : {}
}

function withoutDefault<T extends { readonly default?: string | undefined }>({ default: _, ...rest }: T) {
  return rest
}

/** One side may have removed the credential that the other made the default. */
function dropMissingDefault<T extends { readonly default?: string; readonly credentials: object }>(document: T): T {
  const { default: name, ...rest } = document
  return name === undefined || Object.hasOwn(document.credentials, name) ? document : (rest as T)
}
