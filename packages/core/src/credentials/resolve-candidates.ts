import type { Candidate, CandidateReason, Credential, Device, Origin } from '../model.ts'
import type { ScopeAnswer } from '../vault/scope.ts'
import { scopeAllows } from '../vault/scope.ts'

/** What the state knows that matters for one device. Everything absent means: nothing known. */
export interface DeviceHistory {
  /** The credential that opened this device last, and whether its secret is still the one that did. */
  readonly worked?: { readonly credential: string; readonly unchanged: boolean; readonly ago: string }
  /** Credentials whose present secret this device has refused, with the age of the refusal. */
  readonly rejected?: ReadonlyMap<string, string>
}

export interface ResolutionRequest {
  /** The one credential the caller asks for; it is tried even where nothing matches, but never out of its scope. */
  readonly askedFor?: string
  /** Nothing but these is tried, stored ones included. */
  readonly only?: readonly string[]
  /** @default false */
  readonly includeFallback?: boolean
  /** Tries again what the device refused before. Lifts no budget. @default false */
  readonly retryRejected?: boolean
  /** For counting what a credential is for, never for logins. @default false */
  readonly includeQuarantined?: boolean
}

export interface ResolutionInput {
  readonly credentials: readonly Credential[]
  readonly defaultCredential?: string
  /** How many tags or terms of the credential name the device; 0: it does not match. */
  readonly specificity: (credential: Credential, device: Device) => number
  /** Credentials that may be used nowhere now, with the reason. */
  readonly quarantined?: ReadonlyMap<string, string>
  /** Credentials that opened neighbours of the device often enough, with the reason. */
  readonly learned?: ReadonlyMap<string, string>
  readonly history?: DeviceHistory
}

/** Why a credential is not tried. */
export interface Exclusion {
  readonly credential: Credential
  readonly kind: 'not-asked-for' | 'out-of-scope' | 'fallback' | 'quarantined' | 'rejected-before' | 'no-match'
  readonly because: string
  readonly at: Origin
}

export interface Resolution {
  readonly candidates: readonly Candidate[]
  /** Every other credential, in the order of the vault. Told when it is asked for: plans of many devices never do. */
  readonly excluded: readonly Exclusion[]
}

/** The order of the reasons is the order of trial. */
const order: readonly CandidateReason[] = ['pin', 'worked-before', 'asked-for', 'match', 'learned', 'default']

/**
 * Which credentials are tried on a device, in which order and why; and why each of the others is not. Pure and
 * deterministic: ties end at the name, never at the order of the file.
 */
export function resolveCandidates(device: Device, input: ResolutionInput, request: ResolutionRequest = {}): Resolution {
  const ranked: RankedCandidate[] = []
  for (const credential of input.credentials) {
    // What names a device is looked up in a set; whether it may be sent there is parsed: only few are left to ask that.
    const candidate = asCandidate(credential, device, input, request)
    if (candidate && !exclusionOf(credential, device, input, request)) ranked.push(candidate)
  }
  ranked.sort(byTrial)
  const candidates = ranked.map(({ specificity: _, ...candidate }) => candidate)
  let excluded: readonly Exclusion[] | undefined
  return {
    candidates,
    get excluded() {
      excluded ??= exclusions(device, input, request, candidates)
      return excluded
    },
  }
}

function exclusions(
  device: Device,
  input: ResolutionInput,
  request: ResolutionRequest,
  candidates: readonly Candidate[],
): readonly Exclusion[] {
  const tried = new Set(candidates.map(({ credential }) => credential))
  return input.credentials
    .filter((credential) => !tried.has(credential))
    .map((credential) => ({
      credential,
      ...(exclusionOf(credential, device, input, request) ?? mismatch(credential)),
      at: credential.origin,
    }))
}

interface RankedCandidate extends Candidate {
  readonly specificity: number
}

function byTrial(a: RankedCandidate, b: RankedCandidate): number {
  return (
    order.indexOf(a.reason) - order.indexOf(b.reason) ||
    a.credential.priority - b.credential.priority ||
    b.specificity - a.specificity ||
    (a.credential.name < b.credential.name ? -1 : 1)
  )
}

