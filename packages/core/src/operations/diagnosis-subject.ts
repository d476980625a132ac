import { sharedTags } from '../credentials/resolve-candidates.ts'
import type { ResultFacts } from '../device-result.ts'
import { NetlatchError } from '../errors.ts'
import type { Candidate, Credential, Device } from '../model.ts'
import { wayTo } from '../workspace/jump-host-way.ts'
import { nearestName } from '../workspace/nearest-name.ts'
import type { Knowledge } from './gather-knowledge.ts'
import type { Netlatch } from './netlatch.ts'
import { obstacleTo } from './obstacle-to.ts'
import { jumpHostAsDevice } from './run-ports.ts'

/** What `doctor` looks at. A jump host is looked at like a device; one of the kind `ssh:` is the system's own affair. */
export type Subject = OwnSubject | { readonly kind: 'jump host'; readonly name: string; readonly ssh: string }

/** What Netlatch itself connects to. */
export type OwnSubject =
  | { readonly kind: 'device'; readonly device: Device }
  | { readonly kind: 'jump host'; readonly device: Device; readonly credential: string }

/** A device goes before a jump host of the same name. Throws NOT_FOUND. */
export function findSubject({ inventory, workspace }: Netlatch, name: string): Subject {
  const device = inventory.byName.get(name)
  if (device) return { kind: 'device', device }
  const { jumpHosts } = workspace.settings
  const jumpHost = Object.hasOwn(jumpHosts, name) ? jumpHosts[name] : undefined
  if (jumpHost && 'ssh' in jumpHost) return { kind: 'jump host', name, ssh: jumpHost.ssh }
  if (jumpHost) return { kind: 'jump host', device: jumpHostAsDevice(name, jumpHost), credential: jumpHost.credential }
  const nearest = nearestName(name, [...inventory.byName.keys(), ...Object.keys(jumpHosts)])
  throw new NetlatchError('NOT_FOUND', `${name} is neither a device nor a jump host.`, {
    advice: nearest ? `Did you mean ${nearest}?` : 'netlatch inventory list',
  })
}

/** The credential that a login would be made with, or why there is none. */
export type Choice =
  | {
      readonly credential: Credential
      readonly because: string
      readonly isProven: boolean
      readonly namedByTag: boolean
    }
  | { readonly credential: undefined; readonly facts: Pick<ResultFacts, 'code' | 'details'> }

/** The first candidate that has opened the device with the secret that it has now; else the first one. */
export function chooseCredential(subject: OwnSubject, knowledge: Knowledge): Choice {
  const { device } = subject
  if (subject.kind === 'jump host') return chooseForJumpHost(device, subject.credential, knowledge)
  const resolution = knowledge.resolve(device)
  const proven = resolution.candidates.find(({ credential }) => isProven(credential, device, knowledge))
  const candidate = proven ?? resolution.candidates[0]
  if (candidate) {
    const { credential, because } = candidate
    return { credential, because, isProven: proven !== undefined, namedByTag: isNamed(candidate, device) }
  }
  const facts = obstacleTo(device, resolution, { isKnown: () => true }) ?? { code: 'NO_CANDIDATE' as const }
  return { credential: undefined, facts }
}

function chooseForJumpHost(device: Device, name: string, knowledge: Knowledge): Choice {
  const { credential } =
    knowledge
      .resolve(device, { askedFor: name, only: [name] })
      .candidates.find((candidate) => candidate.credential.name === name) ?? {}
  if (!credential) return { credential: undefined, facts: { code: 'NO_CANDIDATE', details: { credential: name } } }
  return { credential, because: 'in jump_hosts:', isProven: isProven(credential, device, knowledge), namedByTag: true }
}

/** It opened the device, and its secret is still the one that did. */
function isProven(credential: Credential, device: Device, { known, secretIdOf }: Knowledge): boolean {
  const secretId = secretIdOf(credential, device)
  const record = known.devices.get(device.name)
  if (record?.credential === credential.name && record.secretId === secretId) return true
  return known.homes.some((home) => home.secretId === secretId && home.devices.includes(device.name))
}

function isNamed({ reason, credential }: Candidate, device: Device): boolean {
  return reason === 'match' || sharedTags(credential, device).length > 0
}

/** On the way to a jump host, the first that only a login would open whose outcome is not known. */
export function firstUnproven(
  netlatch: Netlatch,
  jumpHost: string,
  knowledge: Knowledge,
): { readonly hop: string; readonly credential: Credential } | undefined {
  for (const hop of wayTo(jumpHost, netlatch.workspace.settings.jumpHosts)) {
    const subject = findSubject(netlatch, hop)
    if (subject.kind !== 'jump host' || !('device' in subject)) continue
    const choice = chooseCredential(subject, knowledge)
    if (choice.credential && !choice.isProven) return { hop, credential: choice.credential }
  }
  return undefined
}
