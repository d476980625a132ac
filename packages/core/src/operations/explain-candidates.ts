import type { Exclusion } from '../credentials/resolve-candidates.ts'
import { originOfValue } from '../inventory/problem-text.ts'
import type { Candidate, Device, Origin } from '../model.ts'
import { accountBudget } from '../safety/account-budget.ts'
import { shellWord } from '../shell-word.ts'
import { gatherKnowledge, type Knowledge } from './gather-knowledge.ts'
import type { Netlatch } from './netlatch.ts'
import { findDevice } from './select-targets.ts'

export interface Explanation {
  readonly device: Device
  readonly at: Origin
  /** In the order of trial. */
  readonly candidates: readonly Candidate[]
  readonly excluded: readonly Exclusion[]
  /** What the budgets leave right now, per account of a candidate. */
  readonly tries: readonly AccountTries[]
  /** What to do where no credential would be tried; empty where one would. */
  readonly advice: string
  /** False: the vault is locked or there is none, and its public parts are not proven. */
  readonly verified: boolean
  /** The credential that the inventory names for the device, where the vault has none of that name. */
  readonly unknownPin?: { readonly credential: string; readonly at: Origin }
}

export interface AccountTries {
  readonly username: string
  /** `` when none is declared. */
  readonly realm: string
  readonly failed: number
  readonly allowed: number | 'none'
}

/** Every credential for a device: which are tried, in which order and why, and why each of the others is not. Sends nothing. */
export async function explainCandidates(netlatch: Netlatch, name: string): Promise<Explanation> {
  const device = findDevice(netlatch, name)
  const vault = await netlatch.vaultIfUnlocked()
  const knowledge = await gatherKnowledge(netlatch, vault)
  const { candidates, excluded } = knowledge.resolve(device)
  const charges = candidates.flatMap(({ credential }) => knowledge.charge(device, credential))
  const distinct = [...new Map(charges.map((each) => [JSON.stringify([each.realm, each.username]), each])).values()]
  return {
    device,
    at: device.origin,
    candidates,
    excluded,
    tries: distinct.map(({ realm, username, policy }) => {
      const { total } = accountBudget(policy)
      const standing = knowledge.known.accounts.find((each) => each.realm === realm && each.username === username)
      const allowed = total === Number.POSITIVE_INFINITY ? 'none' : total
      return { realm, username, failed: standing?.failed ?? 0, allowed }
    }),
    advice: candidates.length > 0 ? '' : adviceFor(device, excluded, knowledge),
    verified: vault !== undefined,
    ...(device.credential !== undefined &&
      !netlatch.credentials.some(({ name: each }) => each === device.credential) && {
        unknownPin: { credential: device.credential, at: originOfValue(device, 'credential') },
      }),
  }
}

/** By what keeps the credential out that would be the first one. */
function adviceFor(device: Device, excluded: readonly Exclusion[], knowledge: Knowledge): string {
  const [first] = knowledge.resolve(device, { retryRejected: true, includeQuarantined: true }).candidates
  const name = shellWord(first?.credential.name ?? '')
  const kind = excluded.find(({ credential }) => credential === first?.credential)?.kind
  if (kind === 'quarantined') return `netlatch vault set ${name}, then netlatch creds release ${name}`
  if (kind === 'rejected-before') return `if its password is wrong: netlatch vault set ${name}; else name another one`
  return 'add a shared tag, or credential: in the inventory'
}