function exclusionOf(
  credential: Credential,
  device: Device,
  input: ResolutionInput,
  request: ResolutionRequest,
): Pick<Exclusion, 'kind' | 'because'> | undefined {
  const { name } = credential
  const isAskedFor = request.askedFor === name
  if (request.only && !request.only.includes(name)) return { kind: 'not-asked-for', because: 'not among --credentials' }
  if (deviceScope(credential, device) === 'no') return { kind: 'out-of-scope', because: outOfScope(credential, device) }
  if (credential.fallback && !request.includeFallback && !isAskedFor)
    return { kind: 'fallback', because: 'fallback: only with --include-fallback' }
  const quarantined = input.quarantined?.get(name)
  if (quarantined !== undefined && !request.includeQuarantined)
    return { kind: 'quarantined', because: `quarantined ${quarantined}` }
  const refused = input.history?.rejected?.get(name)
  if (refused !== undefined && !request.retryRejected && !isAskedFor)
    return { kind: 'rejected-before', because: `refused here ${refused}, unchanged since: --retry-rejected` }
  return undefined
}

function asCandidate(
  credential: Credential,
  device: Device,
  input: ResolutionInput,
  request: ResolutionRequest,
): RankedCandidate | undefined {
  const { name } = credential
  const specificity = input.specificity(credential, device)
  const worked = input.history?.worked
  const candidate = (reason: CandidateReason, because: string, at?: Origin): RankedCandidate => ({
    credential,
    reason,
    because,
    ...(at && { at }),
    specificity,
  })
  if (device.credential === name) return candidate('pin', 'pinned in the inventory', device.origins.credential)
  if (worked?.credential === name && worked.unchanged)
    return candidate('worked-before', `worked here ${worked.ago}, unchanged since`)
  if (request.askedFor === name || request.only?.includes(name)) return candidate('asked-for', 'asked for')
  if (specificity > 0) return candidate('match', matchReason(credential, device), credential.origin)
  const learned = input.learned?.get(name)
  if (learned !== undefined) return candidate('learned', learned)
  if (input.defaultCredential === name) return candidate('default', 'the default', credential.origin)
  return undefined
}

function matchReason(credential: Credential, device: Device): string {
  const shared = sharedTags(credential, device)
  const what = shared.length > 0 ? `tag ${shared.join(', ')}` : `match ${credential.match}`
  return `${what} · priority ${credential.priority}`
}

function mismatch({ match, tags }: Credential): Pick<Exclusion, 'kind' | 'because'> {
  if (match !== undefined) return { kind: 'no-match', because: `its match does not hold (${match})` }
  return { kind: 'no-match', because: tags.length > 0 ? `no shared tag (it has ${tags.join(', ')})` : 'it has no tags' }
}

/** Folded once for each list: every credential is held against every device. */
const foldedTags = new WeakMap<readonly string[], ReadonlySet<string>>()

/** Tags that a credential and a device have in common, in the credential's order. */
export function sharedTags(credential: Credential, device: Device): readonly string[] {
  const tags = foldedTags.get(device.tags) ?? new Set(device.tags.map((tag) => tag.toLowerCase()))
  foldedTags.set(device.tags, tags)
  return credential.tags.filter((tag) => tags.has(tag.toLowerCase()))
}

/** The best answer of all addresses of a device: one inside is enough to be a candidate, the address connected to decides. */
export function deviceScope(credential: Credential, device: Device): ScopeAnswer {
  const answers = device.hosts.map((host) => scopeAllows(credential, { host, port: device.port }))
  if (answers.includes('yes')) return 'yes'
  return answers.includes('if-it-resolves-inside') ? 'if-it-resolves-inside' : 'no'
}

function outOfScope(credential: Credential, device: Device): string {
  if (credential.ports && !credential.ports.includes(device.port))
    return `port ${device.port} is not among its ports (${credential.ports.join(', ')})`
  return `${device.hosts.join(', ')} is outside its hosts (${credential.hosts.join(', ')})`
}
