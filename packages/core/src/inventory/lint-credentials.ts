import { NetlatchError } from '../errors.ts'
import type { Credential, Device, Problem } from '../model.ts'
import { foldUsername } from '../safety/realms.ts'
import type { VaultFile } from '../vault/read-vault.ts'
import { scopeAllows } from '../vault/scope.ts'
import { didYouMean } from '../workspace/nearest-name.ts'
import type { Workspace } from '../workspace/workspace.ts'
import { originOf } from '../workspace/yaml-node.ts'
import type { Inventory } from './inventory.ts'
import { type MatchExpression, matchExpression } from './match-expression.ts'
import { countDevices, originOfValue } from './problem-text.ts'

/** Checks inventory and vault against each other, on the vault's public part. */
export function lintCredentials(workspace: Workspace, inventory: Inventory, vault: VaultFile): readonly Problem[] {
  const rules = vault.credentials.map((credential) => readRule(credential, vault))
  const problems = rules.flatMap(({ problem }) => problem ?? [])
  const { withoutCandidate, opens, aimedAtServers } = pair(workspace, inventory, vault, rules)
  const usedByJumpHosts = Object.values(workspace.settings.jumpHosts).flatMap((hop) =>
    'credential' in hop ? [hop.credential] : [],
  )
  return [
    ...problems,
    ...findUnknownNames(workspace, inventory, vault),
    ...noCandidateProblems(withoutCandidate),
    ...rules.flatMap(({ credential, problem }): readonly Problem[] => {
      if (problem || opens.has(credential.name) || usedByJumpHosts.includes(credential.name)) return []
      const message = `${credential.name} can open no device: ${whyNothing(credential, inventory)}`
      const advice = 'Correct its tags, match: or hosts:, or netlatch vault remove it.'
      return [{ code: 'credential-unused', severity: 'warning', message, advice, at: credential.origin }]
    }),
    ...[...aimedAtServers].map(([{ name, origin }, { devices, realm }]): Problem => {
      const message = `${name} can be tried on ${countDevices(devices)} that ${devices.length === 1 ? 'asks' : 'ask'} ${realm} first`
      return {
        code: 'local-credential-on-realm',
        severity: 'warning',
        message,
        advice: 'Mark it fallback: true, or narrow its tags.',
        at: origin,
      }
    }),
    ...countedApart(workspace, vault),
  ]
}

/** Of one username some credentials name a login server, and others none: it may be one account with two counts. */
function countedApart({ settings: { realms } }: Workspace, vault: VaultFile): readonly Problem[] {
  const byUsername = Map.groupBy(vault.credentials, ({ username }) => foldUsername(username))
  return [...byUsername.values()].flatMap((same): readonly Problem[] => {
    const server = same.find(({ realm = '' }) => realms[realm] !== undefined && realms[realm].kind !== 'device')
    if (server?.realm === undefined) return []
    const unnamed = same.filter(({ realm }) => realm === undefined)
    return unnamed.map(({ name, origin: at }): Problem => {
      const message = `${name} names no realm, and ${server.name} of the same username names ${server.realm}: their failed logins are counted apart`
      const advice = `netlatch vault set ${name} --realm ${server.realm}, or --realm on-device.`
      return { code: 'realm-left-out', severity: 'warning', message, advice, at }
    })
  })
}

interface Rule {
  readonly credential: Credential
  readonly expression?: MatchExpression
  /** Of its `match:`. */
  readonly problem?: Problem
}

function readRule(credential: Credential, vault: VaultFile): Rule {
  if (credential.match === undefined) return { credential }
  try {
    return { credential, expression: matchExpression(credential.match) }
  } catch (error) {
    if (!(error instanceof NetlatchError)) throw error
    const at = originOf(vault.yaml, ['credentials', credential.name, 'match'])
    const message = `match: of ${credential.name}: ${error.message.replace(/\.$/, '')}`
    const advice = error.advice ?? `netlatch vault set ${credential.name} --match …`
    return { credential, problem: { code: 'wrong-match', severity: 'error', message, advice, at } }
  }
}

interface Pairs {
  readonly withoutCandidate: readonly Device[]
  /** Names of credentials that may be sent to at least one device. */
  readonly opens: ReadonlySet<string>
  readonly aimedAtServers: ReadonlyMap<Credential, { readonly devices: Device[]; readonly realm: string }>
}

