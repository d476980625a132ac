import { formatAge, formatDay } from '../ages.ts'
import type { Credential, Device } from '../model.ts'
import { resultCode } from '../result-codes.ts'
import { accountBudget } from '../safety/account-budget.ts'
import type { AccountCharge } from '../safety/attempt.ts'
import type { CredentialStats } from '../state/state-store.ts'
import { gatherKnowledge, type Knowledge } from './gather-knowledge.ts'
import type { Netlatch } from './netlatch.ts'

export interface HealthFinding {
  readonly kind: 'quarantined' | 'budget' | 'failing' | 'unused' | 'too-broad' | 'nowhere'
  /** `quarantined 3 May`. */
  readonly text: string
  /** One command or sentence. */
  readonly advice: string
}

export interface CredentialHealth {
  readonly credential: string
  /** Devices that it is a candidate for. */
  readonly matches: number
  /** Devices that it opened last. */
  readonly opens: number
  readonly stats?: CredentialStats
  /** Worst first; none: good. */
  readonly findings: readonly HealthFinding[]
}

export interface HealthOptions {
  /** A credential that is tried on more devices is too broad. @default all devices, where there are 10 or more and it opens less than 9 in 10 of them */
  readonly broadAbove?: number
}

const unusedAfterMs = 30 * 86_400_000
const fewestForEverything = 10
const fewestFailures = 3
const mostlyOpens = 0.9

/** What is wrong with credentials, from the files and the state; connects to nothing, and needs no unlocked vault. */
export async function credentialHealth(
  netlatch: Netlatch,
  options: HealthOptions = {},
): Promise<readonly CredentialHealth[]> {
  const vault = await netlatch.vaultIfUnlocked()
  const knowledge = await gatherKnowledge(netlatch, vault)
  const stats = new Map((await (await netlatch.state()).credentialStats()).map((each) => [each.credential, each]))
  const devices = netlatch.inventory.devices.filter(
    ({ transport, status }) => transport === 'ssh' && status === 'active',
  )
  const { matches, charges } = countCandidates(devices, knowledge)
  const opens = countOpened(knowledge)
  return netlatch.credentials.map((credential) => {
    const { name } = credential
    const facts = {
      now: netlatch.now(),
      matches: matches.get(name) ?? 0,
      opens: opens.get(name) ?? 0,
      devices: devices.length,
      stats: stats.get(name),
      charges: [...(charges.get(name)?.values() ?? [])],
      quarantinedAt: knowledge.quarantined.get(name),
      broadAbove: options.broadAbove,
    }
    return {
      credential: name,
      matches: facts.matches,
      opens: facts.opens,
      ...(facts.stats && { stats: facts.stats }),
      findings: findingsOf(credential, facts, knowledge),
    }
  })
}

/** What a credential is for does not change while it is held back. */
const everything = { includeFallback: true, retryRejected: true, includeQuarantined: true } as const

function countCandidates(devices: readonly Device[], knowledge: Knowledge) {
  const matches = new Map<string, number>()
  const charges = new Map<string, Map<string, AccountCharge>>()
  for (const device of devices)
    for (const { credential } of knowledge.resolve(device, everything).candidates) {
      const { name } = credential
      matches.set(name, (matches.get(name) ?? 0) + 1)
      const own = charges.get(name) ?? new Map<string, AccountCharge>()
      charges.set(name, own)
      for (const charge of knowledge.charge(device, credential)) own.set(charge.realm, charge)
    }
  return { matches, charges }
}

function countOpened({ known }: Knowledge): ReadonlyMap<string, number> {
  const opens = new Map<string, number>()
  for (const { credential, code } of known.devices.values())
    if (credential !== null && !resultCode(code).needsAttention) opens.set(credential, (opens.get(credential) ?? 0) + 1)
  return opens
}

interface Facts {
  readonly now: Date
  readonly matches: number
  readonly opens: number
  readonly devices: number
  readonly stats: CredentialStats | undefined
  readonly charges: readonly AccountCharge[]
  readonly quarantinedAt: Date | undefined
  readonly broadAbove: number | undefined
}

function findingsOf(credential: Credential, facts: Facts, knowledge: Knowledge): readonly HealthFinding[] {
  const { name, fallback } = credential
  const { now, matches, opens, devices, stats, quarantinedAt } = facts
  const findings: HealthFinding[] = []
  if (quarantinedAt)
    findings.push({
      kind: 'quarantined',
      text: `quarantined ${formatDay(quarantinedAt)}`,
      advice: `netlatch vault set ${name}, then netlatch creds release ${name}`,
    })
  const spent = quarantinedAt ? undefined : worstAccount(facts.charges, knowledge)
  if (spent)
    findings.push({
      kind: 'budget',
      text: `${spent.failed} of ${spent.total} failed logins spent${spent.realm ? ` in ${spent.realm}` : ''}`,
      advice: `find out why before the next run: netlatch audit list --credential ${name}`,
    })
  if (stats && stats.failures >= fewestFailures && stats.successRate < 0.5)
    findings.push({
      kind: 'failing',
      text: `${Math.round(100 * (1 - stats.successRate))} % of its latest logins failed`,
      advice: `netlatch audit list --credential ${name}`,
    })
  const isIdle = !stats?.lastUsedAt || now.getTime() - stats.lastUsedAt.getTime() > unusedAfterMs
  if (matches === 0 && opens === 0)
    findings.push({
      kind: 'nowhere',
      text: 'names no device',
      advice: `netlatch vault set ${name} --tags …, or remove it`,
    })
  else if (!fallback && opens === 0 && isIdle) {
    const since = stats?.lastUsedAt ? `unused for ${formatAge(stats.lastUsedAt, now)}` : 'never used'
    findings.push({
      kind: 'unused',
      text: since,
      advice: `netlatch creds discover all --credentials ${name} --dry-run`,
    })
  }
  // One account for a whole network is what many want, and it shows in what it opens.
  const isEverything = matches === devices && devices >= fewestForEverything && opens < mostlyOpens * matches
  if (facts.broadAbove === undefined ? isEverything : matches > facts.broadAbove)
    findings.push({
      kind: 'too-broad',
      text: isEverything ? 'is tried on every device' : `is tried on ${matches.toLocaleString('en-US')} devices`,
      advice: `narrow its tags or match: netlatch vault set ${name} --match …`,
    })
  return findings
}

/** The shared account with the least left, where that is one failed login or none. */
function worstAccount(charges: readonly AccountCharge[], { known }: Knowledge) {
  const spent = charges.flatMap(({ realm, username, policy }) => {
    const { total } = accountBudget(policy)
    const failed = known.accounts.find((each) => each.realm === realm && each.username === username)?.failed ?? 0
    return policy.kind !== 'device' && failed > 0 && total - failed <= 1 ? [{ realm, failed, total }] : []
  })
  return spent.sort((a, b) => a.total - a.failed - (b.total - b.failed))[0]
}