/** Looks at scopes only where the answer still matters: most devices need one, most credentials prove themselves at once. */
function pair(workspace: Workspace, inventory: Inventory, vault: VaultFile, rules: readonly Rule[]): Pairs {
  const { realms } = workspace.settings
  const byName = new Map(rules.map((rule) => [rule.credential.name, rule]))
  const byTag = new Map<string, Rule[]>()
  for (const rule of rules) for (const tag of rule.credential.tags) byTag.set(tag, [...(byTag.get(tag) ?? []), rule])
  const withExpression = rules.filter(({ expression }) => expression)
  const last = vault.default === undefined ? undefined : byName.get(vault.default)

  const opens = new Set<string>()
  const aimedAtServers = new Map<Credential, { devices: Device[]; realm: string }>()
  const withoutCandidate: Device[] = []
  for (const device of inventory.devices) {
    if (device.transport !== 'ssh' || device.status !== 'active') continue
    const matching = new Set([
      ...device.tags.flatMap((tag) => byTag.get(tag) ?? []),
      ...withExpression.filter(({ expression }) => expression?.matches(device)),
    ])
    const pin = device.credential === undefined ? undefined : byName.get(device.credential)
    const asksServer = device.realm !== undefined && realms[device.realm]?.kind === 'server'
    let hasCandidate = false
    for (const rule of new Set([...(pin ? [pin] : []), ...matching, ...(last ? [last] : [])])) {
      const { credential } = rule
      const isLocal = asksServer && !credential.fallback && realms[credential.realm ?? '']?.kind === 'device'
      const matters = (!hasCandidate && !credential.fallback) || !opens.has(credential.name) || isLocal
      if (!matters || !device.hosts.some((host) => scopeAllows(credential, { host, port: device.port }) !== 'no'))
        continue
      opens.add(credential.name)
      if (!credential.fallback) hasCandidate = true
      if (!isLocal) continue
      const aimed = aimedAtServers.get(credential) ?? { devices: [], realm: device.realm ?? '' }
      aimed.devices.push(device)
      aimedAtServers.set(credential, aimed)
    }
    if (!hasCandidate) withoutCandidate.push(device)
  }
  return { withoutCandidate, opens, aimedAtServers }
}

const mostSingly = 20

/** One line a device while a person can still read them, else one for each file. */
function noCandidateProblems(devices: readonly Device[]): readonly Problem[] {
  const advice = 'Give it a tag of a credential, or credential:; netlatch creds explain says why none applies.'
  return [...Map.groupBy(devices, ({ origin }) => origin.file).values()].flatMap((ofFile): readonly Problem[] => {
    const groups = ofFile.length > mostSingly ? [ofFile] : ofFile.map((device) => [device])
    return groups.flatMap((group): readonly Problem[] => {
      const [first] = group
      if (!first) return []
      const message = `no credential applies to ${group.length === 1 ? 'device ' : ''}${countDevices(group)}`
      return [{ code: 'no-candidate', severity: 'warning', message, advice, at: first.origin }]
    })
  })
}

function findUnknownNames(
  { settings, source }: Workspace,
  { devices }: Inventory,
  vault: VaultFile,
): readonly Problem[] {
  // A record that could not be read is still there by name: its own problem says what is wrong.
  const records = Object.keys(vault.document?.credentials ?? {})
  const names = [...new Set([...records, ...vault.credentials.map(({ name }) => name)])]
  const unknown = (name: string) => ({
    code: 'unknown-credential',
    severity: 'error' as const,
    message: `unknown credential "${name}"`,
    advice: didYouMean(name, names, `netlatch vault add ${name}`),
  })
  const pins = new Map<string, Problem>()
  for (const device of devices) {
    if (device.credential === undefined || names.includes(device.credential)) continue
    const at = originOfValue(device, 'credential')
    pins.set(`${at.file}:${at.line}:${at.column}`, { ...unknown(device.credential), at })
  }
  const ofJumpHosts = Object.entries(settings.jumpHosts).flatMap(([name, hop]): readonly Problem[] => {
    if (!source || !('credential' in hop) || names.includes(hop.credential)) return []
    return [{ ...unknown(hop.credential), at: originOf(source, ['jump_hosts', name, 'credential']) }]
  })
  const realms = Object.keys(settings.realms)
  const ofRealms = vault.credentials.flatMap(({ name, realm }): readonly Problem[] => {
    if (realm === undefined || realms.includes(realm)) return []
    const advice = didYouMean(realm, realms, `Add ${realm}: under realms: in netlatch.yaml.`)
    const at = originOf(vault.yaml, ['credentials', name, 'realm'])
    return [{ code: 'unknown-realm', severity: 'error', message: `unknown realm "${realm}" of ${name}`, advice, at }]
  })
  return [...pins.values(), ...ofJumpHosts, ...ofRealms]
}

function whyNothing({ tags, match, hosts }: Credential, { devices }: Inventory): string {
  if (match === undefined && tags.length === 0) return 'it has neither tags nor match:, and no device names it'
  const isTagged = tags.some((tag) => devices.some((device) => device.tags.includes(tag)))
  if (match === undefined && !isTagged) return `no active device has the tag ${tags.join(' or ')}`
  return `those it matches are outside ${hosts.join(', ')}, or there are none`
}
